#include "lua/socket.h"

#include "lua/arguments.h"
#include "lua/errors.h"

#include <errno.h>

static int s_connect(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    struct net_address address;
    argument_address(L, 2, s->family, "connect", &address);
    return error_check(L, socket_connect(socket_net(L), s, &address));
}

static int s_connect_ex(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    struct net_address address;
    argument_address(L, 2, s->family, "connect_ex", &address);
    struct status status = socket_connect(socket_net(L), s, &address);
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
    return error_check(L, socket_bind(socket_net(L), s, &address));
}

static int s_listen(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 1, 2, "s:listen(backlog)");
    return error_check(L, socket_listen(socket_net(L), s, argument_integer_or(L, 2, "the backlog", 128)));
}

static int s_accept(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 1, 1, "s:accept()");
    struct net_socket *accepted = socket_push_as(L, s->family, s->type, s->protocol);
    struct net_address from;
    error_check(L, socket_accept(socket_net(L), s, accepted, &from));
    push_address(L, &from);
    return 2;
}

static int s_shutdown(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    argument_count(L, 2, 2, "s:shutdown(how), how is socket.SHUT_RD, SHUT_WR or SHUT_RDWR");
    return error_check(L, socket_shutdown(socket_net(L), s, argument_integer(L, 2, "how")));
}

static int push_name(lua_State *L, struct status status, const struct net_address *address)
{
    error_check(L, status);
    push_address(L, address);
    return 1;
}

static int s_getsockname(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    struct net_address address;
    argument_count(L, 1, 1, "s:getsockname()");
    return push_name(L, socket_name(socket_net(L), s, &address), &address);
}

static int s_getpeername(lua_State *L)
{
    struct net_socket *s = socket_check(L, 1);
    struct net_address address;
    argument_count(L, 1, 1, "s:getpeername()");
    return push_name(L, socket_peer_name(socket_net(L), s, &address), &address);
}

const struct function_row socket_connect_methods[] = {
    {"accept", "accept()",
     "Waits for a client and gives back a new socket connected to it, and the client's address.\n\n"
     "The listening socket goes on listening; the data flows through the new one. Honours the timeout.\n\n"
     "Raises `BlockingIOError` when the timeout is 0 and nobody waits, `TimeoutError` when the timeout ran "
     "out, "
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
     "Gives the socket its own address. Port 0 lets the kernel choose a free one; \"\" as host means every "
     "address "
     "of this machine. An `AF_UNIX` socket takes a path.\n\n"
     "Raises `OSError` EADDRINUSE, EADDRNOTAVAIL, `PermissionError` for ports below 1024, `gaierror` for an "
     "unknown "
     "host, `OverflowError` for a port outside 0 to 65535.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:bind(\"127.0.0.1\", 0)\n"
     "s:getsockname()\n"
     "```\n\n"
     "Manual: bind(2)",
     s_bind},
    {"connect", "connect(host, port)",
     "Connects to an address. `s:connect{host, port}` is the same; an `AF_UNIX` socket takes a path. A "
     "blocking "
     "socket waits for the answer, one with a timeout at most that many seconds, one with timeout 0 not at "
     "all.\n\n"
     "Raises `ConnectionRefusedError`, `TimeoutError` (\"timed out\", errno nil, when the socket's own "
     "timeout ran "
     "out), `BlockingIOError` EINPROGRESS for timeout 0, `OSError` ENETUNREACH, EISCONN, `gaierror` for an "
     "unknown "
     "host, `OverflowError` for a port outside 0 to 65535.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:connect(lab.echo().address)\n"
     "s:getpeername()\n"
     "```\n\n"
     "Manual: connect(2)",
     s_connect},
    {"connect_ex", "connect_ex(host, port)",
     "Like `connect`, but gives back a number: 0 when connected, else the errno value. A timeout that ran "
     "out gives "
     "EAGAIN (11).\n\n"
     "Still raises `gaierror` for an unknown host, and `TypeError` and `OverflowError` for a malformed "
     "address.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "errno.errorcode[s:connect_ex(lab.refused().address)]\n"
     "```\n\n"
     "Manual: connect(2)",
     s_connect_ex},
    {"getpeername", "getpeername()",
     "The address of the other end.\n\n"
     "Raises `OSError` ENOTCONN when there is none.\n\n"
     "```lua\n"
     "s = socket.socket()\n"
     "s:connect(lab.echo().address)\n"
     "s:getpeername()\n"
     "```\n\n"
     "Manual: getpeername(2)",
     s_getpeername},
    {"getsockname", "getsockname()",
     "The socket's own address: {host, port}, or a path.\n\n"
     "Raises `OSError` EBADF when the socket is closed.\n\n"
     "```lua\n"
     "socket.socket():getsockname()\n"
     "```\n\n"
     "Manual: getsockname(2)",
     s_getsockname},
    {"listen", "listen([backlog])",
     "Makes the socket a listener. The backlog is how many finished connections may wait for `accept`; 128 "
     "by "
     "default.\n\n"
     "Raises `OSError` EOPNOTSUPP for a UDP socket, EADDRINUSE when its port is taken.\n\n"
     "```lua\n"
     "l = socket.socket()\n"
     "l:listen()\n"
     "l:getsockname()[2] > 0\n"
     "```\n\n"
     "Manual: listen(2)",
     s_listen},
    {"shutdown", "shutdown(how)",
     "Ends one direction or both: `socket.SHUT_WR` says \"I have sent everything\", the other end reads "
     "\"\". "
     "The socket stays open.\n\n"
     "Raises `OSError` ENOTCONN when it is not connected, EINVAL for another direction.\n\n"
     "```lua\n"
     "a, b = socket.socketpair()\n"
     "a:shutdown(socket.SHUT_WR)\n"
     "b:recv(1)\n"
     "```\n\n"
     "Manual: shutdown(2)",
     s_shutdown},
    {NULL, NULL, NULL, NULL},
};
