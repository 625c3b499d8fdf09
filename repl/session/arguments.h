/*
 * arguments.h: what a chunk of Lua gives to programs.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_ARGUMENTS_H
#define SOCKRATES_SESSION_ARGUMENTS_H

#include <lua.h>

/*
 * Keeps the `count` values from index `first` on: strings and numbers; of tables, addresses and lists of addresses
 * among them, what they list. `false` for the first says that the program is not to run by itself: a check will start
 * it.
 */
void arguments_keep(lua_State *L, int first, int count);

/* The same values as texts with a NULL after them, without keeping them. */
char **arguments_of(lua_State *L, int first, int count);

/*
 * Those that are kept, as texts with a NULL after them; the list and the texts are yours to free; NULL: it is not
 * to run by itself.  Never raises.
 */
char **arguments_take(lua_State *L);
void arguments_free(char **arguments);

#endif
