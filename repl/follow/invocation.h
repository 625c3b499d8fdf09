/*
 * invocation.h: a system call while it is made.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_INVOCATION_H
#define SOCKRATES_FOLLOW_INVOCATION_H

#include "follow/handles.h"
#include "follow/tracee.h"

struct invocation {
    pid_t process; /* whose memory its arguments point to */
    uint64_t number, arguments[6];
    const struct handles *handles; /* what its descriptors are */
};

static inline int invocation_int(const struct invocation *call, int argument)
{
    return (int)call->arguments[argument];
}

/* Copies what an argument points to; false when that is not readable, or there is no such thing. */
static inline bool invocation_take(const struct invocation *call, int argument, void *to, size_t length)
{
    return tracee_take(call->process, call->arguments[argument], to, length);
}

#endif
