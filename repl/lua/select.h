/*
 * select.h: the module select in the place of Lua's function.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_SELECT_H
#define SOCKRATES_LUA_SELECT_H

#include <lua.h>

/* Puts the module in the place of Lua's function of the same name, and makes it callable as that function. */
void select_extend(lua_State *L);

#endif
