/*
 * keywords.h: optional arguments by name, as a last table.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_KEYWORDS_H
#define SOCKRATES_LUA_KEYWORDS_H

#include <lua.h>
#include <stdbool.h>

/*
 * True when a table of named arguments stands at the index; TypeError when it holds a name that is not among
 * `known`, which ends with NULL.  A list, {host, port}, is none.
 */
bool keywords_at(lua_State *L, int index, const char *call, const char *const *known);

/* Pushes the argument of that name and returns true; nothing when it was not given. */
bool keyword_push(lua_State *L, int index, const char *name);

int keyword_integer(lua_State *L, int index, const char *name, int otherwise);
bool keyword_truth(lua_State *L, int index, const char *name);

#endif
