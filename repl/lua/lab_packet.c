#include "lua/lab_packet.h"

#include "base/clock.h"
#include "lab/terms.h"
#include "lua/arguments.h"

#include <lauxlib.h>

static const char *const fates[PACKET_FATES] = {
    [PACKET_DELIVERED] = "delivered",   [PACKET_HELD] = "held",
    [PACKET_DUPLICATED] = "duplicated", [PACKET_INJECTED] = "injected",
    [PACKET_DROPPED] = "dropped",       [PACKET_LOST] = "lost",
    [PACKET_UNPLUGGED] = "unplugged",   [PACKET_OVERFLOWED] = "overflowed",
};

/* --- what it tells -------------------------------------------------------------------------------------- */

static void push_words(lua_State *L, const struct seen_packet *seen)
{
    struct text words = TEXT_EMPTY;
    packet_describe(&words, seen);
    push_text(L, &words);
}

static void push_number(lua_State *L, const struct seen_packet *seen)
{
    lua_pushinteger(L, (lua_Integer)seen->event->stamp - 1);
}

static void push_from(lua_State *L, const struct seen_packet *seen)
{
    lua_pushstring(L, term_hosts[seen->event->arg[1] == NETWORK_PEER]);
}

static void push_to(lua_State *L, const struct seen_packet *seen)
{
    lua_pushstring(L, term_hosts[seen->event->arg[1] != NETWORK_PEER]);
}

static void push_protocol(lua_State *L, const struct seen_packet *seen)
{
    lua_pushstring(L, term_kind(seen->packet.kind));
}

static void push_fate(lua_State *L, const struct seen_packet *seen)
{
    lua_pushstring(L, fates[seen->packet.fate]);
}

static void push_length(lua_State *L, const struct seen_packet *seen)
{
    lua_pushinteger(L, (lua_Integer)seen->packet.data);
}

static void push_time(lua_State *L, const struct seen_packet *seen)
{
    lua_pushnumber(L, clock_seconds(seen->event->begin));
}

static void push_arrival(lua_State *L, const struct seen_packet *seen)
{
    if (packet_arrives(&seen->packet) && !packet_is_under_way(seen))
        lua_pushnumber(L, clock_seconds(seen->event->end));
    else
        lua_pushnil(L);
}

static void push_ttl(lua_State *L, const struct seen_packet *seen)
{
    if (seen->packet.from.length > 0 && seen->packet.kind != PACKET_ARP)
        lua_pushinteger(L, seen->packet.hops);
    else
        lua_pushnil(L);
}

static void push_from_port(lua_State *L, const struct seen_packet *seen)
{
    lua_pushinteger(L, address_port(&seen->packet.from));
}

static void push_to_port(lua_State *L, const struct seen_packet *seen)
{
    lua_pushinteger(L, address_port(&seen->packet.to));
}

static void push_payload(lua_State *L, const struct seen_packet *seen)
{
    lua_pushlstring(L, seen->packet.content, seen->packet.kept);
}

static void push_sequence(lua_State *L, const struct seen_packet *seen)
{
    lua_pushinteger(L, seen->sequence);
}

static void push_acknowledged(lua_State *L, const struct seen_packet *seen)
{
    lua_pushinteger(L, seen->acknowledged);
}

static void push_window(lua_State *L, const struct seen_packet *seen)
{
    lua_pushinteger(L, seen->window);
}

static void push_raw_window(lua_State *L, const struct seen_packet *seen)
{
    lua_pushinteger(L, seen->packet.window);
}

static void push_resent(lua_State *L, const struct seen_packet *seen)
{
    lua_pushboolean(L, seen->finding == PACKET_RESENT);
}

static void push_type(lua_State *L, const struct seen_packet *seen)
{
    lua_pushinteger(L, seen->packet.type);
}

static void push_code(lua_State *L, const struct seen_packet *seen)
{
    lua_pushinteger(L, seen->packet.code);
}

#define TCP_ONLY  (1U << PACKET_TCP)
#define PORTS     (1U << PACKET_TCP | 1U << PACKET_UDP)
#define ICMP_ONLY (1U << PACKET_ICMP | 1U << PACKET_ICMPV6)

