/*
 * evaluator.h: what one session remembers from chunk to chunk.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_EVALUATOR_H
#define SOCKRATES_SESSION_EVALUATOR_H

#include "base/text.h"
#include "lua/runtime.h"

#include <stdint.h>

struct evaluator {
    struct runtime *runtime;
    int width;                        /* columns inspected values should fit into */
    uint32_t chunks;                  /* how many ran */
    uint64_t first_event, last_event; /* of the last chunk */
    int64_t elapsed;
    struct text output; /* of the last chunk; whoever takes print()'s output adds to it */
};

#endif
