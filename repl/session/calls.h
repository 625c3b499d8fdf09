/*
 * calls.h: system calls as checks see them.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_CALLS_H
#define SOCKRATES_SESSION_CALLS_H

#include "session/evaluator.h"
#include "trace/ring.h"

#include <lua.h>
#include <stddef.h>

/* Pushes a list of the calls in these ranges: {call =, result =, fd =, errno =, actor =, elapsed =, at =, ...}. */
void calls_push(lua_State *L, const struct ring *ring, const struct event_range *ranges, size_t range_count);

#endif
