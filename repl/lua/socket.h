/*
 * socket.h: socket objects in Lua.  Floor: lua.
 *
 * The object, its making and closing are in socket.c; what it does stands in the files beside it, each with
 * rows of its own.
 */
#ifndef SOCKRATES_LUA_SOCKET_H
#define SOCKRATES_LUA_SOCKET_H

#include "lua/module.h"
#include "lua/runtime.h"
#include "lua/arguments.h"
#include "net/socket.h"

#include <lua.h>

/*
 * Pushes a closed socket object, to be opened in place: the object exists before the descriptor does, so
 * that no error in between can lose one.
 */
struct net_socket *socket_push(lua_State *L);

/* The same for a socket that will be opened with these: faster. */
struct net_socket *socket_push_as(lua_State *L, int family, int type, int protocol);

/* The socket at the index; TypeError when it is something else. */
struct net_socket *socket_check(lua_State *L, int index);

/* The socket whose method is called with `least` to `most` arguments, itself included. */
static inline struct net_socket *socket_method(lua_State *L, int least, int most, const char *usage)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, least, most, usage);
    return s;
}

/* The socket at the index, or NULL. */
struct net_socket *socket_test(lua_State *L, int index);

/* The socket at the index, while it is open and not known by a name; NULL, too, when one was looked for often. */
struct net_socket *socket_unnamed(lua_State *L, int index);
void socket_named(lua_State *L, int index);

/*
 * The socket at the index was opened, or its timeout has changed: from now on its fields are read from a table.
 * A socket for which this was never said works as well, and slower.
 */
void socket_settled(lua_State *L, int index);

/* A file made of the socket keeps the descriptor open, even when the socket is closed meanwhile. */
void socket_hold(lua_State *L, int index);
struct status socket_release(lua_State *L, int index);

static inline struct net *socket_net(lua_State *L)
{
    return &runtime_of(L)->net;
}

/* Rows of socket.c and of the files beside it; socket_module.c makes the module of them. */
extern const struct function_row socket_functions[], socket_methods[], socket_connect_methods[], socket_data_methods[],
    socket_option_methods[], socket_option_functions[], socket_message_methods[], socket_message_functions[],
    socket_file_methods[], file_methods[];

#endif
