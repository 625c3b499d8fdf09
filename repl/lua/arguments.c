#include "lua/arguments.h"

#include "base/clock.h"
#include "lua/bytearray.h"
#include "lua/enums.h"
#include "lua/errors.h"
#include "net/resolve.h"

#include <lauxlib.h>
#include <limits.h>
#include <math.h>
#include <string.h>

static void no_integer(lua_State *L, int index, const char *what)
{
    if (lua_type(L, index) == LUA_TNUMBER)
        error_throw(L, "TypeError", "%s must be a whole number, not %f", what, lua_tonumber(L, index));
    if (lua_type(L, index) == LUA_TSTRING && lua_stringtonumber(L, lua_tostring(L, index)) != 0)
        error_throw(L, "TypeError", "%s must be an integer, not a string: write %s without quotes", what,
                    lua_tostring(L, index));
    error_throw(L, "TypeError", "%s must be an integer, not %s", what, error_kind(L, index));
}

int argument_any_integer(lua_State *L, int index, const char *what)
{
    lua_Integer value;
    if (!enum_integer(L, index, &value))
        no_integer(L, index, what);
    if (value < INT_MIN || value > INT_MAX)
        error_throw(L, "OverflowError", "%s does not fit: %I", what, (LUAI_UACINT)value);
    return (int)value;
}

int argument_any_size(lua_State *L, int index, const char *what)
{
    lua_Integer value;
    if (!enum_integer(L, index, &value))
        no_integer(L, index, what);
    return value < INT_MIN ? INT_MIN : value > INT_MAX ? INT_MAX : (int)value;
}

/* More would not fit into memory, whatever the elements become. */
#define LONGEST_LIST (INT_MAX / 32)

int argument_length(lua_State *L, int index)
{
    lua_Integer length = luaL_len(L, index);
    if (length < 0 || length > LONGEST_LIST)
        error_throw(L, "ValueError", "a list cannot have %I elements", (LUAI_UACINT)length);
    return (int)length;
}

bool argument_truth(lua_State *L, int index, const char *what)
{
    lua_Integer number;
    if (lua_type(L, index) == LUA_TBOOLEAN)
        return lua_toboolean(L, index);
    if (!enum_integer(L, index, &number))
        error_throw(L, "TypeError", "%s takes true or false, not %s", what, error_kind(L, index));
    return number != 0;
}

bool argument_is_bytes(lua_State *L, int index)
{
    size_t length;
    return lua_type(L, index) == LUA_TSTRING || bytearray_test(L, index, &length) != NULL;
}

const char *argument_bytearray(lua_State *L, int index, const char *what, size_t *length)
{
    const char *bytes = bytearray_test(L, index, length);
    if (bytes == NULL)
        error_throw(L, "TypeError", "%s must be a string, not %s", what, error_kind(L, index));
    return bytes;
}

static const char *c_string(lua_State *L, int index, const char *what, const char *class, const char *format)
{
    size_t length;
    const char *string = argument_bytes(L, index, what, &length);
    if (strlen(string) != length)
        error_throw(L, class, format, what);
    return string;
}

const char *argument_name(lua_State *L, int index, const char *what)
{
    return c_string(L, index, what, "TypeError", "%s holds a zero byte");
}

const char *argument_word(lua_State *L, int index, const char *what)
{
    return c_string(L, index, what, "ValueError", "embedded null character in %s");
}

int64_t argument_timeout(lua_State *L, int index)
{
    lua_Integer whole;
    if (lua_isnil(L, index))
        return NET_FOREVER;
    if (lua_isnone(L, index))
        error_throw(L, "TypeError", "a timeout is missing: seconds, or nil to wait without limit");
    if (lua_isboolean(L, index))
        return lua_toboolean(L, index) ? CLOCK_SECOND : NET_NOW;
    if (lua_type(L, index) != LUA_TNUMBER && !enum_integer(L, index, &whole))
        error_throw(L, "TypeError", "a timeout must be seconds or nil, not %s", error_kind(L, index));
    lua_Number seconds = lua_type(L, index) == LUA_TNUMBER ? lua_tonumber(L, index) : (lua_Number)whole;
    if (isnan(seconds))
        error_throw(L, "ValueError", "Invalid value NaN (not a number)");
    if (seconds > ARGUMENT_MOST_SECONDS || seconds < -ARGUMENT_MOST_SECONDS)
        error_throw(L, "OverflowError", "timeout is too large: at most %I seconds", (LUAI_UACINT)ARGUMENT_MOST_SECONDS);
    if (seconds < 0)
        error_throw(L, "ValueError", "Timeout value out of range");
    /* Away from zero, so that the shortest wait asked for does not become none. */
    return (int64_t)ceil(seconds * 1e9);
}

void push_timeout(lua_State *L, int64_t timeout)
{
    if (timeout == NET_FOREVER)
        lua_pushnil(L);
    else
        lua_pushnumber(L, clock_seconds(timeout));
}

void argument_count_wrong(lua_State *L, int least, const char *usage)
{
    error_throw(L, "TypeError", "%s arguments: %s", lua_gettop(L) < least ? "missing" : "too many", usage);
}

/* --- addresses ------------------------------------------------------------------------------------------ */

