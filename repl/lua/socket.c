#include "lua/socket.h"

#include "base/text.h"
#include "lua/arguments.h"
#include "lua/constants.h"
#include "lua/enums.h"
#include "lua/errors.h"
#include "lua/module.h"
#include "lua/object.h"
#include "lua/runtime.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct socket_object {
    struct object object;
    struct net_socket socket;
};

static const struct object_kind socket_object_kind;

struct net_socket *socket_push(lua_State *L)
{
    struct socket_object *object = object_push(L, &socket_object_kind, sizeof *object);
    object->socket = NET_SOCKET_CLOSED;
    return &object->socket;
}

struct net_socket *socket_test(lua_State *L, int index)
{
    struct socket_object *object = object_test(L, index, &socket_object_kind);
    return object != NULL ? &object->socket : NULL;
}

struct net_socket *socket_check(lua_State *L, int index)
{
    struct socket_object *object = object_check(L, index, &socket_object_kind, "a socket");
    return &object->socket;
}

static struct net *net_of(lua_State *L)
{
    return &runtime_of(L)->net;
}

/* Ends a binding that returns nothing: raises what went wrong. */
static int finish(lua_State *L, struct status status)
{
    return status_fine(status) ? 0 : error_raise(L, status);
}

/* --- creating ------------------------------------------------------------------------------------------- */

static int table_integer(lua_State *L, int index, const char *name, int otherwise)
{
    lua_getfield(L, index, name);
    int value = lua_isnil(L, -1) ? otherwise : argument_integer(L, -1, name);
    lua_pop(L, 1);
    return value;
}

/* The one table form: socket.socket{family=, type=, proto=, fileno=}. */
static void check_keys(lua_State *L, int index)
{
    static const char *const known[] = {"family", "type", "proto", "fileno", NULL};
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        bool found = false;
        for (const char *const *name = known; *name != NULL; name++)
            found = found || strcmp(*name, key) == 0;
        if (!found)
            error_throw(L, "TypeError", "socket() knows no argument '%s'; it takes family, type, proto, fileno", key);
    }
}

static int adopt(lua_State *L, int fd, int family, int type, int protocol)
{
    if (fd < 0)
        return error_throw(L, "ValueError", "negative file descriptor");
    struct net_socket *s = socket_push(L);
    struct status status = socket_adopt(net_of(L), s, fd, family, type, protocol);
    return status_fine(status) ? 1 : error_raise(L, status);
}

static int new_socket(lua_State *L)
{
    int family, type, protocol;
    if (lua_type(L, 1) == LUA_TTABLE) {
        check_keys(L, 1);
        family = table_integer(L, 1, "family", -1);
        type = table_integer(L, 1, "type", -1);
        protocol = table_integer(L, 1, "proto", -1);
        if (lua_getfield(L, 1, "fileno") != LUA_TNIL)
            return adopt(L, argument_integer(L, -1, "fileno"), family, type, protocol);
    } else {
        argument_count(L, 0, 4, "socket.socket(family, type, proto, fileno)");
        family = argument_integer_or(L, 1, "the family", -1);
        type = argument_integer_or(L, 2, "the type", -1);
        protocol = argument_integer_or(L, 3, "the protocol", -1);
        if (!lua_isnoneornil(L, 4))
            return adopt(L, argument_integer(L, 4, "fileno"), family, type, protocol);
    }
    struct net_socket *s = socket_push(L);
    struct status status = socket_open(net_of(L), s, family == -1 ? AF_INET : family,
                                       type == -1 ? SOCK_STREAM : type, protocol == -1 ? 0 : protocol);
    return status_fine(status) ? 1 : error_raise(L, status);
}

static int new_pair(lua_State *L)
{
    int family = argument_integer_or(L, 1, "the family", AF_UNIX);
    int type = argument_integer_or(L, 2, "the type", SOCK_STREAM);
    int protocol = argument_integer_or(L, 3, "the protocol", 0);
    struct net_socket *first = socket_push(L), *second = socket_push(L), pair[2];
    pair[0] = pair[1] = NET_SOCKET_CLOSED;
    struct net *net = net_of(L);
    struct status status = socket_pair(net, pair, family, type, protocol);
    if (pair[0].fd >= 0)
        socket_move(net, first, &pair[0]);
    if (pair[1].fd >= 0)
        socket_move(net, second, &pair[1]);
    return status_fine(status) ? 2 : error_raise(L, status);
}

