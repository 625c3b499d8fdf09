#include "base/text.h"
#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/keywords.h"
#include "lua/names.h"
#include "lua/socket.h"
#include "net/resolve.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* host, port as the first two arguments become the one table {host, port}. */
static void join_address(lua_State *L)
{
    if (lua_type(L, 1) != LUA_TSTRING || lua_type(L, 2) != LUA_TNUMBER)
        return;
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    push_list(L, 2);
    lua_replace(L, 1);
    lua_remove(L, 2);
}

/* The address at the index for a socket of the family; `index` is an absolute one. */
static void address_at(lua_State *L, int index, int family, struct address *address)
{
    int before = lua_gettop(L);
    lua_pushvalue(L, index);
    argument_address(L, before + 1, family, "bind", address);
    lua_settop(L, before);
}

/* --- create_connection ---------------------------------------------------------------------------------- */

struct connecting {
    struct net *net;
    struct net_socket *s; /* opened and closed in place, once for each address */
    bool has_timeout;
    int64_t timeout;
    int source;     /* the index of the source address; 0 without */
    int all_errors; /* the index of a list that takes all errors; 0 without */
    struct status last;
};

static void read_keywords(lua_State *L, int index, struct connecting *connecting)
{
    static const char *const known[] = {"timeout", "source_address", "all_errors", NULL};
    if (!keywords_at(L, index, "create_connection", known))
        return;
    if (keyword_push(L, index, "timeout")) {
        connecting->timeout = argument_timeout(L, lua_gettop(L));
        connecting->has_timeout = true;
    }
    if (keyword_push(L, index, "source_address"))
        connecting->source = lua_gettop(L);
    if (keyword_truth(L, index, "all_errors")) {
        lua_newtable(L);
        connecting->all_errors = lua_gettop(L);
    }
}

/* (address, timeout, source_address), each of the two optional, then perhaps a table of named ones. */
static void read_rest(lua_State *L, struct connecting *connecting)
{
    int count = lua_gettop(L), named = lua_type(L, count) == LUA_TTABLE && lua_rawlen(L, count) == 0 ? count : 0;
    int positional = named && count > 1 ? count - 1 : count;
    if (positional >= 2) {
        lua_pushvalue(L, 2);
        connecting->timeout = argument_timeout(L, lua_gettop(L));
        connecting->has_timeout = true;
    }
    if (positional >= 3 && !lua_isnil(L, 3))
        connecting->source = 3;
    if (named)
        read_keywords(L, named, connecting);
}

static struct status try_address(lua_State *L, struct connecting *connecting, struct resolve_entry *entry)
{
    struct net *net = connecting->net;
    struct net_socket *s = connecting->s;
    struct address source;
    struct status status = socket_open(net, s, entry->family, entry->type, entry->protocol);
    if (status_fine(status) && connecting->has_timeout)
        status = socket_set_timeout(net, s, connecting->timeout);
    if (status_fine(status) && connecting->source != 0) {
        address_at(L, connecting->source, entry->family, &source);
        status = socket_bind(net, s, &source);
    }
    if (status_fine(status))
        status = socket_connect(net, s, &entry->address);
    if (!status_fine(status))
        socket_close(net, s);
    return status;
}

static void keep_error(lua_State *L, struct connecting *connecting, struct status status)
{
    /* What a handler raised leaves the call, whatever other addresses there are. */
    if (status.kind == STATUS_INTERRUPTED)
        error_raise(L, status);
    connecting->last = status;
    if (connecting->all_errors == 0)
        return;
    error_push_status(L, status);
    lua_rawseti(L, connecting->all_errors, (lua_Integer)lua_rawlen(L, connecting->all_errors) + 1);
}

static int raise_all(lua_State *L, const struct connecting *connecting)
{
    char message[80];
    size_t count = lua_rawlen(L, connecting->all_errors);
    snprintf(message, sizeof message, "create_connection failed (%zu sub-exception%s)", count, count == 1 ? "" : "s");
    error_push(L, "ExceptionGroup", 0, NULL, message);
    lua_pushvalue(L, connecting->all_errors);
    lua_setfield(L, -2, "exceptions");
    return lua_error(L);
}

/* True once an address was connected to; the found addresses stand in a text of the collector's. */
static bool try_all(lua_State *L, struct connecting *connecting, const struct text *found)
{
    struct resolve_entry entry;
    for (size_t at = 0; resolve_next(found, &at, &entry);) {
        struct status status = try_address(L, connecting, &entry);
        if (status_fine(status))
            return true;
        keep_error(L, connecting, status);
    }
    return false;
}

/* A host and a port, as getaddrinfo takes them: Python refuses the four values of an IPv6 address, too. */
static void check_place(lua_State *L)
{
    if (lua_type(L, 1) != LUA_TTABLE)
        error_throw(L, "TypeError", "create_connection() takes an address: {host, port}");
    if (lua_rawlen(L, 1) == 4)
        error_throw(
            L, "ValueError",
            "create_connection() takes {host, port}, not the four values of an IPv6 address: give it address[1] "
            "and address[2], or connect a socket of AF_INET6 to the whole of it");
    if (lua_rawlen(L, 1) != 2)
        error_throw(L, "ValueError", "create_connection() takes two values, {host, port}, not %d",
                    (int)lua_rawlen(L, 1));
}

