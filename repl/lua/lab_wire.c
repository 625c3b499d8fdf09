#include "lua/lab.h"

#include "lab/network.h"
#include "lab/wire.h"
#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/keywords.h"
#include "lua/object.h"
#include "lua/runtime.h"

#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- giving orders -------------------------------------------------------------------------------------- */

static const char *const hosts[] = {[NETWORK_ME] = "me", [NETWORK_PEER] = "peer"};

/* Where orders go. */
static int check_network(lua_State *L)
{
    const struct lab *lab = &runtime_of(L)->lab;
    if (lab->closed)
        error_throw(L, "OSError", "a peer gives the wire no orders; the session that started it does");
    if (lab->network == NULL)
        error_throw(
            L, "OSError",
            "this needs a private network: `sockrates --lab` begins in one, and so does a lesson with `network: lab`");
    return lab->network->orders;
}

static int64_t tell(lua_State *L, struct wire_order order)
{
    int64_t answer = 0;
    error_check(L, wire_tell(check_network(L), order, &answer));
    return answer;
}

static int simply(lua_State *L, enum wire_order_kind kind, const char *usage)
{
    argument_count(L, 0, 0, usage);
    tell(L, (struct wire_order){.kind = kind});
    return 0;
}

/* The first argument is a table of named values. */
static void check_named(lua_State *L, const char *call, const char *usage, const char *const *known)
{
    if (!keywords_at(L, 1, call, known))
        error_throw(L, "TypeError", "%s() takes values by name, as in %s, not %s", call, usage,
                    lua_istable(L, 1) ? "a list" : argument_kind(L, 1));
}

/* --- how it behaves ------------------------------------------------------------------------------------- */

#define LONGEST ((int)(WIRE_LONGEST / CLOCK_SECOND))

static lua_Number number_from(lua_State *L, const char *name, lua_Number most)
{
    if (!keyword_push(L, 1, name))
        return 0;
    if (lua_type(L, -1) != LUA_TNUMBER)
        error_throw(L, "TypeError", "%s is a number, not %s", name, argument_kind(L, -1));
    lua_Number value = lua_tonumber(L, -1);
    if (!(value >= 0 && value <= most))
        error_throw(L, "ValueError", "%s lies between 0 and %d", name, (int)most);
    lua_pop(L, 1);
    return value;
}

static int64_t duration_of(lua_Number seconds)
{
    return (int64_t)llround(seconds * 1e9);
}

int64_t lab_duration(lua_State *L, const char *name)
{
    return duration_of(number_from(L, name, LONGEST));
}

#define FASTEST 1e12 /* bits a second */

/* "1Mbit", "64 kbit", or a number of bits a second; 0 when it is none of these. */
static lua_Number bits_of(const char *text)
{
    static const struct {
        const char *unit;
        lua_Number bits;
    } units[] = {{"bit", 1}, {"kbit", 1e3}, {"Mbit", 1e6}, {"Gbit", 1e9}};
    char *end;
    lua_Number value = strtod(text, &end);
    end += strspn(end, " ");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcasecmp(end, units[i].unit) == 0)
            return value * units[i].bits;
    return 0;
}

int64_t lab_rate(lua_State *L)
{
    if (!keyword_push(L, 1, "rate"))
        return 0;
    int type = lua_type(L, -1);
    if (type != LUA_TNUMBER && type != LUA_TSTRING)
        error_throw(L, "TypeError", "rate is a text such as \"1Mbit\", or bits a second, not %s", argument_kind(L, -1));
    lua_Number bits = type == LUA_TNUMBER ? lua_tonumber(L, -1) : bits_of(lua_tostring(L, -1));
    if (!(bits >= 1 && bits <= FASTEST))
        error_throw(L, "ValueError", "rate is a number with kbit, Mbit or Gbit, as in \"1Mbit\"");
    lua_pop(L, 1);
    return (int64_t)bits;
}

/* The host of that name, or -1 when it was not given. */
static int host_from(lua_State *L, int index, const char *name)
{
    if (lua_getfield(L, index, name) == LUA_TNIL) {
        lua_pop(L, 1);
        return -1;
    }
    const char *said = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    for (int host = 0; host < NETWORK_HOSTS; host++)
        if (strcmp(said, hosts[host]) == 0) {
            lua_pop(L, 1);
            return host;
        }
    return error_throw(L, "ValueError", "%s is a host: \"me\" or \"peer\"", name);
}

