/*
 * restrict.h: what a session's Lua may not do.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_RESTRICT_H
#define SOCKRATES_LUA_RESTRICT_H

#include <lua.h>

/*
 * A lesson is other people's code: no files, no programs, no C modules, no binary chunks (they can crash the
 * interpreter), and print() and io.write() go where the runtime says.
 */
void restrict_globals(lua_State *L);

/* Only that print() goes where the runtime says. */
void restrict_print(lua_State *L);

#endif