static int create_connection(lua_State *L)
{
    join_address(L);
    argument_count(L, 1, 4, "socket.create_connection({host, port}, seconds, source_address)");
    check_place(L);
    struct connecting connecting = {.net = socket_net(L), .last = {.kind = STATUS_PLAIN}};
    connecting.last.text = "getaddrinfo returns an empty list";
    read_rest(L, &connecting);
    connecting.s = socket_push(L);
    int s = lua_gettop(L);
    struct text *found = names_look_up(L, 1, SOCK_STREAM);
    if (!try_all(L, &connecting, found))
        return connecting.all_errors ? raise_all(L, &connecting) : error_raise(L, connecting.last);
    text_free(found);
    lua_settop(L, s);
    return 1;
}

/* --- create_server -------------------------------------------------------------------------------------- */

struct serving {
    int family, backlog;
    bool reuse_port, dual;
};

static struct status set_flag(struct net *net, struct net_socket *s, int level, int option, int value)
{
    return socket_set_option(net, s, level, option, &value, sizeof value);
}

static bool has_dual(struct net *net)
{
    struct net_socket s = NET_SOCKET_CLOSED;
    struct status status = socket_open(net, &s, AF_INET6, SOCK_STREAM, 0);
    if (status_fine(status))
        status = set_flag(net, &s, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    socket_close(net, &s);
    return status_fine(status);
}

static int has_dualstack(lua_State *L)
{
    argument_count(L, 0, 0, "socket.has_dualstack_ipv6()");
    lua_pushboolean(L, has_dual(socket_net(L)));
    return 1;
}

static struct serving read_serving(lua_State *L)
{
    static const char *const known[] = {"family", "backlog", "reuse_port", "dualstack_ipv6", NULL};
    struct serving serving = {.family = AF_INET, .backlog = 128};
    if (lua_gettop(L) < 2)
        return serving;
    if (!keywords_at(L, 2, "create_server", known))
        error_throw(L, "TypeError", "create_server() takes an address and a table of named arguments, not %s",
                    argument_kind(L, 2));
    serving.family = keyword_integer(L, 2, "family", AF_INET);
    serving.backlog = keyword_integer(L, 2, "backlog", 128);
    serving.reuse_port = keyword_truth(L, 2, "reuse_port");
    serving.dual = keyword_truth(L, 2, "dualstack_ipv6");
    if (serving.dual && !has_dual(socket_net(L)))
        error_throw(L, "ValueError", "dualstack_ipv6 not supported on this platform");
    if (serving.dual && serving.family != AF_INET6)
        error_throw(L, "ValueError", "dualstack_ipv6 requires AF_INET6 family");
    return serving;
}

static struct status prepare(struct net *net, struct net_socket *s, const struct serving *serving)
{
    struct status status = socket_open(net, s, serving->family, SOCK_STREAM, 0);
    if (status_fine(status))
        status = set_flag(net, s, SOL_SOCKET, SO_REUSEADDR, 1);
    if (status_fine(status) && serving->reuse_port)
        status = set_flag(net, s, SOL_SOCKET, SO_REUSEPORT, 1);
    if (status_fine(status) && serving->family == AF_INET6)
        status = set_flag(net, s, IPPROTO_IPV6, IPV6_V6ONLY, !serving->dual);
    return status;
}

/* Says at which address it failed; the class stays the one of the errno. */
static int raise_bind_error(lua_State *L, struct status status, const struct address *address)
{
    if (status.kind != STATUS_ERRNO)
        return error_raise(L, status);
    struct text where = TEXT_EMPTY;
    address_write(&where, address);
    push_text(L, &where);
    lua_pushfstring(L, "%s (while attempting to bind on address %s)", strerror(status.error), lua_tostring(L, -1));
    error_push(L, error_class_of_errno(status.error), status.error, lua_tostring(L, -1), NULL);
    return lua_error(L);
}

static int create_server(lua_State *L)
{
    join_address(L);
    argument_count(L, 1, 2,
                   "socket.create_server({host, port}, {family =, backlog =, reuse_port =, dualstack_ipv6 =})");
    struct net *net = socket_net(L);
    struct address address;
    struct serving serving = read_serving(L);
    /* First of all, because a look-up may raise. */
    address_at(L, 1, serving.family, &address);
    struct net_socket *s = socket_push(L);
    struct status status = prepare(net, s, &serving), bound = STATUS_OK;
    if (status_fine(status))
        status = bound = socket_bind(net, s, &address);
    if (status_fine(status))
        status = socket_listen(net, s, serving.backlog);
    if (status_fine(status))
        return 1;
    socket_close(net, s);
    return status_fine(bound) ? error_raise(L, status) : raise_bind_error(L, bound, &address);
}

/* --- the rows ------------------------------------------------------------------------------------------- */

const struct function_row socket_create_functions[] = {
    {"create_connection", create_connection},
    {"create_server", create_server},
    {"has_dualstack_ipv6", has_dualstack},
    {NULL, NULL},
};
