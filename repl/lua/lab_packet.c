#include "lua/lab_packet.h"

#include "lab/terms.h"
#include "lua/arguments.h"

#include <lauxlib.h>

static const char *const fates[PACKET_FATES] = {
    [PACKET_DELIVERED] = "delivered",   [PACKET_HELD] = "held",
    [PACKET_DUPLICATED] = "duplicated", [PACKET_INJECTED] = "injected",
    [PACKET_DROPPED] = "dropped",       [PACKET_LOST] = "lost",
    [PACKET_UNPLUGGED] = "unplugged",   [PACKET_OVERFLOWED] = "overflowed",
};

static void set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

static void set_integer(lua_State *L, const char *name, int64_t value)
{
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

static void set_truth(lua_State *L, const char *name, bool value)
{
    lua_pushboolean(L, value);
    lua_setfield(L, -2, name);
}

static void set_time(lua_State *L, const char *name, int64_t value)
{
    lua_pushnumber(L, (lua_Number)value / 1e9);
    lua_setfield(L, -2, name);
}

/* How a packet is shown: who sent it to whom, and what it says. */
static int packet_text(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_getfield(L, 1, "from");
    lua_pushliteral(L, " > ");
    lua_getfield(L, 1, "to");
    lua_pushliteral(L, "  ");
    lua_getfield(L, 1, "text");
    for (int i = 2; i <= 6; i++)
        if (!lua_isstring(L, i))
            lua_pushliteral(L, "?"), lua_replace(L, i);
    lua_concat(L, 5);
    return 1;
}

static void make_table(lua_State *L)
{
    lua_createtable(L, 0, 26);
    if (luaL_newmetatable(L, "lab.packet")) {
        lua_pushcfunction(L, packet_text);
        lua_setfield(L, -2, "__tostring");
    }
    lua_setmetatable(L, -2);
}

static void set_words(lua_State *L, const struct seen_packet *seen)
{
    struct text words = TEXT_EMPTY;
    packet_describe(&words, seen);
    push_text(L, &words);
    lua_setfield(L, -2, "text");
}

static void set_ports(lua_State *L, const struct packet *packet)
{
    set_integer(L, "from_port", address_port(&packet->from));
    set_integer(L, "to_port", address_port(&packet->to));
    lua_pushlstring(L, packet->content, packet->kept);
    lua_setfield(L, -2, "payload");
}

static void set_tcp(lua_State *L, const struct seen_packet *seen)
{
    set_integer(L, "seq", seen->sequence);
    set_integer(L, "acknowledged", seen->acknowledged);
    set_integer(L, "window", seen->window);
    set_integer(L, "window_raw", seen->packet.window);
    set_truth(L, "resent", seen->finding == PACKET_RESENT);
    for (const struct term_flag *flag = term_flags; flag->name != NULL; flag++)
        set_truth(L, flag->name, (seen->packet.flags & flag->flag) != 0);
}

void lab_packet_push(lua_State *L, const struct seen_packet *seen)
{
    const struct packet *packet = &seen->packet;
    make_table(L);
    set_words(L, seen);
    set_integer(L, "number", (int64_t)seen->event->stamp - 1);
    set_text(L, "from", term_hosts[seen->event->arg[1] == NETWORK_PEER]);
    set_text(L, "to", term_hosts[seen->event->arg[1] != NETWORK_PEER]);
    set_text(L, "proto", term_kind(packet->kind));
    set_text(L, "fate", fates[packet->fate]);
    set_integer(L, "length", (int64_t)packet->data);
    set_time(L, "time", seen->event->begin);
    if (!packet_is_under_way(seen) && packet_arrives(packet))
        set_time(L, "arrival", seen->event->end);
    if (packet->from.length > 0 && packet->kind != PACKET_ARP)
        set_integer(L, "ttl", packet->hops);
    if (packet->kind == PACKET_TCP || packet->kind == PACKET_UDP)
        set_ports(L, packet);
    if (packet->kind == PACKET_TCP)
        set_tcp(L, seen);
    if (packet->kind == PACKET_ICMP || packet->kind == PACKET_ICMPV6) {
        set_integer(L, "type", packet->type);
        set_integer(L, "code", packet->code);
    }
}
