/*
 * arguments.h: what learners pass to calls.  Floor: lua.
 *
 * Every function here returns a valid value or raises TypeError, ValueError or OverflowError, worded for the
 * person who typed the call.
 */
#ifndef SOCKRATES_LUA_ARGUMENTS_H
#define SOCKRATES_LUA_ARGUMENTS_H

#include "base/text.h"
#include "lua/errors.h"
#include "lua/runtime.h"

#include <limits.h>
#include <lua.h>
#include <stdbool.h>

/* The same as argument_integer(), for everything. */
int argument_any_integer(lua_State *L, int index, const char *what);

/* An integer or enumeration member that fits a C int; `what` names it in the error: "backlog". */
static inline int argument_integer(lua_State *L, int index, const char *what)
{
    lua_Integer value = lua_isinteger(L, index) ? lua_tointegerx(L, index, NULL) : LUA_MININTEGER;
    return value >= INT_MIN && value <= INT_MAX ? (int)value : argument_any_integer(L, index, what);
}

/* `otherwise` when the argument was left out; nil is not left out. */
static inline int argument_integer_or(lua_State *L, int index, const char *what, int otherwise)
{
    return lua_gettop(L) < index ? otherwise : argument_integer(L, index, what);
}

/* A number of bytes; beyond what an int holds it counts as the largest or smallest int. */
int argument_any_size(lua_State *L, int index, const char *what);

static inline int argument_size(lua_State *L, int index, const char *what)
{
    lua_Integer value = lua_isinteger(L, index) ? lua_tointegerx(L, index, NULL) : LUA_MININTEGER;
    return value >= INT_MIN && value <= INT_MAX ? (int)value : argument_any_size(L, index, what);
}

/* What is no string must be a bytearray. */
const char *argument_bytearray(lua_State *L, int index, const char *what, size_t *length);

/* A string or a bytearray; numbers are not taken for strings. */
static inline const char *argument_bytes(lua_State *L, int index, const char *what, size_t *length)
{
    return lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, length)
                                             : argument_bytearray(L, index, what, length);
}

bool argument_is_bytes(lua_State *L, int index);

/* The same as a C string: one with a zero byte is no name of a machine (TypeError), no word that is read (ValueError).
 */
const char *argument_name(lua_State *L, int index, const char *what);
const char *argument_word(lua_State *L, int index, const char *what);

/* The length of the list at the index, at least 0; ValueError when its metatable tells what cannot be. */
int argument_length(lua_State *L, int index);

/* A boolean or an integer, as Python takes a flag: 0 is false.  `what` is "setblocking()", or the name of a value. */
bool argument_truth(lua_State *L, int index, const char *what);

/* The longest time Python counts: its nanoseconds fit 64 bits. */
#define ARGUMENT_MOST_SECONDS 9223372036.0

/* nil, or seconds: nanoseconds, NET_FOREVER for nil. `present` says whether nil was given or left out. */
int64_t argument_timeout(lua_State *L, int index);

/* The `count` values on top of the stack become one list of them. */
void push_list(lua_State *L, int count);

/* How nanoseconds look to Lua: nil for NET_FOREVER, else seconds as a float. */
void push_timeout(lua_State *L, int64_t timeout);

/* Never returns. */
void argument_count_wrong(lua_State *L, int least, const char *usage);

/* How many arguments there are, from `least` to `most`, the receiver included. */
static inline int argument_count(lua_State *L, int least, int most, const char *usage)
{
    int count = lua_gettop(L);
    if (count < least || count > most)
        argument_count_wrong(L, least, usage);
    return count;
}

/*
 * An address for a socket of this family: host, port as two arguments from `first`, or one table
 * {host, port}, or a path.  May look a name up.  `method` is for the errors: "connect".
 */
void argument_address(lua_State *L, int first, int family, const char *method, struct address *address);

/* Pushes an address as Lua sees it: {host, port}, {host, port, flowinfo, scope_id}, a path, nil. */
void push_address(lua_State *L, const struct address *address);

/* Pushes the first 2 KiB of the text.  It is freed before: a push may raise. */
void push_text(lua_State *L, struct text *text);

/* "a string", "nil", "nothing", "a table": what stands at the index, for errors. */
static inline const char *argument_kind(lua_State *L, int index)
{
    return error_kind(L, index);
}

#endif