static int wire(lua_State *L)
{
    static const char *const known[] = {"delay", "jitter", "loss", "dup", "rate", "queue", "seed", "to", NULL};
    argument_count(L, 1, 1, "lab.wire{delay=seconds, loss=0.2, ...}");
    check_named(L, "lab.wire", "lab.wire{delay=0.05}", known);
    struct manner manner = {
        .delay = lab_duration(L, "delay"),
        .jitter = lab_duration(L, "jitter"),
        .loss = number_from(L, "loss", 1),
        .duplicate = number_from(L, "dup", 1),
        .rate = lab_rate(L),
        .queue = keyword_integer(L, 1, "queue", SCHEDULE_MOST),
        .seed = (uint64_t)keyword_integer(L, 1, "seed", 0),
    };
    if (manner.queue < 1 || manner.queue > SCHEDULE_MOST)
        return error_throw(L, "ValueError", "queue lies between 1 and %d", SCHEDULE_MOST);
    int to = host_from(L, 1, "to");
    for (int host = 0; host < NETWORK_HOSTS; host++)
        if (to < 0 || to == host)
            tell(L, (struct wire_order){.kind = WIRE_MANNER, .number = (uint32_t)host, .manner = manner});
    return 0;
}

static int plug(lua_State *L)
{
    return simply(L, WIRE_PLUG, "lab.plug()");
}

static int unplug(lua_State *L)
{
    return simply(L, WIRE_UNPLUG, "lab.unplug()");
}

/* --- rules ---------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint8_t flag; /* enum tcp_flag */
} flags[] = {
    {"syn", TCP_FLAG_SYN}, {"ack", TCP_FLAG_ACK}, {"fin", TCP_FLAG_FIN}, {"rst", TCP_FLAG_RST}, {"psh", TCP_FLAG_PSH},
};
#define FLAGS (sizeof flags / sizeof *flags)

static const char *const protocols[] = {
    [PACKET_OTHER] = "other", [PACKET_ARP] = "arp", [PACKET_ICMP] = "icmp",
    [PACKET_ICMPV6] = "icmp", [PACKET_UDP] = "udp", [PACKET_TCP] = "tcp",
};
#define PROTOCOLS (sizeof protocols / sizeof *protocols)

/* One bit for each kind of packet that goes by the name; 0 when none was given. */
static uint8_t kinds_from(lua_State *L, int index)
{
    if (lua_getfield(L, index, "proto") == LUA_TNIL) {
        lua_pop(L, 1);
        return 0;
    }
    const char *said = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    unsigned kinds = 0;
    for (size_t i = 0; i < PROTOCOLS; i++)
        if (strcmp(said, protocols[i]) == 0)
            kinds |= 1U << i;
    if (kinds == 0)
        error_throw(L, "ValueError", "proto is \"tcp\", \"udp\", \"icmp\" or \"arp\"");
    lua_pop(L, 1);
    return (uint8_t)kinds;
}

static enum rule_wish wish_from(lua_State *L, const char *name)
{
    if (!keyword_push(L, 1, name))
        return RULE_ANY;
    bool with = argument_truth(L, lua_gettop(L), name);
    lua_pop(L, 1);
    return with ? RULE_WITH : RULE_WITHOUT;
}

static uint8_t sender_from(lua_State *L)
{
    int from = host_from(L, 1, "from"), to = host_from(L, 1, "to");
    if (from >= 0 && from == to)
        error_throw(L, "ValueError", "no packet goes from %s to %s", hosts[from], hosts[to]);
    return (uint8_t)(from >= 0 ? 1 + from : to >= 0 ? 1 + (1 - to) : 0);
}

static struct rule read_rule(lua_State *L, const char *call, const char *usage)
{
    static const char *const known[] = {"syn", "ack", "fin", "rst", "psh", "data", "from", "to", "proto", "nth", NULL};
    struct rule rule = {.fate = PACKET_DROPPED};
    check_named(L, call, usage, known);
    for (size_t i = 0; i < FLAGS; i++) {
        enum rule_wish wish = wish_from(L, flags[i].name);
        rule.with |= wish == RULE_WITH ? flags[i].flag : 0;
        rule.without |= wish == RULE_WITHOUT ? flags[i].flag : 0;
    }
    rule.data = (uint8_t)wish_from(L, "data");
    rule.kinds = kinds_from(L, 1);
    rule.from = sender_from(L);
    int nth = keyword_integer(L, 1, "nth", 0);
    if (nth < 0 || (nth == 0 && keyword_push(L, 1, "nth")))
        error_throw(L, "ValueError", "nth counts from 1");
    rule.nth = (uint32_t)nth;
    return rule;
}

