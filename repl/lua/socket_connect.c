#include "lua/socket.h"

#include "lua/arguments.h"
#include "lua/errors.h"

#include <errno.h>

static int s_connect(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    struct address address;
    argument_address(L, 2, s->family, "connect", &address);
    return error_check(L, socket_connect(socket_net(L), s, &address));
}

static int s_connect_ex(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    struct address address;
    argument_address(L, 2, s->family, "connect_ex", &address);
    struct status status = socket_connect(socket_net(L), s, &address);
    if (status.kind != STATUS_FINE && status.kind != STATUS_ERRNO && status.kind != STATUS_TIMED_OUT)
        return error_raise(L, status);
    /* A timeout of our own has no errno; Python answers EAGAIN. */
    lua_pushinteger(L, status.kind == STATUS_TIMED_OUT ? EAGAIN : status.error);
    return 1;
}

static int s_bind(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    struct address address;
    argument_address(L, 2, s->family, "bind", &address);
    return error_check(L, socket_bind(socket_net(L), s, &address));
}

static int s_listen(lua_State *L)
{
    struct net_socket *s = socket_method(L, 1, 2, "s:listen(backlog)");
    return error_check(L, socket_listen(socket_net(L), s, argument_integer_or(L, 2, "the backlog", 128)));
}

static int s_accept(lua_State *L)
{
    struct net_socket *s = socket_method(L, 1, 1, "s:accept()");
    struct net_socket *accepted = socket_push_as(L, s->family, s->type, s->protocol);
    struct address from;
    error_check(L, socket_accept(socket_net(L), s, accepted, &from));
    push_address(L, &from);
    return 2;
}

static int s_shutdown(lua_State *L)
{
    struct net_socket *s = socket_method(L, 2, 2, "s:shutdown(how), how is socket.SHUT_RD, SHUT_WR or SHUT_RDWR");
    return error_check(L, socket_shutdown(socket_net(L), s, argument_integer(L, 2, "how")));
}

static int push_name(lua_State *L, struct status status, const struct address *address)
{
    error_check(L, status);
    push_address(L, address);
    return 1;
}

static int s_getsockname(lua_State *L)
{
    struct net_socket *s = socket_method(L, 1, 1, "s:getsockname()");
    struct address address;
    return push_name(L, socket_name(socket_net(L), s, &address), &address);
}

static int s_getpeername(lua_State *L)
{
    struct net_socket *s = socket_method(L, 1, 1, "s:getpeername()");
    struct address address;
    return push_name(L, socket_peer_name(socket_net(L), s, &address), &address);
}

const struct function_row socket_connect_methods[] = {
    {"accept", s_accept},
    {"bind", s_bind},
    {"connect", s_connect},
    {"connect_ex", s_connect_ex},
    {"getpeername", s_getpeername},
    {"getsockname", s_getsockname},
    {"listen", s_listen},
    {"shutdown", s_shutdown},
    {NULL, NULL},
};
