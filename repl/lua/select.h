/*
 * select.h: the module select, and what it shares.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_SELECT_H
#define SOCKRATES_LUA_SELECT_H

#include <lua.h>

/* The descriptor of a socket, an integer or an object with fileno(); never negative. */
int select_descriptor(lua_State *L, int index);

/* Puts the module in the place of Lua's function of the same name, and makes it callable as that function. */
void select_extend(lua_State *L);

#endif
