/*
 * constants.h: the constants of the socket module.  Floor: lua.
 *
 * Made from constants.list when the program is built.
 */
#ifndef SOCKRATES_LUA_CONSTANTS_H
#define SOCKRATES_LUA_CONSTANTS_H

#include "lua/enums.h"

extern const struct enum_class address_family, socket_kind, message_flag, address_info;

/* Pushes a constant, a member or an enumeration's class by name; false when there is none. */
bool constant_push(lua_State *L, const char *name);

/* All names, one by one; NULL from constant_count() on. */
const char *constant_name_at(size_t index);
size_t constant_count(void);

/* The name of the value among those with the prefix ("IPPROTO_", 6 -> "IPPROTO_TCP"), or NULL. */
const char *constant_name_of(const char *prefix, lua_Integer value);

#endif