struct rule_object {
    struct object object;
    uint32_t number; /* 0: it is over */
    int64_t count;   /* what it came to then */
};

static const struct object_kind rule_kind;

/* The object first: a rule that nobody holds could not be ended. */
static int add_rule(lua_State *L, const struct rule *rule)
{
    struct rule_object *object = object_push(L, &rule_kind, sizeof *object);
    object->number = (uint32_t)tell(L, (struct wire_order){.kind = WIRE_RULE, .rule = *rule});
    if (object->number == 0)
        return error_throw(L, "OSError", "%d rules are in force already; rule:off() ends one", SCHEDULE_RULES);
    return 1;
}

static int drop(lua_State *L)
{
    static const char usage[] = "lab.drop{syn=true, nth=1}";
    argument_count(L, 1, 1, usage);
    struct rule rule = read_rule(L, "lab.drop", usage);
    return add_rule(L, &rule);
}

static int hold(lua_State *L)
{
    static const char usage[] = "lab.hold({data=true, nth=2}, seconds)";
    argument_count(L, 2, 2, usage);
    struct rule rule = read_rule(L, "lab.hold", usage);
    if (lua_type(L, 2) != LUA_TNUMBER)
        return error_throw(L, "TypeError", "lab.hold() needs a number of seconds, not %s", argument_kind(L, 2));
    lua_Number seconds = lua_tonumber(L, 2);
    if (!(seconds >= 0 && seconds <= LONGEST))
        return error_throw(L, "ValueError", "a packet is held between 0 and %d seconds", LONGEST);
    rule.fate = PACKET_HELD;
    rule.hold = duration_of(seconds);
    return add_rule(L, &rule);
}

static struct rule_object *ask_rule(lua_State *L, enum wire_order_kind kind)
{
    struct rule_object *object = object_check(L, 1, &rule_kind, "a rule");
    if (object->number != 0)
        object->count = tell(L, (struct wire_order){.kind = kind, .number = object->number});
    return object;
}

static int rule_count(lua_State *L)
{
    lua_pushinteger(L, ask_rule(L, WIRE_COUNT)->count);
    return 1;
}

static int rule_off(lua_State *L)
{
    ask_rule(L, WIRE_OFF)->number = 0;
    return 0;
}

const struct function_row lab_rule_methods[] = {
    {"count", rule_count},
    {"off", rule_off},
    {NULL, NULL},
};

static int rule_text(lua_State *L)
{
    int64_t count = ask_rule(L, WIRE_COUNT)->count;
    lua_pushfstring(L, "<rule: %I packet%s>", (LUAI_UACINT)count, count == 1 ? "" : "s");
    return 1;
}

static const struct object_kind rule_kind = {
    .name = "lab.rule",
    .methods = (const struct function_row *const[]){lab_rule_methods, NULL},
    .fixed = "a rule's fields cannot be set",
    .metamethods = (const luaL_Reg[]){{"__tostring", rule_text}, {NULL, NULL}},
};

/* --- packets -------------------------------------------------------------------------------------------- */

