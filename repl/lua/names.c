#include "base/text.h"
#include "lua/arguments.h"
#include "lua/constants.h"
#include "lua/errors.h"
#include "lua/keywords.h"
#include "lua/names.h"
#include "lua/object.h"
#include "lua/socket.h"
#include "net/resolve.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- answers -------------------------------------------------------------------------------------------- */

/* What a look-up found belongs to an object of the collector, so that no error while it is read loses it. */
struct found_object {
    struct object object;
    struct text text;
};

static const struct object_kind found_kind;

static int drop_found(lua_State *L)
{
    struct found_object *found = object_test(L, 1, &found_kind);
    if (found != NULL)
        text_free(&found->text);
    return 0;
}

static const luaL_Reg found_metamethods[] = {{"__gc", drop_found}, {NULL, NULL}};
static const struct object_kind found_kind = {.name = "found names", .metamethods = found_metamethods};

static struct text *push_found(lua_State *L)
{
    struct found_object *found = object_push(L, &found_kind, sizeof *found);
    found->text = TEXT_EMPTY;
    return &found->text;
}

/* Ends a look-up: its result stands on top of the stack. */
static int finish(struct text *found, int results)
{
    text_free(found);
    return results;
}

/* --- getaddrinfo ---------------------------------------------------------------------------------------- */

static const char *optional_name(lua_State *L, int index, const char *what)
{
    return lua_isnil(L, index) ? NULL : argument_name(L, index, what);
}

/* A port is a number or a service's name; `digits` has room for any number. */
static const char *service_argument(lua_State *L, int index, char digits[32])
{
    if (lua_type(L, index) == LUA_TSTRING || lua_isnil(L, index))
        return optional_name(L, index, "the port");
    lua_Integer port;
    if (!enum_integer(L, index, &port))
        argument_any_integer(L, index, "the port");
    snprintf(digits, 32, LUA_INTEGER_FMT, port);
    return digits;
}

static void get_query(lua_State *L, struct resolve_query *query, char digits[32])
{
    static const char *const known[] = {"family", "type", "proto", "flags", NULL};
    query->host = optional_name(L, 1, "the host");
    query->service = service_argument(L, 2, digits);
    if (keywords_at(L, 3, "getaddrinfo", known)) {
        query->family = keyword_integer(L, 3, "family", 0);
        query->type = keyword_integer(L, 3, "type", 0);
        query->protocol = keyword_integer(L, 3, "proto", 0);
        query->flags = keyword_integer(L, 3, "flags", 0);
        return;
    }
    query->family = argument_integer_or(L, 3, "the family", 0);
    query->type = argument_integer_or(L, 4, "the type", 0);
    query->protocol = argument_integer_or(L, 5, "the protocol", 0);
    query->flags = argument_integer_or(L, 6, "the flags", 0);
}

static void push_entry(lua_State *L, const struct resolve_entry *entry)
{
    enum_push(L, &address_family, entry->family);
    enum_push(L, &socket_kind, entry->type);
    lua_pushinteger(L, entry->protocol);
    lua_pushstring(L, entry->canonical);
    push_address(L, &entry->address);
    push_list(L, 5);
}

struct text *names_look_up(lua_State *L, int index, int type)
{
    char digits[32];
    lua_rawgeti(L, index, 1);
    lua_rawgeti(L, index, 2);
    int first = lua_gettop(L) - 1;
    struct resolve_query query = {.type = type};
    query.host = optional_name(L, first, "the host");
    query.service = service_argument(L, first + 1, digits);
    struct text *found = push_found(L);
    error_check(L, resolve_list(socket_net(L), &query, found));
    return found;
}

static int get_addresses(lua_State *L)
{
    argument_count(L, 2, 6, "socket.getaddrinfo(host, port, family, type, proto, flags)");
    char digits[32];
    struct resolve_query query;
    get_query(L, &query, digits);
    struct text *found = push_found(L);
    error_check(L, resolve_list(socket_net(L), &query, found));
    struct resolve_entry entry;
    lua_Integer count = 0;
    lua_newtable(L);
    for (size_t at = 0; resolve_next(found, &at, &entry);) {
        push_entry(L, &entry);
        lua_rawseti(L, -2, ++count);
    }
    return finish(found, 1);
}

/* --- getnameinfo ---------------------------------------------------------------------------------------- */

/* The host must be numeric, and its family tells how many parts the address may have. */
static struct address numeric_address(lua_State *L, int index)
{
    struct address address;
    int parts = lua_type(L, index) == LUA_TTABLE ? (int)lua_rawlen(L, index) : 0;
    if (parts < 2 || parts > 4)
        error_throw(L, "TypeError", "getnameinfo() takes an address: {host, port}, and then flags");
    lua_rawgeti(L, index, 1);
    struct status unknown = {.kind = STATUS_NAME, .error = EAI_NONAME, .call = "getnameinfo"};
    const char *host = argument_name(L, -1, "the host");
    int family = strchr(host, ':') != NULL ? AF_INET6 : AF_INET;
    if (!resolve_numeric(&address, family, host) || *host == '\0')
        error_raise(L, unknown);
    lua_pop(L, 1);
    if (family == AF_INET && parts != 2)
        error_throw(L, "OSError", "IPv4 sockaddr must be 2 tuple");
    argument_address(L, index, family, "getnameinfo", &address);
    return address;
}

