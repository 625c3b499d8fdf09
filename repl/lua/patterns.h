/*
 * patterns.h: string.find, match, gmatch, gsub and rep that can be stopped.  Floor: lua.
 *
 * Lua's own run to their end whatever a signal asks for, and a pattern such as ("a?"):rep(30)..("a"):rep(30) may take
 * hours.  These give the same results and raise the same errors, and end with KeyboardInterrupt when the chunk is to
 * end.  Restricted states have them; a test compares them with Lua's.
 */
#ifndef SOCKRATES_LUA_PATTERNS_H
#define SOCKRATES_LUA_PATTERNS_H

#include <lua.h>

/* Puts them into the table `string`. */
void patterns_install(lua_State *L);

#endif