static int get_default_timeout(lua_State *L)
{
    push_timeout(L, net_of(L)->default_timeout);
    return 1;
}

static int set_default_timeout(lua_State *L)
{
    net_of(L)->default_timeout = argument_timeout(L, 1);
    return 0;
}

/* --- methods -------------------------------------------------------------------------------------------- */

static int s_close(lua_State *L)
{
    return finish(L, socket_close(net_of(L), socket_check(L, 1)));
}

static int s_detach(lua_State *L)
{
    lua_pushinteger(L, socket_detach(net_of(L), socket_check(L, 1)));
    return 1;
}

static int s_fileno(lua_State *L)
{
    lua_pushinteger(L, socket_check(L, 1)->fd);
    return 1;
}

static int s_connect(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    struct net_address address;
    argument_address(L, 2, s->family, "connect", &address);
    return finish(L, socket_connect(net_of(L), s, &address));
}

static int s_connect_ex(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    struct net_address address;
    argument_address(L, 2, s->family, "connect_ex", &address);
    struct status status = socket_connect(net_of(L), s, &address);
    if (status.kind == STATUS_INTERRUPTED || status.kind == STATUS_PLAIN)
        return error_raise(L, status);
    /* A timeout of our own has no errno; Python answers EAGAIN. */
    lua_pushinteger(L, status.kind == STATUS_TIMED_OUT ? EAGAIN : status.error);
    return 1;
}

static int s_bind(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    struct net_address address;
    argument_address(L, 2, s->family, "bind", &address);
    return finish(L, socket_bind(net_of(L), s, &address));
}

static int s_listen(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 1, 2, "s:listen(backlog)");
    return finish(L, socket_listen(net_of(L), s, argument_integer_or(L, 2, "the backlog", 128)));
}

static int s_accept(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1), *accepted = socket_push(L);
    struct net_address from;
    struct status status = socket_accept(net_of(L), s, accepted, &from);
    if (!status_fine(status))
        return error_raise(L, status);
    push_address(L, &from);
    return 2;
}

/* The largest message the buffer on the C stack serves; beyond it Lua's memory does. */
#define SMALL 4096

static size_t checked_size(lua_State *L, int index, const char *call)
{
    int size = argument_integer(L, index, "the size");
    if (size < 0)
        error_throw(L, "ValueError", "negative buffersize in %s", call);
    return (size_t)size;
}

static int s_recv(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 2, 3, "s:recv(size, flags)");
    size_t size = checked_size(L, 2, "recv"), received;
    int flags = argument_integer_or(L, 3, "the flags", 0);
    if (size == 0)
        return lua_pushliteral(L, ""), 1;
    char small[SMALL];
    luaL_Buffer large;
    char *room = size <= SMALL ? small : luaL_buffinitsize(L, &large, size);
    struct status status = socket_receive(net_of(L), s, room, size, flags, &received);
    if (!status_fine(status))
        return error_raise(L, status);
    if (size <= SMALL)
        lua_pushlstring(L, small, received);
    else
        luaL_pushresultsize(&large, received);
    return 1;
}

static int s_send(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 2, 3, "s:send(data, flags)");
    size_t length, sent;
    const char *data = argument_bytes(L, 2, "the data", &length);
    struct status status =
        socket_send(net_of(L), s, data, length, argument_integer_or(L, 3, "the flags", 0), &sent);
    if (!status_fine(status))
        return error_raise(L, status);
    lua_pushinteger(L, (lua_Integer)sent);
    return 1;
}

static int s_sendall(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 2, 3, "s:sendall(data, flags)");
    size_t length, sent;
    const char *data = argument_bytes(L, 2, "the data", &length);
    int flags = argument_integer_or(L, 3, "the flags", 0);
    return finish(L, socket_send_all(net_of(L), s, data, length, flags, &sent));
}

