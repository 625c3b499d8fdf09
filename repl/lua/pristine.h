/*
 * pristine.h: Lua as it was before the learner's code.  Floor: lua.
 *
 * A check calls assert(), type(), ("x"):find() and the modules, and must get ours, whatever the learner made of those
 * names.  So the functions are kept when a state begins, and a check gets an environment of its own that has them.
 */
#ifndef SOCKRATES_LUA_PRISTINE_H
#define SOCKRATES_LUA_PRISTINE_H

#include <lua.h>

/* Keeps what is there now; before any of the learner's code runs. */
void pristine_keep(lua_State *L);

/*
 * Pushes a new environment.  It has the functions and modules that were kept; other names are the learner's globals,
 * which are all in its _G.  What is set in it stays in it.  Its `own` names, a list that NULL ends, are never the
 * learner's, also while they are nil.
 */
void pristine_push(lua_State *L, const char *const *own);

/* What stands on top of the stack, which it pops, is ours under this name from here on. */
void pristine_replace(lua_State *L, const char *name);

/*
 * Between these, methods of strings and classes of errors are as they were, too; names that the learner added to the
 * methods of strings stay.
 */
void pristine_enter(lua_State *L);
void pristine_leave(lua_State *L);

#endif
