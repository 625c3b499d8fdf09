/*
 * socket.h: socket objects in Lua.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_SOCKET_H
#define SOCKRATES_LUA_SOCKET_H

#include "net/socket.h"

#include <lua.h>

/*
 * Pushes a closed socket object, to be opened in place: the object exists before the descriptor does, so
 * that no error in between can lose one.
 */
struct net_socket *socket_push(lua_State *L);

/* The socket at the index; TypeError when it is something else. */
struct net_socket *socket_check(lua_State *L, int index);

/* The socket at the index, or NULL. */
struct net_socket *socket_test(lua_State *L, int index);

#endif
