/*
 * constants.h: the constants of the socket module.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_CONSTANTS_H
#define SOCKRATES_LUA_CONSTANTS_H

#include "lua/enums.h"
#include "trace/symbols.h"

extern const struct enum_class address_family, socket_kind, message_flag, address_info;

/* Pushes a constant, a member or an enumeration's class by name; false when there is none. */
bool constant_push(lua_State *L, const char *name);

/* All names, one by one; NULL from constant_count() on. */
const char *constant_name_at(size_t index);
size_t constant_count(void);

#endif