static int s_shutdown(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 2, 2, "s:shutdown(how), how is socket.SHUT_RD, SHUT_WR or SHUT_RDWR");
    return finish(L, socket_shutdown(net_of(L), s, argument_integer(L, 2, "how")));
}

static int s_getsockname(lua_State *L)
{
    struct net_address address;
    struct status status = socket_name(net_of(L), socket_check(L, 1), &address);
    if (!status_fine(status))
        return error_raise(L, status);
    push_address(L, &address);
    return 1;
}

static int s_getpeername(lua_State *L)
{
    struct net_address address;
    struct status status = socket_peer_name(net_of(L), socket_check(L, 1), &address);
    if (!status_fine(status))
        return error_raise(L, status);
    push_address(L, &address);
    return 1;
}

static int s_settimeout(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 1, 2, "s:settimeout(seconds)");
    return finish(L, socket_set_timeout(net_of(L), s, argument_timeout(L, 2)));
}

static int s_gettimeout(lua_State *L)
{
    push_timeout(L, socket_check(L, 1)->timeout);
    return 1;
}

static int s_setblocking(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    lua_Integer number;
    bool blocking = lua_toboolean(L, 2);
    if (lua_type(L, 2) != LUA_TBOOLEAN) {
        if (lua_type(L, 2) == LUA_TNUMBER && !lua_isinteger(L, 2))
            return error_throw(L, "TypeError", "setblocking() takes true or false");
        if (!enum_integer(L, 2, &number))
            return error_throw(L, "TypeError", "setblocking() takes true or false, not %s", argument_kind(L, 2));
        blocking = number != 0;
    }
    return finish(L, socket_set_timeout(net_of(L), s, blocking ? NET_FOREVER : NET_NOW));
}

static int s_getblocking(lua_State *L)
{
    lua_pushboolean(L, socket_check(L, 1)->timeout != NET_NOW);
    return 1;
}

static int s_getsockopt(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 3, 4, "s:getsockopt(level, option, length)");
    int level = argument_integer(L, 2, "the level"), option = argument_integer(L, 3, "the option");
    int room = argument_integer_or(L, 4, "the length", 0), number = 0;
    if (room < 0 || room > 1024)
        return error_throw(L, "OSError", "getsockopt buflen out of range");
    char bytes[1024];
    socklen_t length = room == 0 ? sizeof number : (socklen_t)room;
    struct status status =
        socket_option(net_of(L), s, level, option, room == 0 ? (void *)&number : bytes, &length);
    if (!status_fine(status))
        return error_raise(L, status);
    if (room == 0)
        lua_pushinteger(L, number);
    else
        lua_pushlstring(L, bytes, length);
    return 1;
}

static int s_setsockopt(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 4, 5, "s:setsockopt(level, option, value)");
    int level = argument_integer(L, 2, "the level"), option = argument_integer(L, 3, "the option");
    if (lua_type(L, 4) == LUA_TSTRING) {
        size_t length;
        const char *bytes = lua_tolstring(L, 4, &length);
        return finish(L, socket_set_option(net_of(L), s, level, option, bytes, (socklen_t)length));
    }
    if (lua_isnil(L, 4)) {
        int length = argument_integer(L, 5, "the length");
        return finish(L, socket_set_option(net_of(L), s, level, option, NULL, (socklen_t)length));
    }
    int number = lua_isboolean(L, 4) ? lua_toboolean(L, 4) : argument_integer(L, 4, "the value");
    return finish(L, socket_set_option(net_of(L), s, level, option, &number, sizeof number));
}

/* --- the object ----------------------------------------------------------------------------------------- */

static void write_name(struct text *text, const struct net_socket *s, bool peer)
{
    struct net_address address;
    if (!socket_name_quietly(s, peer, &address))
        return;
    const char *label = peer ? "raddr" : "laddr";
    char host[ADDRESS_HOST_ROOM];
    if (address.any.sa_family == AF_UNIX) {
        size_t length;
        const char *path = address_unix_path(&address, &length);
        if (length > 0)
            text_format(text, ", %s=%s%.*s", label, *path ? "" : "@", (int)length - !*path, path + !*path);
    } else if (address.any.sa_family == AF_INET || address.any.sa_family == AF_INET6) {
        address_host(&address, host);
        text_format(text, ", %s=('%s', %u%s)", label, host, address_port(&address),
                    address.any.sa_family == AF_INET6 ? ", 0, 0" : "");
    }
}

