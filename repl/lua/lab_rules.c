#include "lua/lab.h"

#include "lab/terms.h"
#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/keywords.h"
#include "lua/lab_judge.h"
#include "lua/lab_orders.h"
#include "lua/object.h"

#include <string.h>

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
    int from = lab_host_from(L, 1, "from"), to = lab_host_from(L, 1, "to");
    if (from >= 0 && from == to)
        error_throw(L, "ValueError", "no packet goes from %s to %s", term_hosts[from], term_hosts[to]);
    return (uint8_t)(from >= 0 ? 1 + from : to >= 0 ? 1 + (1 - to) : 0);
}

static struct rule read_rule(lua_State *L, const char *call, const char *usage)
{
    static const char *const known[] = {"syn", "ack", "fin", "rst", "psh", "data", "from", "to", "proto", "nth", NULL};
    struct rule rule = {.fate = PACKET_DROPPED};
    lab_check_named(L, call, usage, known);
    for (const struct term_flag *flag = term_flags; flag->name != NULL; flag++) {
        enum rule_wish wish = wish_from(L, flag->name);
        rule.with |= wish == RULE_WITH ? flag->flag : 0;
        rule.without |= wish == RULE_WITHOUT ? flag->flag : 0;
    }
    rule.data = (uint8_t)wish_from(L, "data");
    rule.kinds = lab_kinds_from(L, 1);
    if (!term_rule_possible(&rule))
        error_throw(L, "ValueError", "only packets of TCP have such a flag: no other fits");
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

/* The rule in words, or as a function: a table says which packets it is about, or the function does. */
static struct rule read_any(lua_State *L, const char *call, const char *usage)
{
    if (lua_type(L, 1) != LUA_TFUNCTION)
        return read_rule(L, call, usage);
    lab_push_program(L, 1, call);
    lua_replace(L, 1);
    return (struct rule){.fate = PACKET_DROPPED, .asks = true};
}

/* The object first: a rule that nobody holds could not be ended.  A program stands at index 1. */
static int add_rule(lua_State *L, const struct rule *rule)
{
    struct rule_object *object = object_push(L, &rule_kind, sizeof *object);
    size_t length = 0;
    const char *program = rule->asks ? lua_tolstring(L, 1, &length) : NULL;
    int64_t number = lab_tell_with(L, (struct wire_order){.kind = WIRE_RULE, .rule = *rule}, program, length);
    if (number < 0)
        return error_throw(L, "OSError", "the wire has no memory for a rule that is a function");
    if (number == 0)
        return error_throw(L, "OSError", "%d rules are in force already; rule:off() ends one", SCHEDULE_RULES);
    object->number = (uint32_t)number;
    return 1;
}

static int drop(lua_State *L)
{
    static const char usage[] = "lab.drop{syn=true, nth=1}";
    argument_count(L, 1, 1, usage);
    lab_network(L);
    struct rule rule = read_any(L, "lab.drop", usage);
    return add_rule(L, &rule);
}

static int hold(lua_State *L)
{
    static const char usage[] = "lab.hold({data=true, nth=2}, seconds)";
    argument_count(L, 2, 2, usage);
    lab_network(L);
    if (lua_type(L, 2) != LUA_TNUMBER)
        return error_throw(L, "TypeError", "lab.hold() needs a number of seconds, not %s", argument_kind(L, 2));
    lua_Number seconds = lua_tonumber(L, 2);
    if (!(seconds >= 0 && seconds <= LAB_LONGEST))
        return error_throw(L, "ValueError", "a packet is held between 0 and %d seconds", LAB_LONGEST);
    struct rule rule = read_any(L, "lab.hold", usage);
    rule.fate = PACKET_HELD;
    rule.hold = lab_nanoseconds(seconds);
    return add_rule(L, &rule);
}

static struct rule_object *ask_rule(lua_State *L, enum wire_order_kind kind)
{
    struct rule_object *object = object_check(L, 1, &rule_kind, "a rule");
    if (object->number != 0)
        object->count = lab_tell(L, (struct wire_order){.kind = kind, .number = object->number});
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

const struct function_row lab_rules_functions[] = {
    {"drop", drop},
    {"hold", hold},
    {NULL, NULL},
};
