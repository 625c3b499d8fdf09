/*
 * limits.h: memory of Lua states, counted and limited.  Floor: session.
 *
 * The limit is the session's: what its peers use, processes of their own, counts too.
 */
#ifndef SOCKRATES_SESSION_LIMITS_H
#define SOCKRATES_SESSION_LIMITS_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct memory_shares;

struct memory_limit {
    size_t used, most;            /* bytes */
    size_t spare;                 /* beyond `most`, for what is done between chunks */
    struct memory_shares *shares; /* what every process of the session uses; NULL: there is only this one */
    size_t told;                  /* of `used`, as it stands in `shares` */
    size_t inherited;             /* of `used`: what the process was forked with, which is its parent's */
    pid_t process;                /* that told it last */
};

/* From here on forked processes share the limit.  Freed with the last of them. */
void memory_share(struct memory_limit *limit);

/* A lua_Alloc whose first argument is a struct memory_limit: beyond `most` there is no memory. */
void *limited_allocate(void *self, void *block, size_t old, size_t size);

/*
 * Whether a little more than the limit may be used: a chunk may not, but what goes on around it must not fail because
 * the chunk has left nothing.  Nothing for a state with another allocator.
 */
void limited_spare(lua_State *L, bool spare);

#endif