static int s_text(lua_State *L)
{
    const struct net_socket *s = socket_check(L, 1);
    struct text text = TEXT_EMPTY;
    text_format(&text, "<socket.socket %sfd=%d, family=%d, type=%d, proto=%d", s->fd < 0 ? "[closed] " : "", s->fd,
                s->family, s->type, s->protocol);
    write_name(&text, s, false);
    write_name(&text, s, true);
    text_add(&text, ">");
    push_text(L, &text);
    return 1;
}

/* At the end of its block: `local s <close> = socket.socket()`. */
static int s_leave(lua_State *L)
{
    socket_close(net_of(L), socket_check(L, 1));
    return 0;
}

/* Nobody can reach it any more, and it is still open: say so as Python does, and close it. */
static int s_collect(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    if (s->fd < 0)
        return 0;
    s_text(L);
    lua_warning(L, "ResourceWarning: unclosed ", 1);
    lua_warning(L, lua_tostring(L, -1), 0);
    socket_close(net_of(L), s);
    return 0;
}

static bool socket_field(lua_State *L, void *object, const char *name)
{
    const struct net_socket *s = &((const struct socket_object *)object)->socket;
    if (strcmp(name, "family") == 0)
        enum_push(L, &address_family, s->family);
    else if (strcmp(name, "type") == 0)
        enum_push(L, &socket_kind, s->type);
    else if (strcmp(name, "proto") == 0)
        lua_pushinteger(L, s->protocol);
    else if (strcmp(name, "timeout") == 0)
        push_timeout(L, s->timeout);
    else
        return false;
    return true;
}

