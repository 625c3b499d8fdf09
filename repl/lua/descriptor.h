/*
 * descriptor.h: what can be waited for, and how long.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_DESCRIPTOR_H
#define SOCKRATES_LUA_DESCRIPTOR_H

#include <lua.h>
#include <stdint.h>

/* The descriptor of a socket, an integer or an object with fileno(); never negative. */
int descriptor_argument(lua_State *L, int index);

/*
 * A time in units of so many nanoseconds, rounded up: nanoseconds.  NET_FOREVER for nil or nothing, less than
 * that for a negative time.
 */
int64_t descriptor_timeout(lua_State *L, int index, int64_t unit);

#endif
