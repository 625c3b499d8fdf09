/*
 * os.h: what we add to Lua's own os.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_OS_H
#define SOCKRATES_LUA_OS_H

#include <lua.h>

/* Sets our functions beside those that are there. */
void os_extend(lua_State *L);

#endif
