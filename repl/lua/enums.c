#include "lua/enums.h"

#include "lua/errors.h"
#include "lua/object.h"

#include <lauxlib.h>
#include <string.h>

struct member {
    struct object object;
    const struct enum_class *class;
    lua_Integer value;
};

static const struct object_kind member_kind;

static const struct member *member_at(lua_State *L, int index)
{
    return object_test(L, index, &member_kind);
}

/* The class of the member at the index, NULL when it is none. */
static const struct enum_class *class_at(lua_State *L, int index)
{
    const struct member *member = member_at(L, index);
    return member ? member->class : NULL;
}

bool enum_integer(lua_State *L, int index, lua_Integer *value)
{
    if (lua_type(L, index) == LUA_TNUMBER) {
        int fits;
        *value = lua_tointegerx(L, index, &fits);
        return fits;
    }
    const struct member *member = member_at(L, index);
    if (member != NULL)
        *value = member->value;
    return member != NULL;
}

/* --- rows of a class ------------------------------------------------------------------------------------ */

static bool belongs(const struct enum_class *class, const struct constant_row *row)
{
    return strncmp(row->name, class->prefix, strlen(class->prefix)) == 0;
}

/* The first row with the value is the member; later ones are aliases. */
static const char *name_of(const struct enum_class *class, lua_Integer value)
{
    for (const struct constant_row *row = class->rows; row->name != NULL; row++)
        if (row->value == value && belongs(class, row))
            return row->name;
    return NULL;
}

static const struct constant_row *row_named(const struct enum_class *class, const char *name)
{
    for (const struct constant_row *row = class->rows; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0 && belongs(class, row))
            return row;
    return NULL;
}

/* The least value above `floor`; false when there is none. */
static bool value_above(const struct enum_class *class, lua_Integer floor, bool inclusive, lua_Integer *value)
{
    bool found = false;
    for (const struct constant_row *row = class->rows; row->name != NULL; row++) {
        bool above = row->value > floor || (inclusive && row->value == floor);
        if (above && belongs(class, row) && (!found || row->value < *value)) {
            *value = row->value;
            found = true;
        }
    }
    return found;
}

/* The least number of the form 1...1 in binary that has all bits of the value. */
static lua_Integer mask_over(lua_Integer value)
{
    lua_Unsigned mask = (lua_Unsigned)value;
    for (unsigned shift = 1; shift < 64; shift *= 2)
        mask |= mask >> shift;
    return (lua_Integer)mask;
}

/* Every bit up to the highest that has a name. */
static lua_Integer all_bits(const struct enum_class *class)
{
    lua_Integer highest = 0;
    for (const struct constant_row *row = class->rows; row->name != NULL; row++)
        if (belongs(class, row) && row->value > highest)
            highest = row->value;
    return mask_over(highest);
}

/* As Python: a negative flag stands for the bits that it has as a number just wide enough, at least as wide as all. */
static lua_Integer without_sign(const struct enum_class *class, lua_Integer value)
{
    lua_Integer bits = all_bits(class);
    if (value < ~bits)
        bits = mask_over((lua_Integer) - (lua_Unsigned)value);
    return value < 0 ? bits & value : value;
}

/* "MSG_OOB|MSG_PEEK", lowest bit first; bits without a name as one number; "" for zero. */
static void add_flag_names(luaL_Buffer *buffer, lua_State *L, const struct member *member)
{
    lua_Integer left = member->value, value = 0;
    bool inclusive = true;
    const char *separator = "";
    for (lua_Integer floor = 1; value_above(member->class, floor, inclusive, &value); floor = value) {
        inclusive = false;
        if ((left & value) != value)
            continue;
        luaL_addstring(buffer, separator);
        luaL_addstring(buffer, name_of(member->class, value));
        separator = "|";
        left &= ~value;
    }
    if (left != 0 && left != member->value) {
        lua_pushfstring(L, "%s%I", separator, (LUAI_UACINT)left);
        luaL_addvalue(buffer);
    }
}

/* Pushes the member's name, or nil when no bit of it has one. */
static void push_name(lua_State *L, const struct member *member)
{
    const char *name = name_of(member->class, member->value);
    if (name != NULL || !member->class->flag) {
        lua_pushstring(L, name);
        return;
    }
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    add_flag_names(&buffer, L, member);
    luaL_pushresult(&buffer);
    if (lua_rawlen(L, -1) == 0) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}

/* --- members -------------------------------------------------------------------------------------------- */

static const struct member *self(lua_State *L)
{
    const struct member *member = member_at(L, 1);
    if (member == NULL)
        error_throw(L, "TypeError", "this is a method of an enumeration's member");
    return member;
}

static bool member_field(lua_State *L, void *object, const char *name)
{
    const struct member *member = object;
    if (strcmp(name, "value") == 0)
        lua_pushinteger(L, member->value);
    else if (strcmp(name, "name") == 0)
        push_name(L, member);
    else if (strcmp(name, "class") == 0)
        enum_push_class(L, member->class);
    else
        return false;
    return true;
}

