#include "lua/descriptor.h"

#include "lua/arguments.h"
#include "lua/enums.h"
#include "lua/errors.h"
#include "lua/socket.h"

#include <limits.h>
#include <math.h>

/* Pushes what its fileno() gives; nothing when it has none. */
static bool push_fileno(lua_State *L, int index)
{
    int type = lua_type(L, index);
    if (type != LUA_TTABLE && type != LUA_TUSERDATA)
        return false;
    index = lua_absindex(L, index);
    if (lua_getfield(L, index, "fileno") == LUA_TNIL)
        return lua_pop(L, 1), false;
    lua_pushvalue(L, index);
    lua_call(L, 1, 1);
    return true;
}

int descriptor_argument(lua_State *L, int index)
{
    const struct net_socket *s = socket_test(L, index);
    lua_Integer fd = -1;
    if (s != NULL) {
        fd = s->fd;
    } else if (!enum_integer(L, index, &fd)) {
        if (!push_fileno(L, index))
            error_throw(L, "TypeError", "a socket, a descriptor or an object with fileno() is needed here, not %s",
                        argument_kind(L, index));
        fd = argument_integer(L, -1, "what fileno() gives");
        lua_pop(L, 1);
    }
    if (fd < 0)
        error_throw(L, "ValueError", "file descriptor cannot be a negative integer (%d)%s", (int)fd,
                    s != NULL ? ": the socket is closed" : "");
    if (fd > INT_MAX)
        error_throw(L, "OverflowError", "a descriptor does not fit: %I", (LUAI_UACINT)fd);
    return (int)fd;
}

int64_t descriptor_timeout(lua_State *L, int index, int64_t unit)
{
    lua_Integer whole;
    if (lua_isnoneornil(L, index))
        return NET_FOREVER;
    bool number = lua_type(L, index) == LUA_TNUMBER;
    if (!number && !enum_integer(L, index, &whole))
        error_throw(L, "TypeError", "timeout must be a number or nil, not %s", argument_kind(L, index));
    lua_Number value = number ? lua_tonumber(L, index) : (lua_Number)whole;
    if (isnan(value))
        error_throw(L, "ValueError", "Invalid value NaN (not a number)");
    if (value * (lua_Number)unit > 9.2e18)
        error_throw(L, "OverflowError", "timeout is too large");
    return value < 0 ? -2 : (int64_t)ceil(value * (lua_Number)unit);
}