static int get_names(lua_State *L)
{
    argument_count(L, 2, 2, "socket.getnameinfo(address, flags)");
    int flags = argument_integer(L, 2, "the flags");
    lua_pushvalue(L, 1);
    struct address address = numeric_address(L, 3);
    const char *host, *service;
    struct text *found = push_found(L);
    error_check(L, resolve_names(socket_net(L), &address, flags, found, &host, &service));
    lua_pushstring(L, host);
    lua_pushstring(L, service);
    return finish(found, 2);
}

/* --- gethostby ------------------------------------------------------------------------------------------ */

static struct address address_of(lua_State *L, const char *host, int family)
{
    struct address address;
    error_check(L, resolve_host(socket_net(L), &address, family, host));
    return address;
}

static int host_by_name(lua_State *L)
{
    argument_count(L, 1, 1, "socket.gethostbyname(name)");
    char host[ADDRESS_HOST_ROOM];
    struct address address = address_of(L, argument_name(L, 1, "the name"), AF_INET);
    address_host(&address, host);
    lua_pushstring(L, host);
    return 1;
}

/* The name, a list of other names, a list of addresses. */
static int push_host(lua_State *L, const struct text *found, const char *official)
{
    struct address address;
    const char *alias;
    size_t at = 0;
    lua_pushstring(L, official);
    lua_newtable(L);
    for (lua_Integer i = 1; (alias = resolve_alias(found, &at)) != NULL; i++) {
        lua_pushstring(L, alias);
        lua_rawseti(L, -2, i);
    }
    lua_newtable(L);
    for (lua_Integer i = 1; resolve_address(found, &at, &address); i++) {
        char host[ADDRESS_HOST_ROOM];
        address_host(&address, host);
        lua_pushstring(L, host);
        lua_rawseti(L, -2, i);
    }
    return 3;
}

static int look_up_host(lua_State *L, const char *name, const struct address *address)
{
    const char *official;
    struct text *found = push_found(L);
    error_check(L, resolve_host_entry(socket_net(L), name, address, found, &official));
    return finish(found, push_host(L, found, official));
}

static int host_by_name_ex(lua_State *L)
{
    argument_count(L, 1, 1, "socket.gethostbyname_ex(name)");
    const char *name = argument_name(L, 1, "the name");
    address_of(L, name, AF_INET);
    return look_up_host(L, name, NULL);
}

static int host_by_address(lua_State *L)
{
    argument_count(L, 1, 1, "socket.gethostbyaddr(address)");
    struct address address = address_of(L, argument_name(L, 1, "the address"), AF_UNSPEC);
    return look_up_host(L, NULL, &address);
}

static void push_own_name(lua_State *L)
{
    char name[256];
    if (gethostname(name, sizeof name) != 0)
        error_raise(L, status_errno("gethostname", errno));
    name[sizeof name - 1] = '\0';
    lua_pushstring(L, name);
}

static int own_name(lua_State *L)
{
    argument_count(L, 0, 0, "socket.gethostname()");
    push_own_name(L);
    return 1;
}

/* The first of the host's names that has a dot, or its name; nothing when it is not known. */
static bool push_full_name(lua_State *L, const char *name)
{
    struct address address;
    const char *official, *alias;
    size_t at = 0;
    struct text *found = push_found(L);
    struct status status = resolve_host(socket_net(L), &address, AF_UNSPEC, name);
    if (status_fine(status))
        status = resolve_host_entry(socket_net(L), NULL, &address, found, &official);
    if (status.kind == STATUS_INTERRUPTED)
        error_raise(L, status);
    if (!status_fine(status))
        return false;
    const char *best = official;
    while (strchr(best, '.') == NULL && (alias = resolve_alias(found, &at)) != NULL)
        if (strchr(alias, '.') != NULL)
            best = alias;
    lua_pushstring(L, best);
    text_free(found);
    return true;
}

static int full_name(lua_State *L)
{
    argument_count(L, 0, 1, "socket.getfqdn(name)");
    const char *name = lua_isnoneornil(L, 1) ? "" : argument_name(L, 1, "the name");
    if (*name == '\0' || strcmp(name, "0.0.0.0") == 0)
        push_own_name(L);
    else
        lua_pushvalue(L, 1);
    int own = lua_gettop(L);
    if (!push_full_name(L, lua_tostring(L, own)))
        lua_settop(L, own);
    return 1;
}

/* --- the rows ------------------------------------------------------------------------------------------- */

const struct function_row socket_name_functions[] = {
    {"getaddrinfo", get_addresses},
    {"getnameinfo", get_names},
    {"gethostbyname", host_by_name},
    {"gethostbyname_ex", host_by_name_ex},
    {"gethostbyaddr", host_by_address},
    {"gethostname", own_name},
    {"getfqdn", full_name},
    {NULL, NULL},
};
