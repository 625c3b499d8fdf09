/*
 * evaluator.h: what one session remembers from chunk to chunk.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_EVALUATOR_H
#define SOCKRATES_SESSION_EVALUATOR_H

#include "base/text.h"
#include "lua/runtime.h"
#include "session/code_language.h"

#include <stdbool.h>
#include <stdint.h>

/* Numbers of events, [first, last). */
struct event_range {
    uint64_t first, last;
};

/* What checks judge: the last chunk, and those that it continues. */
struct attempt {
    struct event_range *ranges; /* of the chunks' events */
    size_t range_count;
    int64_t elapsed;
    struct text output;
    enum code_language language; /* of the last one */
};

struct workshop;

struct evaluator {
    struct runtime *runtime;
    int width;                        /* columns inspected values should fit into */
    uint32_t chunks;                  /* how many ran */
    uint64_t first_event, last_event; /* of what ran last */
    struct attempt attempt;
    struct workshop *workshop; /* NULL: no programs */
    bool giving;               /* the values of what runs are the arguments of programs */
    bool checking;             /* a check runs: what it prints is not judged */
    bool hearing;              /* it calls the learner's code: what that prints is heard */
    struct text heard;         /* by the check, of what it called last */
    struct text words;         /* what came of that, where it failed */
};

#endif
