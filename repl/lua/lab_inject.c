#include "lua/lab.h"

#include "lab/terms.h"
#include "lab/forge.h"
#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/keywords.h"
#include "lua/lab_orders.h"
#include "lua/runtime.h"
#include "trace/packets.h"

#include <stdlib.h>
#include <string.h>

/* The table is at index 1. */
static int64_t whole_from(lua_State *L, const char *name, int64_t most)
{
    if (!keyword_push(L, 1, name))
        return FORGE_UNSAID;
    int whole;
    lua_Integer value = lua_tointegerx(L, -1, &whole);
    if (!whole || lua_type(L, -1) != LUA_TNUMBER)
        error_throw(L, "TypeError", "%s is a whole number, not %s", name,
                    lua_type(L, -1) == LUA_TNUMBER ? "a fraction" : argument_kind(L, -1));
    if (value < 0 || value > most)
        error_throw(L, "ValueError", "%s lies between 0 and %I", name, (LUAI_UACINT)most);
    lua_pop(L, 1);
    return value;
}

static int64_t whole_or(lua_State *L, const char *name, int64_t most, int64_t otherwise)
{
    int64_t value = whole_from(L, name, most);
    return value == FORGE_UNSAID ? otherwise : value;
}

static bool truth_from(lua_State *L, const char *name)
{
    if (!keyword_push(L, 1, name))
        return false;
    bool truth = argument_truth(L, lua_gettop(L), name);
    lua_pop(L, 1);
    return truth;
}

/* The bytes stay where they are: in the table. */
static const char *bytes_from(lua_State *L, const char *name, size_t *length)
{
    *length = 0;
    if (!keyword_push(L, 1, name))
        return NULL;
    const char *bytes = argument_bytes(L, -1, name, length);
    lua_pop(L, 1);
    return bytes;
}

/* A packet of lab.packets(), or its number. */
static int64_t about_from(lua_State *L)
{
    if (!keyword_push(L, 1, "about"))
        return FORGE_UNSAID;
    if (lua_istable(L, -1)) {
        lua_getfield(L, -1, "number");
        lua_replace(L, -2);
    }
    if (!lua_isinteger(L, -1))
        error_throw(L, "TypeError", "about is a packet of lab.packets(), or its number");
    int64_t number = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return number;
}

static enum packet_kind kind_from(lua_State *L)
{
    uint8_t kinds = lab_kinds_from(L, 1);
    for (enum packet_kind kind = PACKET_ICMP; kind <= PACKET_TCP; kind++)
        if ((kinds >> kind & 1) != 0)
            return kind;
    if (kinds != 0)
        error_throw(L, "ValueError", "a packet of TCP, UDP or ICMP can be made; others by their bytes, raw=");
    return PACKET_TCP;
}

static int family_from(lua_State *L)
{
    int family = keyword_integer(L, 1, "family", FORGE_UNSAID);
    if (family != FORGE_UNSAID && family != AF_INET && family != AF_INET6)
        error_throw(L, "ValueError", "family is socket.AF_INET or socket.AF_INET6");
    return family;
}

static int sender_from(lua_State *L)
{
    int from = lab_host_from(L, 1, "from"), to = lab_host_from(L, 1, "to");
    if (from < 0 && to < 0)
        error_throw(L, "ValueError", "from says which host seems to send it: \"me\" or \"peer\"");
    if (from == to)
        error_throw(L, "ValueError", "no packet goes from %s to %s", term_hosts[from], term_hosts[to]);
    return from >= 0 ? from : 1 - to;
}

static struct forgery read_forgery(lua_State *L)
{
    struct forgery forgery = forge_begin(kind_from(L), sender_from(L));
    forgery.family = family_from(L);
    forgery.from_port = whole_from(L, "from_port", UINT16_MAX);
    forgery.to_port = whole_from(L, "to_port", UINT16_MAX);
    forgery.sequence = whole_from(L, "seq", UINT32_MAX);
    forgery.acknowledged = whole_from(L, "acknowledged", UINT32_MAX);
    forgery.window = whole_from(L, "window", INT32_MAX);
    forgery.window_raw = whole_from(L, "window_raw", UINT16_MAX);
    forgery.ttl = whole_or(L, "ttl", UINT8_MAX, forgery.ttl);
    for (const struct term_flag *flag = term_flags; flag->name != NULL; flag++)
        forgery.flags |= truth_from(L, flag->name) ? flag->flag : 0;
    forgery.type = (uint8_t)whole_or(L, "type", UINT8_MAX, 8);
    forgery.code = (uint8_t)whole_or(L, "code", UINT8_MAX, 0);
    forgery.about = about_from(L);
    forgery.payload = bytes_from(L, "payload", &forgery.length);
    return forgery;
}

/* Nothing here raises: the packets are borrowed meanwhile. */
static const char *make_frame(struct forgery *forgery, const struct ring *ring, uint8_t *frame, size_t *length)
{
    struct timeline timeline = {.events = NULL};
    size_t count;
    struct event *events = ring_copy(ring, 0, ring_next(ring), &timeline.event_count, &timeline.dropped);
    timeline.events = events;
    struct seen_packet *list = packets_of(&timeline, &count);
    const char *missing = forge_complete(forgery, list, count);
    *length = missing == NULL ? forge_frame(forgery, frame) : 0;
    free(list);
    free(events);
    return missing;
}

static size_t read_frame(lua_State *L, uint8_t frame[FORGE_MOST], int *from)
{
    size_t length;
    const char *raw = bytes_from(L, "raw", &length);
    *from = sender_from(L);
    if (raw != NULL)
        return forge_wrap(*from, raw, length, frame);
    struct forgery forgery = read_forgery(L);
    lab_tell(L, (struct wire_order){.kind = WIRE_SETTLE});
    const char *missing = make_frame(&forgery, runtime_of(L)->net.ring, frame, &length);
    if (missing != NULL)
        error_throw(L, "ValueError", "%s", missing);
    return length;
}

static int inject(lua_State *L)
{
    /* A packet of lab.packets() may be given as it is: what cannot be chosen is not looked at. */
    static const char *const known[] = {"from",   "to",           "proto",   "family", "from_port", "to_port",
                                        "seq",    "acknowledged", "syn",     "ack",    "fin",       "rst",
                                        "psh",    "window",       "ttl",     "type",   "code",      "about",
                                        "number", "window_raw",   "time",    "length", "arrival",   "text",
                                        "fate",   "resent",       "payload", "raw",    NULL};
    uint8_t frame[FORGE_MOST];
    int from;
    argument_count(L, 1, 1, "lab.inject{from=\"peer\", rst=true}");
    lab_network(L);
    lab_check_named(L, "lab.inject", "lab.inject{from=\"peer\", rst=true}", known);
    size_t length = read_frame(L, frame, &from);
    if (length == 0)
        return error_throw(L, "ValueError", "a packet has up to %d bytes, headers included", FORGE_MOST - 14);
    struct wire_order order = {.kind = WIRE_INJECT, .number = (uint32_t)from};
    int64_t number = lab_tell_with(L, order, frame, length);
    return lab_push_packet_numbered(L, number);
}

const struct function_row lab_inject_functions[] = {
    {"inject", inject},
    {NULL, NULL},
};
