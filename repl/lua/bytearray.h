/*
 * bytearray.h: bytes that can be changed.  Floor: lua.
 *
 * What recv_into() writes into.  As in a string the first byte has the number 1.
 */
#ifndef SOCKRATES_LUA_BYTEARRAY_H
#define SOCKRATES_LUA_BYTEARRAY_H

#include "lua/rows.h"

#include <lua.h>
#include <stddef.h>

/* The bytes of the bytearray at the index, NULL when it is none. */
char *bytearray_test(lua_State *L, int index, size_t *length);

/* The same, or TypeError. */
char *bytearray_check(lua_State *L, int index, size_t *length);

extern const struct function_row bytearray_functions[], bytearray_methods[];

#endif
