/*
 * input.h: io.read() where somebody can be asked.  Floor: lua.
 *
 * Restricted states have no files, and so no standard input.  Where the runtime can ask a person for a line,
 * io.read(), io.lines() and io.stdin are that person; where it cannot, they refuse.
 */
#ifndef SOCKRATES_LUA_INPUT_H
#define SOCKRATES_LUA_INPUT_H

#include <lua.h>

/* Puts them into the table on the top of the stack, which is `io`. */
void input_install(lua_State *L);

#endif
