/*
 * state.h: a Lua state with everything in it.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_STATE_H
#define SOCKRATES_LUA_STATE_H

#include "lua/runtime.h"

/*
 * A runtime with Lua's libraries and all of our modules.  Restricted states have no files, no programs, no C
 * modules and no binary chunks.  NULL without memory; free it with runtime_free().
 */
struct runtime *state_new(struct ring *ring, bool restricted, lua_Alloc allocate, void *self);

#endif