static const struct function_row methods[] = {
    {"accept", "accept()",
     "Waits for a client and gives back a new socket connected to it, and the client's address.\n\n"
     "The listening socket goes on listening; the data flows through the new one. Honours the timeout.\n\n"
     "Raises `BlockingIOError` when the timeout is 0 and nobody waits, `TimeoutError` when the timeout ran out, "
     "`OSError` EINVAL when the socket does not listen.\n\n"
     "```lua\n"
     "l = socket.socket()\n"
     "l:bind(\"127.0.0.1\", 0)\n"
     "l:listen()\n"
     "c = socket.socket()\n"
     "c:connect(l:getsockname())\n"
     "conn, addr = l:accept()\n"
     "addr[1]\n"
     "```\n\n"
     "Manual: accept(2)",
     s_accept},
    {"bind", "bind(host, port)",
     "Gives the socket its own address. Port 0 lets the kernel choose a free one; \"\" as host means every address "
     "of this machine. An `AF_UNIX` socket takes a path.\n\n"
     "Raises `OSError` EADDRINUSE, EADDRNOTAVAIL, `PermissionError` for ports below 1024, `gaierror` for an unknown "
     "host, `OverflowError` for a port outside 0 to 65535.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:bind(\"127.0.0.1\", 0)\n"
     "s:getsockname()\n"
     "```\n\n"
     "Manual: bind(2)",
     s_bind},
    {"close", "close()",
     "Closes the socket. Closing it again does nothing. Every later operation fails with EBADF.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:close()\n"
     "s:fileno()\n"
     "```\n\n"
     "Manual: close(2)",
     s_close},
    {"connect", "connect(host, port)",
     "Connects to an address. `s:connect{host, port}` is the same; an `AF_UNIX` socket takes a path. A blocking "
     "socket waits for the answer, one with a timeout at most that many seconds, one with timeout 0 not at all.\n\n"
     "Raises `ConnectionRefusedError`, `TimeoutError` (\"timed out\", errno nil, when the socket's own timeout ran "
     "out), `BlockingIOError` EINPROGRESS for timeout 0, `OSError` ENETUNREACH, EISCONN, `gaierror` for an unknown "
     "host, `OverflowError` for a port outside 0 to 65535.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:connect(lab.echo().address)\n"
     "s:getpeername()\n"
     "```\n\n"
     "Manual: connect(2)",
     s_connect},
    {"connect_ex", "connect_ex(host, port)",
     "Like `connect`, but gives back a number: 0 when connected, else the errno value. A timeout that ran out gives "
     "EAGAIN (11).\n\n"
     "Still raises `gaierror` for an unknown host, and `TypeError` and `OverflowError` for a malformed address.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "errno.errorcode[s:connect_ex(lab.refused().address)]\n"
     "```\n\n"
     "Manual: connect(2)",
     s_connect_ex},
    {"detach", "detach()",
     "Gives the descriptor away: the object is closed, the descriptor stays open. Gives back its number.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "fd = s:detach()\n"
     "t = socket.socket{fileno = fd}\n"
     "t:close()\n"
     "```",
     s_detach},
    {"fileno", "fileno()",
     "The descriptor, a small integer; -1 when the socket is closed.\n\n"
     "```lua\n"
     "socket.socket():fileno()\n"
     "```",
     s_fileno},
    {"getblocking", "getblocking()",
     "False when the timeout is 0, else true.\n\n"
     "```lua\n"
     "socket.socket():getblocking()\n"
     "```",
     s_getblocking},
    {"getpeername", "getpeername()",
     "The address of the other end. Raises `OSError` ENOTCONN when there is none.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:connect(lab.echo().address)\n"
     "s:getpeername()\n"
     "```\n\n"
     "Manual: getpeername(2)",
     s_getpeername},
    {"getsockname", "getsockname()",
     "The socket's own address: {host, port}, or a path.\n\n"
     "```lua\n"
     "socket.socket():getsockname()\n"
     "```\n\n"
     "Manual: getsockname(2)",
     s_getsockname},
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
     "```",
     s_gettimeout},
    {"listen", "listen([backlog])",
     "Makes the socket a listener. The backlog is how many finished connections may wait for `accept`; 128 "
     "by default.\n\n"
     "```lua\n"
     "l = socket.socket()\n"
     "l:listen()\n"
     "l:getsockname()[2] > 0\n"
     "```\n\n"
     "Manual: listen(2)",
     s_listen},
    {"recv", "recv(size[, flags])",
     "Up to `size` bytes as a string: what has come, not what was asked for. \"\" means the other end has finished "
     "sending. Honours the timeout.\n\n"
     "Raises `TimeoutError`, `BlockingIOError`, `ConnectionResetError`, `OSError` ENOTCONN.\n\n"
     "```lua\n"
     "a, b = socket.socketpair()\n"
     "a:sendall(\"hello\")\n"
     "b:recv(100)\n"
     "```\n\n"
     "Manual: recv(2)",
     s_recv},
    {"send", "send(data[, flags])",
     "Sends bytes and gives back how many the kernel took: it may be fewer than there are.\n\n"
     "Raises `BrokenPipeError`, `ConnectionResetError`, `TimeoutError`, `BlockingIOError`.\n\n"
     "```lua\n"
     "a, b = socket.socketpair()\n"
     "a:send(\"hello\")\n"
     "```\n\n"
     "Manual: send(2)",
     s_send},
    {"sendall", "sendall(data[, flags])",
     "Sends everything, in as many calls as it takes. The timeout is for the whole. When it fails, how much was "
     "sent is not known.\n\n"
     "```lua\n"
     "a, b = socket.socketpair()\n"
     "a:sendall(\"hello\")\n"
     "b:recv(5)\n"
     "```\n\n"
     "Manual: send(2)",
     s_sendall},
    {"setblocking", "setblocking(flag)",
     "`true` is `settimeout(nil)`, `false` is `settimeout(0)`.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:setblocking(false)\n"
     "s:gettimeout()\n"
     "```\n\n"
     "Manual: fcntl(2), O_NONBLOCK",
     s_setblocking},
    {"setsockopt", "setsockopt(level, option, value)",
     "Sets an option to an integer, a boolean or raw bytes; `nil` and a length pass a null pointer.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, true)\n"
     "s:getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)\n"
     "```\n\n"
     "Manual: setsockopt(2), socket(7), tcp(7)",
     s_setsockopt},
    {"settimeout", "settimeout(seconds)",
     "How long each call may wait: seconds, 0 not to wait at all, nil to wait without limit.\n\n"
     "Raises `ValueError` for a negative number.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:settimeout(0.5)\n"
     "s:gettimeout()\n"
     "```",
     s_settimeout},
    {"shutdown", "shutdown(how)",
     "Ends one direction or both: `socket.SHUT_WR` says \"I have sent everything\", the other end reads \"\". The "
     "socket stays open.\n\n"
     "Raises `OSError` ENOTCONN when it is not connected.\n\n"
     "```lua\n"
     "a, b = socket.socketpair()\n"
     "a:shutdown(socket.SHUT_WR)\n"
     "b:recv(1)\n"
     "```\n\n"
     "Manual: shutdown(2)",
     s_shutdown},
    {NULL, NULL, NULL, NULL},
};

