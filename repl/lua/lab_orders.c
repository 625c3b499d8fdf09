#include "lua/lab_orders.h"

#include "lab/terms.h"
#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/keywords.h"
#include "lua/runtime.h"

#include <math.h>

const struct network *lab_network(lua_State *L)
{
    const struct lab *lab = &runtime_of(L)->lab;
    if (lab->closed)
        error_throw(L, "OSError", "a peer gives the wire no orders; the session that started it does");
    if (lab->network == NULL)
        error_throw(
            L, "OSError",
            "this needs a private network: `sockrates --lab` begins in one, and so does a lesson with `network: lab`");
    return lab->network;
}

int64_t lab_tell_with(lua_State *L, struct wire_order order, const void *attached, size_t length)
{
    int64_t answer = 0;
    error_check(L, wire_tell(lab_network(L)->orders, order, attached, length, &answer));
    return answer;
}

int64_t lab_tell(lua_State *L, struct wire_order order)
{
    return lab_tell_with(L, order, NULL, 0);
}

void lab_check_named(lua_State *L, const char *call, const char *usage, const char *const *known)
{
    if (!keywords_at(L, 1, call, known))
        error_throw(L, "TypeError", "%s() takes values by name, as in %s, not %s", call, usage,
                    lua_istable(L, 1) ? "a list" : argument_kind(L, 1));
}

int lab_host_from(lua_State *L, int index, const char *name)
{
    if (lua_getfield(L, index, name) == LUA_TNIL) {
        lua_pop(L, 1);
        return -1;
    }
    const char *said = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    int host = term_host(said);
    if (host < 0)
        return error_throw(L, "ValueError", "%s is a host: \"me\" or \"peer\"", name);
    lua_pop(L, 1);
    return host;
}

uint8_t lab_kinds_from(lua_State *L, int index)
{
    if (lua_getfield(L, index, "proto") == LUA_TNIL) {
        lua_pop(L, 1);
        return 0;
    }
    uint8_t kinds = term_kinds(lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "");
    if (kinds == 0)
        error_throw(L, "ValueError", "proto is \"tcp\", \"udp\", \"icmp\" or \"arp\"");
    lua_pop(L, 1);
    return kinds;
}

int64_t lab_nanoseconds(lua_Number seconds)
{
    return (int64_t)llround(seconds * 1e9);
}
