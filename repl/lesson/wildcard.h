/*
 * wildcard.h: one line of expected output.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_WILDCARD_H
#define SOCKRATES_LESSON_WILDCARD_H

#include "lesson/expect_names.h"

#include <stdbool.h>
#include <stddef.h>

enum wildcard_kind {
    WILDCARD_NONE,   /* the text is itself */
    WILDCARD_ANY,    /* <...> */
    WILDCARD_NUMBER, /* <port>, <port:a>, <ms:450..650> */
};

/* No wildcard is longer. */
#define WILDCARD_LONGEST 80

struct wildcard {
    enum wildcard_kind kind;
    struct span source; /* the wildcard as it is written, "<port:a>" */
    bool fraction;      /* the number may have one */
    bool ranged;
    double low, high;
    struct span name; /* "port:a"; length 0 without */
};

/* The wildcard at the beginning of the text; kind WILDCARD_NONE when there is none. */
struct wildcard wildcard_at(struct span text);

/* How many bytes at the beginning of the text are a number that the wildcard takes, its name aside; 0: none.
 */
size_t wildcard_number(const struct wildcard *wildcard, struct span text);

/* True when the line matches; what names stand for is learned then. */
bool wildcard_match(struct span expected, struct span actual, struct expect_names *names);

/* True when the line is <...> and nothing else. */
bool wildcard_is_lines(struct span expected);

#endif
