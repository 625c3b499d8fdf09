/*
 * globals.h: what stands among the globals.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_GLOBALS_H
#define SOCKRATES_LUA_GLOBALS_H

#include "lua/module.h"

/* Every module, ended by NULL. */
extern const struct module *const modules[];

/* Makes modules, error classes and bytearray known as globals and to require(), without making them yet. */
void globals_install(lua_State *L);

/* Pushes the one of this name as it is at first, a module as a table of its own; false for another name. */
bool global_push_new(lua_State *L, const char *name);

/* The table on top of the stack asks the function for what is not in it. */
void globals_set_index(lua_State *L, lua_CFunction function);

/* The names that globals_install() answers, one by one from 0; NULL after the last. */
const char *global_at(size_t index);

#endif
