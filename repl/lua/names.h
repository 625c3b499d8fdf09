/*
 * names.h: looking names up.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_NAMES_H
#define SOCKRATES_LUA_NAMES_H

#include "base/text.h"
#include "lua/module.h"

/* Rows of the socket module. */
extern const struct function_row socket_name_functions[], socket_number_functions[], socket_create_functions[];

/*
 * Pushes an object that keeps what getaddrinfo finds for the address {host, port} at the index, to be read
 * with resolve_next(); raises what went wrong.
 */
struct text *names_look_up(lua_State *L, int index, int type);

#endif
