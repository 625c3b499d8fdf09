/*
 * state.h: what a kernel has.  Floor: kernel.
 */
#ifndef SOCKRATES_KERNEL_STATE_H
#define SOCKRATES_KERNEL_STATE_H

#include "kernel/learner.h"
#include "kernel/past_cells.h"
#include "kernel/post.h"
#include "kernel/stream.h"

struct kernel {
    struct connection *connection;
    struct post *post;
    struct learner learner;
    struct stream stream;
    struct past_cells past;
    int count; /* of the cells that ran: the number of the last */
};

#endif