/* Which kinds of packets have it, one bit each; 0: all.  What has no function is a flag. */
static const struct field {
    const char *name;
    unsigned kinds;
    void (*push)(lua_State *L, const struct seen_packet *seen);
    uint8_t flag; /* enum tcp_flag */
} fields[] = {
    {"text", 0, push_words, 0},
    {"number", 0, push_number, 0},
    {"time", 0, push_time, 0},
    {"arrival", 0, push_arrival, 0},
    {"from", 0, push_from, 0},
    {"to", 0, push_to, 0},
    {"proto", 0, push_protocol, 0},
    {"fate", 0, push_fate, 0},
    {"length", 0, push_length, 0},
    {"ttl", 0, push_ttl, 0},
    {"from_port", PORTS, push_from_port, 0},
    {"to_port", PORTS, push_to_port, 0},
    {"payload", PORTS, push_payload, 0},
    {"seq", TCP_ONLY, push_sequence, 0},
    {"acknowledged", TCP_ONLY, push_acknowledged, 0},
    {"window", TCP_ONLY, push_window, 0},
    {"window_raw", TCP_ONLY, push_raw_window, 0},
    {"resent", TCP_ONLY, push_resent, 0},
    {"syn", TCP_ONLY, NULL, TCP_FLAG_SYN},
    {"ack", TCP_ONLY, NULL, TCP_FLAG_ACK},
    {"fin", TCP_ONLY, NULL, TCP_FLAG_FIN},
    {"rst", TCP_ONLY, NULL, TCP_FLAG_RST},
    {"psh", TCP_ONLY, NULL, TCP_FLAG_PSH},
    {"type", ICMP_ONLY, push_type, 0},
    {"code", ICMP_ONLY, push_code, 0},
};
#define FIELDS (sizeof fields / sizeof *fields)

static void push_field(lua_State *L, const struct field *field, const struct seen_packet *seen)
{
    if (field->kinds != 0 && (field->kinds >> seen->packet.kind & 1) == 0)
        lua_pushnil(L);
    else if (field->push != NULL)
        field->push(L, seen);
    else
        lua_pushboolean(L, (seen->packet.flags & field->flag) != 0);
}

/* --- as a table ----------------------------------------------------------------------------------------- */

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

void lab_packet_push(lua_State *L, const struct seen_packet *seen)
{
    lua_createtable(L, 0, FIELDS);
    if (luaL_newmetatable(L, "lab.packet")) {
        lua_pushcfunction(L, packet_text);
        lua_setfield(L, -2, "__tostring");
    }
    lua_setmetatable(L, -2);
    for (size_t i = 0; i < FIELDS; i++) {
        push_field(L, &fields[i], seen);
        lua_setfield(L, -2, fields[i].name);
    }
}

/* --- looked at only where it is asked for ---------------------------------------------------------------- */

/* A table that is kept knows nothing any more: what it was about is gone. */
static const struct seen_packet *packet_in(lua_State *L, const struct lab_view *view)
{
    if (lua_topointer(L, 1) != view->table)
        luaL_error(L, "a packet can be looked at only while its rule is asked: keep what it tells instead");
    return view->seen;
}

/* Upvalues: the view, and the fields by name. */
static int look_up(lua_State *L)
{
    const struct seen_packet *seen = packet_in(L, lua_touserdata(L, lua_upvalueindex(1)));
    lua_settop(L, 2);
    if (lua_rawget(L, lua_upvalueindex(2)) == LUA_TLIGHTUSERDATA)
        push_field(L, lua_touserdata(L, -1), seen);
    return 1;
}

static int list_fields(lua_State *L)
{
    const struct seen_packet *seen = packet_in(L, lua_touserdata(L, lua_upvalueindex(1)));
    lua_getglobal(L, "next");
    lab_packet_push(L, seen);
    return 2;
}

void lab_view_open(lua_State *L, struct lab_view *view)
{
    lua_createtable(L, 0, 3);
    lua_pushlightuserdata(L, view);
    lua_createtable(L, 0, FIELDS);
    for (size_t i = 0; i < FIELDS; i++) {
        lua_pushlightuserdata(L, (void *)&fields[i]);
        lua_setfield(L, -2, fields[i].name);
    }
    lua_pushcclosure(L, look_up, 2);
    lua_setfield(L, -2, "__index");
    lua_pushlightuserdata(L, view);
    lua_pushcclosure(L, list_fields, 1);
    lua_setfield(L, -2, "__pairs");
    lua_pushcfunction(L, packet_text);
    lua_setfield(L, -2, "__tostring");
    lua_rawsetp(L, LUA_REGISTRYINDEX, view);
}

void lab_view_push(lua_State *L, struct lab_view *view, const struct seen_packet *seen)
{
    lua_newtable(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, view);
    lua_setmetatable(L, -2);
    *view = (struct lab_view){seen, lua_topointer(L, -1)};
}
