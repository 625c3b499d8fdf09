/*
 * mould.h: what every worker begins with.  Floor: session; a front sees only struct session_mould.
 *
 * Most of what a short session costs is filling a Lua state with libraries.  A front with many sessions does
 * that once, in a mould that evaluates nothing, and every worker that is forked takes its copy of it.
 */
#ifndef SOCKRATES_SESSION_MOULD_H
#define SOCKRATES_SESSION_MOULD_H

#include "lua/runtime.h"
#include "session/request.h"

/*
 * In the worker: the mould's state as the worker's own, its events in this ring, its memory limited to so
 * many bytes, its random numbers its own, or those of every worker that is to do the same.  The mould is used up.
 */
struct runtime *mould_take(struct session_mould *mould, struct ring *ring, size_t memory, bool same);

#endif
