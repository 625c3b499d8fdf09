/*
 * deeds.h: what a step did, in words that are the same in every language.  Floor: lesson.
 *
 * One line for each socket call of the learner's, or of a program's:
 *
 *     socket(AF_INET, SOCK_STREAM) = s1
 *     connect(s1, echo) = 0
 *     recv(s1, 100) = 5 "hello"
 *
 * Sockets are counted as they come, ports that the kernel chose too.  Left out is what one language does and another
 * does not, and what no step is about:
 *
 * - flags of descriptors, signals, sleeping, names that are looked up, what was tried on a closed descriptor;
 * - waiting for one descriptor before the call on it; a connect that goes on alone, the wait for it and the question
 *   what became of it are one connect;
 * - a call that a signal interrupted, or that had to wait, when it is made again;
 * - what CPython asks of a socket that it was just given;
 * - a socket that is made and closed, and nothing else.
 */
#ifndef SOCKRATES_LESSON_DEEDS_H
#define SOCKRATES_LESSON_DEEDS_H

#include "trace/address.h"
#include "trace/findings.h"

/* Addresses that have a name. */
struct deeds_place {
    const char *name;
    struct address address;
};

struct deeds_options {
    const struct deeds_place *places; /* borrowed */
    size_t place_count;
    bool python; /* they are a program's that CPython runs */
};

/* One who did things: how its sockets and ports are called. */
struct deeds;

struct deeds *deeds_new(const struct deeds_options *options);
void deeds_free(struct deeds *deeds);

/* Adds what was done in the step from one moment on, up to another. */
void deeds_add(struct deeds *deeds, struct text *out, const struct findings *findings, int64_t begin, int64_t end);

#endif
