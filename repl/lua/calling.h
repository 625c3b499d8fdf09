/*
 * calling.h: where in the learner's program a call is made.  Floor: lua.
 *
 * Its line, the function on whose behalf, and what the learner calls the socket, so that a program in another language
 * can say the same.
 */
#ifndef SOCKRATES_LUA_CALLING_H
#define SOCKRATES_LUA_CALLING_H

#include "lua/runtime.h"

/* From here on calls know their place, and states of TCP sockets are followed: restricted states begin so. */
void calling_begin(struct runtime *runtime);

/* The same in a peer: its sockets get names, its calls no lines. */
void calling_begin_peer(struct runtime *runtime);

/* The chunk wrote this, between its calls; of many such only the first are kept. */
void calling_print(struct runtime *runtime, const char *bytes, size_t length);

/* The globals, and tables in them, that hold sockets which have no name yet give them theirs: once a chunk is over. */
void calling_name_globals(lua_State *L);

#endif
