/*
 * bounded.h: the rest of Lua's own library, so that it can be stopped.  Floor: lua.
 *
 * A loop in C runs to its end whatever a signal asks for.  Where a learner's values decide how long that is, restricted
 * states have a loop that looks up now and then: table.insert, remove, move, concat and sort, load of a long text,
 * collectgarbage.  Finalizers run where hooks reach them; Lua switches hooks off for them.
 */
#ifndef SOCKRATES_LUA_BOUNDED_H
#define SOCKRATES_LUA_BOUNDED_H

#include <lua.h>

/* Puts them in the place of Lua's own; after those were restricted. */
void bounded_install(lua_State *L);

#endif
