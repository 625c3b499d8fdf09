/*
 * arguments.h: what a chunk of Lua gives to programs.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_ARGUMENTS_H
#define SOCKRATES_SESSION_ARGUMENTS_H

#include <lua.h>

/* Keeps the `count` values from index `first` on: strings and numbers; of tables, addresses among them, what they list.
 */
void arguments_keep(lua_State *L, int first, int count);

/* Those that are kept, as texts with a NULL after them; the list and the texts are yours to free.  Never raises. */
char **arguments_take(lua_State *L);
void arguments_free(char **arguments);

#endif
