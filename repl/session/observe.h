/*
 * observe.h: what a check sees of the chunk before it.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_OBSERVE_H
#define SOCKRATES_SESSION_OBSERVE_H

#include <lua.h>

struct evaluator;

/* A new chunk begins: nothing is known of it yet. */
void observe_forget(lua_State *L);

/* Keeps the `count` values at the bottom of the stack; keeps the error value at the index. */
void observe_keep_values(lua_State *L, int count);
void observe_keep_failure(lua_State *L, int index);

/* Sets the globals result, results, failure, output, elapsed and calls; takes them away again. */
void observe_offer(lua_State *L, const struct evaluator *evaluator);
void observe_withdraw(lua_State *L);

#endif
