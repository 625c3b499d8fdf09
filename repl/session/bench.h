/*
 * bench.h: the process that builds and runs programs, and what is said to it.  Floor: session.
 *
 * It and its worker speak in frames, see frame.h.  What a program prints goes to the worker directly.
 */
#ifndef SOCKRATES_SESSION_BENCH_H
#define SOCKRATES_SESSION_BENCH_H

#include "trace/ring.h"

#include <stdint.h>
#include <sys/types.h>

/* FRAME_BUILD: this, the name, the text. */
struct bench_source {
    int32_t language, first_line;
    uint32_t name_length;
};

/* FRAME_ENDED: this, then why it could not be started, in words. */
struct bench_end {
    int32_t status; /* as of waitpid(2) */
    int32_t why;    /* enum bench_why */
};

enum bench_why { BENCH_BY_ITSELF, BENCH_NOT_STARTED, BENCH_PROCESSES };

struct bench_place {
    int channel;        /* to the worker */
    int output;         /* of programs */
    const char *folder; /* where all happens */
    struct ring *ring;
};

/* In a freshly forked child.  Serves until the channel closes. */
_Noreturn void bench_run(const struct bench_place *place, pid_t parent);

#endif
