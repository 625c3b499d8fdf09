/*
 * limits.h: memory of a Lua state, counted and limited.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_LIMITS_H
#define SOCKRATES_SESSION_LIMITS_H

#include <stddef.h>

struct memory_limit {
    size_t used, most; /* bytes */
};

/* A lua_Alloc whose first argument is a struct memory_limit: beyond `most` there is no memory. */
void *limited_allocate(void *self, void *block, size_t old, size_t size);

#endif
