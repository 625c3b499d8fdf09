/*
 * request.h: what a front asks of a session.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_REQUEST_H
#define SOCKRATES_SESSION_REQUEST_H

#include "lab/peer.h"
#include "session/code_language.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session_mould;

/*
 * For a front with many sessions: what each begins with, made once.  It evaluates nothing; free it after the
 * sessions.  NULL without memory.
 */
struct session_mould *session_mould_new(void);
void session_mould_free(struct session_mould *mould);

struct session_options {
    int64_t time;                /* nanoseconds one chunk may take; 0 for no limit */
    size_t memory;               /* bytes of Lua memory; 0 for the default, 256 MiB */
    size_t output;               /* bytes of output kept of one chunk; 0 for the default, 1 MiB */
    int descriptors;             /* open descriptors; 0 for the default, 256 */
    bool network;                /* may reach other machines */
    bool lab;                    /* in a private network of two hosts; see lab/network.h for whether that can be */
    int width;                   /* columns that inspected values should fit into; 0 for 80 */
    struct stand_in stand_in;    /* a peer of another kind than the code asks for; none by default */
    bool disturbed;              /* it will have a bad day, see session_disturb() */
    bool input;                  /* the front can be asked for what io.read() wants, see session_give_input() */
    bool programs;               /* chunks may be programs in other languages */
    bool doubles;                /* its peers are started once more for programs, see struct lab */
    bool same;                   /* math.random gives the same numbers in every session that is so */
    struct session_mould *mould; /* NULL: the worker makes its own */
};

struct chunk {
    const char *name; /* shown in errors: a file name, or "prompt" */
    int first_line;   /* the number of its first line */
    const char *text;
    size_t length;
    int64_t time; /* a limit for this chunk; 0 for the session's */
    /*
     * The chunk judges the one before it: it sees `result` and `results` (its values), `failure` (its error
     * object or nil), `output`, `elapsed` (seconds) and `calls` (a list of {call, result, errno, fd, actor,
     * elapsed, address, data}), and `fault`, the name of what disturbed it, or nil,
     * and `language`, the word of what it is written in.  It is no chunk of its own: the
     * next check judges the same one.
     */
    bool check;
    /* Another than Lua: a whole program, built and run with the arguments.  Its exit status is its value. */
    enum code_language language;
    bool gives_arguments; /* its values are the arguments of programs from here on */
    bool continues;       /* checks judge it together with the chunks before it, up to one that does not continue */
};

#endif
