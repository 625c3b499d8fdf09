/*
 * twin_program.h: the twins of a lesson as one program.  Floor: lesson.
 *
 * Python runs piece after piece in one namespace; an error ends its piece only. The pieces of C are joined to one
 * main(), see twin_c.h.  Lines count as in the lesson's file.  The peers of the lesson are variables: in Python objects
 * with .address, .host and .port; in C structs with .host, .port, .address and .length, as connect(2) takes them.
 * The program says on its standard output when each piece begins and ends: twin_marks_read() finds that.
 */
#ifndef SOCKRATES_LESSON_TWIN_PROGRAM_H
#define SOCKRATES_LESSON_TWIN_PROGRAM_H

#include "lesson/lesson.h"
#include "trace/address.h"

/* A peer that a variable of the lesson holds. */
struct twin_peer {
    char *name;
    struct address address; /* where the program finds it */
    struct address own;     /* where the Lua does */
};

/* A piece of the program, and the peers that are there when it begins. */
struct twin_step {
    const struct twin *twin;
    const struct twin_peer *peers;
    size_t peer_count;
};

/* `file` is what compilers call the lesson.  Yours to free. */
char *twin_program(enum code_language language, const char *file, const struct twin_step *steps, size_t count);

/* What the program said about one piece. */
struct twin_mark {
    int64_t begin, end; /* moments; 0: it did not come to that */
    char *error;        /* Python: the error that ended it, as its last line; NULL for none */
    char *kinds; /* its class and all that this one is of, with commas before and behind: ",OSError,Exception," */
    int code;    /* its errno; 0 for none */
    int line;    /* of the lesson's file, where it was raised */
};

/* Of `count` pieces; free with twin_marks_free(). */
struct twin_mark *twin_marks_read(const char *output, size_t count);
void twin_marks_free(struct twin_mark *marks, size_t count);

#endif