static const luaL_Reg metamethods[] = {
    {"__tostring", s_text}, {"__close", s_leave}, {"__gc", s_collect}, {NULL, NULL},
};

static const struct object_kind socket_object_kind = {
    .name = "socket.socket",
    .methods = (const struct function_row *const[]){methods, NULL},
    .field = socket_field,
    .fixed = "a socket's fields cannot be set; settimeout() changes its timeout",
    .metamethods = metamethods,
};

/* --- the module ----------------------------------------------------------------------------------------- */

static const struct function_row functions[] = {
    {"socket", "socket([family[, type[, proto]]])",
     "Makes a socket: `AF_INET` and `SOCK_STREAM` unless told otherwise. Nothing is sent by it. "
     "`socket.socket{fileno = fd}` takes an open descriptor over.\n\n"
     "Raises `OSError` EAFNOSUPPORT, EPROTONOSUPPORT, EMFILE, `PermissionError` for `SOCK_RAW` without the right.\n\n"
     "```lua\n"
     "s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)\n"
     "s\n"
     "```\n\n"
     "Manual: socket(2)",
     new_socket},
    {"socketpair", "socketpair([family[, type[, proto]]])",
     "Two sockets that are connected to each other: `AF_UNIX` and `SOCK_STREAM` unless told otherwise.\n\n"
     "```lua\n"
     "a, b = socket.socketpair()\n"
     "a:send(\"x\")\n"
     "b:recv(1)\n"
     "```\n\n"
     "Manual: socketpair(2)",
     new_pair},
    {"getdefaulttimeout", "getdefaulttimeout()",
     "The timeout new sockets begin with, in seconds; nil for none.\n\n"
     "```lua\n"
     "socket.getdefaulttimeout()\n"
     "```",
     get_default_timeout},
    {"setdefaulttimeout", "setdefaulttimeout(seconds)",
     "The timeout that sockets made from now on begin with; sockets that exist keep theirs.\n\n"
     "```lua\n"
     "socket.setdefaulttimeout(2)\n"
     "t = socket.socket():gettimeout()\n"
     "socket.setdefaulttimeout(nil)\n"
     "t\n"
     "```",
     set_default_timeout},
    {NULL, NULL, NULL, NULL},
};

/* Enumerations, error classes under their old names, and the members of enumerations. */
static bool find(lua_State *L, const char *name)
{
    if (constant_push(L, name))
        return true;
    if (strcmp(name, "error") == 0)
        error_push_class(L, "OSError");
    else if (strcmp(name, "timeout") == 0)
        error_push_class(L, "TimeoutError");
    else if (strcmp(name, "gaierror") == 0 || strcmp(name, "herror") == 0)
        error_push_class(L, name);
    else
        return false;
    return true;
}

static const char *name_at(size_t index)
{
    static const char *const others[] = {"error", "timeout", "gaierror", "herror", NULL};
    const char *name = constant_name_at(index);
    size_t count = constant_count();
    return name != NULL ? name : index - count < 4 ? others[index - count] : NULL;
}

const struct module socket_module = {
    .name = "socket",
    .help = "Sockets, as Python's module of the same name has them: same names, same semantics, same errors.",
    .functions = (const struct function_row *const[]){functions, NULL},
    .find = find,
    .name_at = name_at,
    .objects = (const struct object_rows[]){{"s", methods}, {NULL, NULL}},
};
