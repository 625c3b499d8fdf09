#include "lua/socket.h"

#include "lua/arguments.h"
#include "lua/errors.h"

#include <string.h>

/* --- timeouts ------------------------------------------------------------------------------------------- */

static int set_timeout(lua_State *L, struct net_socket *s, int64_t timeout)
{
    struct status status = socket_set_timeout(socket_net(L), s, timeout);
    socket_settled(L, 1);
    return error_check(L, status);
}

static int s_settimeout(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 2, 2, "s:settimeout(seconds)");
    return set_timeout(L, s, argument_timeout(L, 2));
}

static int s_gettimeout(lua_State *L)
{
    const struct net_socket *s = socket_check(L, 1);
    argument_count(L, 1, 1, "s:gettimeout()");
    push_timeout(L, s->timeout);
    return 1;
}

static int s_setblocking(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 2, 2, "s:setblocking(flag)");
    bool blocking = argument_truth(L, 2, "setblocking");
    return set_timeout(L, s, blocking ? NET_FOREVER : NET_NOW);
}

static int s_getblocking(lua_State *L)
{
    const struct net_socket *s = socket_check(L, 1);
    argument_count(L, 1, 1, "s:getblocking()");
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
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 3, 4, "s:getsockopt(level, option, length)");
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
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 4, 5, usage);
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
    {"getblocking", "getblocking()",
     "False when the timeout is 0, else true.\n\n"
     "```lua\n"
     "socket.socket():getblocking()\n"
     "```\n\n"
     "Manual: fcntl(2), O_NONBLOCK",
     s_getblocking},
    {"getsockopt", "getsockopt(level, option[, length])",
     "Reads an option: an integer, or up to `length` bytes (at most 1024) when a length is given.\n\n"
     "Raises `OSError` ENOPROTOOPT when the socket has no such option.\n\n"
     "```lua\n"
     "socket.socket():getsockopt(socket.SOL_SOCKET, socket.SO_TYPE)\n"
     "```\n\n"
     "Manual: getsockopt(2), socket(7), tcp(7)",
     s_getsockopt},
    {"gettimeout", "gettimeout()",
     "The timeout in seconds; nil when the socket waits without limit, 0 when it never waits.\n\n"
     "```lua\n"
     "socket.socket():gettimeout()\n"
     "```\n\n"
     "Manual: poll(2)",
     s_gettimeout},
    {"setblocking", "setblocking(flag)",
     "`true` is `settimeout(nil)`, `false` is `settimeout(0)`.\n\n"
     "Raises `TypeError` for what is neither a boolean nor an integer.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:setblocking(false)\n"
     "s:gettimeout()\n"
     "```\n\n"
     "Manual: fcntl(2), O_NONBLOCK",
     s_setblocking},
    {"setsockopt", "setsockopt(level, option, value)",
     "Sets an option to an integer, a boolean or raw bytes; `nil` and a length pass a null pointer.\n\n"
     "Raises `OSError` ENOPROTOOPT when the socket has no such option, EINVAL when the value is too short "
     "for "
     "it.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, true)\n"
     "s:getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)\n"
     "```\n\n"
     "Manual: setsockopt(2), socket(7), tcp(7)",
     s_setsockopt},
    {"settimeout", "settimeout(seconds)",
     "How long each call may wait: seconds, 0 not to wait at all, nil to wait without limit.\n\n"
     "Raises `ValueError` for a negative number, `TypeError` for what is no number, `OverflowError` for more "
     "than 292 years.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:settimeout(0.5)\n"
     "s:gettimeout()\n"
     "```\n\n"
     "Manual: poll(2), fcntl(2)",
     s_settimeout},
    {NULL, NULL, NULL, NULL},
};

const struct function_row socket_option_functions[] = {
    {"getdefaulttimeout", "getdefaulttimeout()",
     "The timeout new sockets begin with, in seconds; nil for none.\n\n"
     "```lua\n"
     "socket.getdefaulttimeout()\n"
     "```\n\n"
     "Manual: poll(2)",
     get_default_timeout},
    {"setdefaulttimeout", "setdefaulttimeout(seconds)",
     "The timeout that sockets made from now on begin with; sockets that exist keep theirs. In seconds; nil "
     "for none, 0 for sockets that never wait.\n\n"
     "Raises `ValueError` for a negative number, `TypeError` for what is no number.\n\n"
     "```lua\n"
     "socket.setdefaulttimeout(2)\n"
     "t = socket.socket():gettimeout()\n"
     "socket.setdefaulttimeout(nil)\n"
     "t\n"
     "```\n\n"
     "Manual: poll(2)",
     set_default_timeout},
    {NULL, NULL, NULL, NULL},
};
