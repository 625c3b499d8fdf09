#include "lua/socket.h"

#include "lua/arguments.h"
#include "lua/errors.h"

/* --- timeouts ------------------------------------------------------------------------------------------- */

static int set_timeout(lua_State *L, struct net_socket *s, int64_t timeout)
{
    struct status status = socket_set_timeout(socket_net(L), s, timeout);
    socket_settled(L, 1);
    return error_check(L, status);
}

static int s_settimeout(lua_State *L)
{
    struct net_socket *s = socket_method(L, 2, 2, "s:settimeout(seconds)");
    return set_timeout(L, s, argument_timeout(L, 2));
}

static int s_gettimeout(lua_State *L)
{
    const struct net_socket *s = socket_method(L, 1, 1, "s:gettimeout()");
    push_timeout(L, s->timeout);
    return 1;
}

static int s_setblocking(lua_State *L)
{
    struct net_socket *s = socket_method(L, 2, 2, "s:setblocking(flag)");
    bool blocking = argument_truth(L, 2, "setblocking()");
    return set_timeout(L, s, blocking ? NET_FOREVER : NET_NOW);
}

static int s_getblocking(lua_State *L)
{
    const struct net_socket *s = socket_method(L, 1, 1, "s:getblocking()");
    lua_pushboolean(L, s->timeout != NET_NOW);
    return 1;
}

static int get_default_timeout(lua_State *L)
{
    argument_count(L, 0, 0, "socket.getdefaulttimeout()");
    push_timeout(L, socket_net(L)->default_timeout);
    return 1;
}

static int set_default_timeout(lua_State *L)
{
    argument_count(L, 1, 1, "socket.setdefaulttimeout(seconds)");
    socket_net(L)->default_timeout = argument_timeout(L, 1);
    return 0;
}

/* --- options -------------------------------------------------------------------------------------------- */

#define LONGEST_OPTION 1024

static int s_getsockopt(lua_State *L)
{
    struct net_socket *s = socket_method(L, 3, 4, "s:getsockopt(level, option, length)");
    int level = argument_integer(L, 2, "the level"), option = argument_integer(L, 3, "the option");
    int room = argument_integer_or(L, 4, "the length", 0), number = 0;
    char bytes[LONGEST_OPTION];
    if (room < 0 || room > LONGEST_OPTION)
        return error_throw(L, "OSError", "getsockopt buflen out of range");
    void *value = room == 0 ? (void *)&number : bytes;
    socklen_t length = room == 0 ? sizeof number : (socklen_t)room;
    error_check(L, socket_option(socket_net(L), s, level, option, value, &length));
    if (room == 0)
        lua_pushinteger(L, number);
    else
        lua_pushlstring(L, bytes, length);
    return 1;
}

static int s_setsockopt(lua_State *L)
{
    static const char usage[] = "s:setsockopt(level, option, value), or nil as value and a length";
    struct net_socket *s = socket_method(L, 4, 5, usage);
    int level = argument_integer(L, 2, "the level"), option = argument_integer(L, 3, "the option");
    bool bare = lua_isnil(L, 4);
    argument_count(L, bare ? 5 : 4, bare ? 5 : 4, usage);
    size_t length = sizeof(int);
    const void *bytes = NULL;
    int number = 0;
    if (bare)
        length = (size_t)argument_integer(L, 5, "the length");
    else if (argument_is_bytes(L, 4))
        bytes = argument_bytes(L, 4, "the value", &length);
    else
        number = lua_isboolean(L, 4) ? lua_toboolean(L, 4) : argument_integer(L, 4, "the value");
    if (!bare && bytes == NULL)
        bytes = &number;
    return error_check(L, socket_set_option(socket_net(L), s, level, option, bytes, (socklen_t)length));
}

const struct function_row socket_option_methods[] = {
    {"getblocking", s_getblocking},
    {"getsockopt", s_getsockopt},
    {"gettimeout", s_gettimeout},
    {"setblocking", s_setblocking},
    {"setsockopt", s_setsockopt},
    {"settimeout", s_settimeout},
    {NULL, NULL},
};

const struct function_row socket_option_functions[] = {
    {"getdefaulttimeout", get_default_timeout},
    {"setdefaulttimeout", set_default_timeout},
    {NULL, NULL},
};