static const char *const fates[PACKET_FATES] = {
    [PACKET_DELIVERED] = "delivered", [PACKET_HELD] = "held", [PACKET_DUPLICATED] = "duplicated",
    [PACKET_DROPPED] = "dropped",     [PACKET_LOST] = "lost", [PACKET_OVERFLOWED] = "overflowed",
    [PACKET_UNPLUGGED] = "unplugged",
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

/* The number of an event that was copied from the ring. */
static int64_t number_of(const struct event *event)
{
    return (int64_t)event->stamp - 1;
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

static void make_packet(lua_State *L)
{
    lua_createtable(L, 0, 14);
    if (luaL_newmetatable(L, "lab.packet")) {
        lua_pushcfunction(L, packet_text);
        lua_setfield(L, -2, "__tostring");
    }
    lua_setmetatable(L, -2);
}

static void push_packet(lua_State *L, const struct seen_packet *seen)
{
    const struct packet *packet = &seen->packet;
    struct text words = TEXT_EMPTY;
    make_packet(L);
    packet_describe(&words, seen);
    push_text(L, &words);
    lua_setfield(L, -2, "text");
    set_integer(L, "number", number_of(seen->event));
    set_text(L, "from", hosts[seen->event->arg[1] == NETWORK_PEER]);
    set_text(L, "to", hosts[seen->event->arg[1] != NETWORK_PEER]);
    set_text(L, "proto", protocols[packet->kind]);
    set_text(L, "fate", fates[packet->fate]);
    set_integer(L, "length", (int64_t)packet->data);
    lua_pushnumber(L, (lua_Number)seen->event->begin / 1e9);
    lua_setfield(L, -2, "time");
    if (packet->kind != PACKET_TCP)
        return;
    set_integer(L, "seq", seen->sequence);
    for (size_t i = 0; i < FLAGS; i++) {
        lua_pushboolean(L, (packet->flags & flags[i].flag) != 0);
        lua_setfield(L, -2, flags[i].name);
    }
}

/* All packets that the ring still has, and which of them are wanted. */
struct wanted {
    struct event *events;
    struct seen_packet *list;
    size_t count;
    int64_t least, most; /* numbers of events */
    uint8_t kinds;       /* 0: all */
    bool one;            /* itself instead of a list */
};

static int push_wanted(lua_State *L)
{
    const struct wanted *wanted = lua_touserdata(L, 1);
    lua_Integer count = 0;
    lua_settop(L, 0);
    lua_newtable(L);
    for (size_t i = 0; i < wanted->count; i++) {
        int64_t number = number_of(wanted->list[i].event);
        if (number < wanted->least || number > wanted->most ||
            (wanted->kinds != 0 && (wanted->kinds >> wanted->list[i].packet.kind & 1) == 0))
            continue;
        push_packet(L, &wanted->list[i]);
        if (wanted->one)
            return 1;
        lua_rawseti(L, 1, ++count);
    }
    if (wanted->one)
        lua_pushnil(L);
    return 1;
}

/* What is borrowed from the C side is freed also when Lua has no memory. */
static int push_packets(lua_State *L, struct wanted *wanted)
{
    const struct ring *ring = runtime_of(L)->net.ring;
    struct timeline timeline = {.events = NULL};
    lua_pushcfunction(L, push_wanted);
    lua_pushlightuserdata(L, wanted);
    wanted->events = ring_copy(ring, 0, ring_next(ring), &timeline.event_count, &timeline.dropped);
    timeline.events = wanted->events;
    wanted->list = packets_of(&timeline, &wanted->count);
    int status = lua_pcall(L, 1, 1, 0);
    free(wanted->list);
    free(wanted->events);
    return status == LUA_OK ? 1 : lua_error(L);
}

static int packets(lua_State *L)
{
    static const char *const known[] = {"since", "proto", NULL};
    struct wanted wanted = {.least = 0, .most = INT64_MAX};
    argument_count(L, 0, 1, "lab.packets{since=number, proto=\"tcp\"}");
    if (!lua_isnone(L, 1)) {
        check_named(L, "lab.packets", "lab.packets{proto=\"tcp\"}", known);
        wanted.least = keyword_integer(L, 1, "since", -1) + INT64_C(1);
        wanted.kinds = kinds_from(L, 1);
    }
    tell(L, (struct wire_order){.kind = WIRE_SETTLE});
    return push_packets(L, &wanted);
}

/* --- one at a time -------------------------------------------------------------------------------------- */

static int halt(lua_State *L)
{
    return simply(L, WIRE_PAUSE, "lab.pause()");
}

static int go_on(lua_State *L)
{
    return simply(L, WIRE_RESUME, "lab.resume()");
}

static int step(lua_State *L)
{
    argument_count(L, 0, 1, "lab.step([seconds])");
    int64_t patience = lua_isnoneornil(L, 1) ? CLOCK_SECOND : argument_timeout(L, 1);
    int64_t number = WIRE_NO_PACKET;
    error_check(L, wire_step(&runtime_of(L)->net, check_network(L), patience, &number));
    struct wanted wanted = {.least = number, .most = number, .one = true};
    if (number == WIRE_NOT_PAUSED)
        return error_throw(L, "OSError", "nothing waits at the wire: lab.pause() comes before lab.step()");
    if (number >= 0)
        return push_packets(L, &wanted);
    lua_pushnil(L);
    return 1;
}

const struct function_row lab_wire_functions[] = {
    {"wire", wire},       {"drop", drop},  {"hold", hold}, {"unplug", unplug}, {"plug", plug},
    {"packets", packets}, {"pause", halt}, {"step", step}, {"resume", go_on},  {NULL, NULL},
};
