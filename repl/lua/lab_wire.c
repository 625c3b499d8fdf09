#include "lua/lab.h"

#include "lab/terms.h"
#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/keywords.h"
#include "lua/lab_orders.h"
#include "lua/runtime.h"

#include <stdlib.h>

/* --- how it behaves ------------------------------------------------------------------------------------- */

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

int64_t lab_duration(lua_State *L, const char *name)
{
    return lab_nanoseconds(number_from(L, name, LAB_LONGEST));
}

int64_t lab_rate(lua_State *L)
{
    if (!keyword_push(L, 1, "rate"))
        return 0;
    int type = lua_type(L, -1);
    if (type != LUA_TNUMBER && type != LUA_TSTRING)
        error_throw(L, "TypeError", "rate is a text such as \"1Mbit\", or bits a second, not %s", argument_kind(L, -1));
    lua_Number bits = type == LUA_TNUMBER ? lua_tonumber(L, -1) : term_rate(lua_tostring(L, -1));
    if (!(bits >= 1 && bits <= TERM_RATE_MOST))
        error_throw(L, "ValueError", "rate is a number with kbit, Mbit or Gbit, as in \"1Mbit\"");
    lua_pop(L, 1);
    return (int64_t)bits;
}

static int wire(lua_State *L)
{
    static const char *const known[] = {"delay", "jitter", "loss", "dup", "rate", "queue", "seed", "to", NULL};
    argument_count(L, 1, 1, "lab.wire{delay=seconds, loss=0.2, ...}");
    lab_check_named(L, "lab.wire", "lab.wire{delay=0.05}", known);
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
    int to = lab_host_from(L, 1, "to");
    for (int host = 0; host < NETWORK_HOSTS; host++)
        if (to < 0 || to == host)
            lab_tell(L, (struct wire_order){.kind = WIRE_MANNER, .number = (uint32_t)host, .manner = manner});
    return 0;
}

static int simply(lua_State *L, enum wire_order_kind kind, const char *usage)
{
    argument_count(L, 0, 0, usage);
    lab_tell(L, (struct wire_order){.kind = kind});
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
    error_check(L, wire_step(&runtime_of(L)->net, lab_network(L)->orders, patience, &number));
    if (number == WIRE_NOT_PAUSED)
        return error_throw(L, "OSError", "nothing waits at the wire: lab.pause() comes before lab.step()");
    if (number >= 0)
        return lab_push_packet_numbered(L, number);
    lua_pushnil(L);
    return 1;
}

const struct function_row lab_wire_functions[] = {
    {"wire", wire}, {"unplug", unplug}, {"plug", plug}, {"pause", halt},
    {"step", step}, {"resume", go_on},  {NULL, NULL},
};