/* Puts the parts of an address on the stack, from a table or from the arguments; their number. */
static int address_parts(lua_State *L, int first)
{
    if (lua_type(L, first) != LUA_TTABLE)
        return lua_gettop(L) - first + 1;
    int count = argument_length(L, first);
    if (lua_gettop(L) > first || count > 4)
        return 0;
    luaL_checkstack(L, count + 4, "address");
    for (int i = 1; i <= count; i++)
        lua_geti(L, first, i);
    for (int i = 0; i < count; i++)
        lua_copy(L, -count + i, first + i);
    return count;
}

/* The host, when the address has as many parts as its family wants. */
static const char *checked_host(lua_State *L, int first, int count, int family, const char *method)
{
    int most = family == AF_INET6 ? 4 : 2;
    if (count < 2 || count > most)
        error_throw(L, "TypeError", "%s(): an %s address is host and port%s; write s:%s(\"127.0.0.1\", 8080)", method,
                    family == AF_INET6 ? "AF_INET6" : "AF_INET",
                    family == AF_INET6 ? ", then perhaps flow and scope" : "", method);
    if (!argument_is_bytes(L, first))
        error_throw(L, "TypeError", "%s(): the host must be a string, not %s", method, error_kind(L, first));
    size_t length;
    const char *host = argument_bytes(L, first, "the host", &length);
    if (strlen(host) != length)
        error_throw(L, "TypeError", "%s(): the host holds a zero byte", method);
    return host;
}

/* A part behind the port, at most `most`. */
static uint32_t inet6_part(lua_State *L, int index, const char *method, const char *name, lua_Integer most)
{
    lua_Integer value;
    if (!enum_integer(L, index, &value))
        error_throw(L, "TypeError", "%s(): %s must be an integer, not %s", method, name, error_kind(L, index));
    if (value < 0 || value > most)
        error_throw(L, "OverflowError", "%s(): %s must be 0-%I.", method, name, (LUAI_UACINT)most);
    return (uint32_t)value;
}

static void inet6_rest(lua_State *L, int first, int count, const char *method, struct sockaddr_in6 *in6)
{
    uint32_t flow = count > 2 ? inet6_part(L, first + 2, method, "flowinfo", 0xfffff) : 0;
    uint32_t scope = count > 3 ? inet6_part(L, first + 3, method, "scope_id", UINT32_MAX) : 0;
    in6->sin6_flowinfo = htonl(flow);
    if (count > 3)
        in6->sin6_scope_id = scope;
}

static void internet_address(lua_State *L, int first, int family, const char *method, struct address *address)
{
    int count = address_parts(L, first);
    const char *host = checked_host(L, first, count, family, method);
    lua_Integer port;
    if (!enum_integer(L, first + 1, &port))
        no_integer(L, first + 1, "the port");
    if (family == AF_INET6 && (strcmp(host, "<broadcast>") == 0 || strcmp(host, "255.255.255.255") == 0))
        error_throw(L, "OSError", "address family mismatched");
    error_check(L, resolve_host(&runtime_of(L)->net, address, family, host));
    if (port < 0 || port > 65535)
        error_throw(L, "OverflowError", "%s(): port must be 0-65535.", method);
    address_set_port(address, (uint16_t)port);
    if (family == AF_INET6)
        inet6_rest(L, first, count, method, &address->in6);
}

static void unix_address(lua_State *L, int first, const char *method, struct address *address)
{
    if (!argument_is_bytes(L, first) || lua_gettop(L) > first)
        error_throw(L, "TypeError", "%s(): an AF_UNIX address is one string, the path", method);
    size_t length;
    const char *path = argument_bytes(L, first, "the path", &length);
    error_check(L, address_unix(address, path, length));
}

void argument_address(lua_State *L, int first, int family, const char *method, struct address *address)
{
    if (family == AF_INET || family == AF_INET6)
        internet_address(L, first, family, method, address);
    else if (family == AF_UNIX)
        unix_address(L, first, method, address);
    else
        error_throw(L, "OSError", "%s(): unsupported address family", method);
}

void push_list(lua_State *L, int count)
{
    lua_createtable(L, count, 0);
    lua_insert(L, -count - 1);
    for (int i = count; i > 0; i--)
        lua_rawseti(L, -i - 1, i);
}

static void push_internet(lua_State *L, const struct address *address)
{
    char host[ADDRESS_HOST_ROOM];
    bool six = address->any.sa_family == AF_INET6;
    address_bare_host(address, host);
    lua_pushstring(L, host);
    lua_pushinteger(L, address_port(address));
    if (six) {
        lua_pushinteger(L, ntohl(address->in6.sin6_flowinfo));
        lua_pushinteger(L, address->in6.sin6_scope_id);
    }
    push_list(L, six ? 4 : 2);
}

void push_address(lua_State *L, const struct address *address)
{
    if (address->length == 0) {
        lua_pushnil(L);
    } else if (address->any.sa_family == AF_INET || address->any.sa_family == AF_INET6) {
        push_internet(L, address);
    } else if (address->any.sa_family == AF_UNIX) {
        size_t length;
        const char *path = address_unix_path(address, &length);
        lua_pushlstring(L, path, length);
    } else {
        lua_pushnil(L);
    }
}

void push_text(lua_State *L, struct text *text)
{
    char room[2048];
    size_t length = text->length < sizeof room ? text->length : sizeof room;
    memcpy(room, text_string(text), length);
    text_free(text);
    lua_pushlstring(L, room, length);
}