static int member_set(lua_State *L)
{
    return error_throw(L, "AttributeError", "members of %s cannot be changed", self(L)->class->name);
}

static int member_text(lua_State *L)
{
    const struct member *member = self(L);
    push_name(L, member);
    if (lua_isnil(L, -1))
        lua_pushfstring(L, "<%s: %I>", member->class->name, (LUAI_UACINT)member->value);
    else
        lua_pushfstring(L, "<%s.%s: %I>", member->class->name, lua_tostring(L, -1), (LUAI_UACINT)member->value);
    return 1;
}

/* In text a member is its digits, as in Python's format(). */
static int member_concat(lua_State *L)
{
    for (int i = 1; i <= 2; i++) {
        lua_Integer value;
        if (lua_type(L, i) != LUA_TUSERDATA || !enum_integer(L, i, &value))
            continue;
        lua_pushinteger(L, value);
        lua_replace(L, i);
    }
    lua_concat(L, 2);
    return 1;
}

static int member_equal(lua_State *L)
{
    lua_Integer a, b;
    lua_pushboolean(L, enum_integer(L, 1, &a) && enum_integer(L, 2, &b) && a == b);
    return 1;
}

/* Puts plain numbers where members stand and lets Lua do the rest, its errors included. */
static int calculate(lua_State *L, int operation)
{
    lua_settop(L, operation == LUA_OPUNM || operation == LUA_OPBNOT ? 1 : 2);
    for (int i = 1; i <= lua_gettop(L); i++) {
        const struct member *member = member_at(L, i);
        if (member != NULL) {
            lua_pushinteger(L, member->value);
            lua_replace(L, i);
        }
    }
    lua_arith(L, operation);
    return 1;
}

/* The same, and a flag stays a flag when the result is an integer. */
static int calculate_bits(lua_State *L, int operation)
{
    const struct enum_class *class = class_at(L, 1);
    if (class == NULL || !class->flag)
        class = class_at(L, 2);
    calculate(L, operation);
    if (class != NULL && class->flag && lua_isinteger(L, -1))
        enum_push(L, class, lua_tointeger(L, -1));
    return 1;
}

#define CALCULATE(name, how, operation) \
    static int name(lua_State *L)       \
    {                                   \
        return how(L, operation);       \
    }
CALCULATE(member_add, calculate, LUA_OPADD)
CALCULATE(member_sub, calculate, LUA_OPSUB)
CALCULATE(member_mul, calculate, LUA_OPMUL)
CALCULATE(member_mod, calculate, LUA_OPMOD)
CALCULATE(member_pow, calculate, LUA_OPPOW)
CALCULATE(member_div, calculate, LUA_OPDIV)
CALCULATE(member_idiv, calculate, LUA_OPIDIV)
CALCULATE(member_unm, calculate, LUA_OPUNM)
CALCULATE(member_shl, calculate, LUA_OPSHL)
CALCULATE(member_shr, calculate, LUA_OPSHR)
CALCULATE(member_band, calculate_bits, LUA_OPBAND)
CALCULATE(member_bor, calculate_bits, LUA_OPBOR)
CALCULATE(member_bxor, calculate_bits, LUA_OPBXOR)
#undef CALCULATE

static int member_bnot(lua_State *L)
{
    const struct member *member = self(L);
    if (member->class->flag)
        enum_push(L, member->class, ~member->value);
    else
        lua_pushinteger(L, ~member->value);
    return 1;
}

static int compare(lua_State *L, bool or_equal)
{
    lua_Number a, b;
    const struct member *left = member_at(L, 1), *right = member_at(L, 2);
    if ((left == NULL && lua_type(L, 1) != LUA_TNUMBER) || (right == NULL && lua_type(L, 2) != LUA_TNUMBER))
        return error_throw(L, "TypeError", "members compare with members and numbers, not with a %s",
                           luaL_typename(L, left == NULL ? 1 : 2));
    a = left ? (lua_Number)left->value : lua_tonumber(L, 1);
    b = right ? (lua_Number)right->value : lua_tonumber(L, 2);
    lua_pushboolean(L, or_equal ? a <= b : a < b);
    return 1;
}

static int member_less(lua_State *L)
{
    return compare(L, false);
}

static int member_less_or_equal(lua_State *L)
{
    return compare(L, true);
}

static const luaL_Reg member_metamethods[] = {
    {"__newindex", member_set}, {"__tostring", member_text}, {"__concat", member_concat},
    {"__eq", member_equal},     {"__lt", member_less},       {"__le", member_less_or_equal},
    {"__add", member_add},      {"__sub", member_sub},       {"__mul", member_mul},
    {"__mod", member_mod},      {"__pow", member_pow},       {"__div", member_div},
    {"__idiv", member_idiv},    {"__unm", member_unm},       {"__shl", member_shl},
    {"__shr", member_shr},      {"__band", member_band},     {"__bor", member_bor},
    {"__bxor", member_bxor},    {"__bnot", member_bnot},     {NULL, NULL},
};

static const struct object_kind member_kind = {
    .name = "enum member",
    .field = member_field,
    .metamethods = member_metamethods,
};

static void new_member(lua_State *L, const struct enum_class *class, lua_Integer value)
{
    struct member *member = object_push(L, &member_kind, sizeof *member);
    member->class = class;
    member->value = value;
}

/* --- classes -------------------------------------------------------------------------------------------- */

/* Pushes the table value -> member: the class object keeps it. */
static void push_members(lua_State *L, const struct enum_class *class)
{
    enum_push_class(L, class);
    lua_getiuservalue(L, -1, 1);
    lua_remove(L, -2);
}

void enum_push(lua_State *L, const struct enum_class *class, lua_Integer value)
{
    if (!class->flag && name_of(class, value) == NULL) {
        lua_pushinteger(L, value);
        return;
    }
    value = class->flag ? without_sign(class, value) : value;
    push_members(L, class);
    if (lua_rawgeti(L, -1, value) == LUA_TNIL) {
        lua_pop(L, 1);
        new_member(L, class, value);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, value);
    }
    lua_remove(L, -2);
}

static const struct enum_class *class_self(lua_State *L)
{
    return *(const struct enum_class **)lua_touserdata(L, 1);
}

static int class_call(lua_State *L)
{
    const struct enum_class *class = class_self(L);
    lua_Integer value;
    if (lua_gettop(L) != 2)
        return error_throw(L, "TypeError", "%s() takes one value", class->name);
    if (!enum_integer(L, 2, &value) || (!class->flag && name_of(class, value) == NULL))
        return error_throw(L, "ValueError", "%s is not a valid %s", luaL_tolstring(L, 2, NULL), class->name);
    enum_push(L, class, value);
    return 1;
}

/* The n-th member counted from 1, by value; aliases and 0 of a flag class are no members. */
static int class_nth(lua_State *L, const struct enum_class *class, lua_Integer n)
{
    lua_Integer value = 0, floor = class->flag ? 1 : LUA_MININTEGER;
    for (lua_Integer i = 1; n >= 1 && value_above(class, floor, i == 1, &value); i++, floor = value)
        if (i == n)
            return enum_push(L, class, value), 1;
    return 0;
}

static int class_members(lua_State *L, const struct enum_class *class)
{
    lua_newtable(L);
    for (const struct constant_row *row = class->rows; row->name != NULL; row++)
        if (belongs(class, row)) {
            enum_push(L, class, row->value);
            lua_setfield(L, -2, row->name);
        }
    return 1;
}

static int class_index(lua_State *L)
{
    const struct enum_class *class = class_self(L);
    if (lua_isinteger(L, 2))
        return class_nth(L, class, lua_tointeger(L, 2));
    const char *name = luaL_tolstring(L, 2, NULL);
    if (strcmp(name, "__members__") == 0)
        return class_members(L, class);
    const struct constant_row *row = row_named(class, name);
    if (row == NULL)
        return error_throw(L, "KeyError", "%s has no member '%s'", class->name, name);
    enum_push(L, class, row->value);
    return 1;
}

static int class_length(lua_State *L)
{
    lua_Integer count = 0;
    while (class_nth(L, class_self(L), count + 1) == 1) {
        lua_pop(L, 1);
        count++;
    }
    lua_pushinteger(L, count);
    return 1;
}

static int class_next(lua_State *L)
{
    lua_Integer n = luaL_optinteger(L, 2, 0) + 1;
    lua_pushinteger(L, n);
    return class_nth(L, class_self(L), n) == 1 ? 2 : 0;
}

static int class_pairs(lua_State *L)
{
    lua_pushcfunction(L, class_next);
    lua_pushvalue(L, 1);
    return 2;
}

static int class_text(lua_State *L)
{
    const struct enum_class *class = class_self(L);
    lua_pushfstring(L, "<%s '%s'>", class->flag ? "flag" : "enum", class->name);
    return 1;
}

static int class_set(lua_State *L)
{
    return error_throw(L, "AttributeError", "cannot reassign member of %s", class_self(L)->name);
}

void enum_push_class(lua_State *L, const struct enum_class *class)
{
    static const luaL_Reg methods[] = {
        {"__call", class_call},
        {"__index", class_index},
        {"__newindex", class_set},
        {"__len", class_length},
        {"__pairs", class_pairs},
        {"__tostring", class_text},
        {NULL, NULL},
    };
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, class) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    const struct enum_class **self_pointer = lua_newuserdatauv(L, sizeof(void *), 1);
    *self_pointer = class;
    lua_newtable(L);
    lua_setiuservalue(L, -2, 1);
    luaL_newlib(L, methods);
    lua_pushstring(L, class->flag ? "flag" : "enum");
    lua_setfield(L, -2, "__name");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, class);
}
