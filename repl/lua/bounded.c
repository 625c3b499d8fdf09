#include "lua/bounded.h"

#include "lua/patterns.h"
#include "lua/runtime.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <string.h>

/* So much is done without looking up. */
#define SHORT       4096
#define SHORT_TEXT  65536
#define SMALL_STATE (16 << 10) /* KiB */

/* Lua's own function, upvalue 1, with all arguments: for what is over soon, and for wrong arguments. */
static int original(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* --- tables --------------------------------------------------------------------------------------------- */

/* to[target ...] = from[first ... last], in the direction that reads each element before it is overwritten. */
static void move_elements(lua_State *L, int from, lua_Integer first, lua_Integer last, int to, lua_Integer target)
{
    const struct runtime *runtime = runtime_of(L);
    bool upward = target > last || target <= first || !lua_compare(L, from, to, LUA_OPEQ);
    lua_Integer count = last - first + 1;
    for (lua_Integer i = 0; i < count; i++) {
        lua_Integer offset = upward ? i : count - 1 - i;
        runtime_check(runtime, L);
        lua_geti(L, from, first + offset);
        lua_seti(L, to, target + offset);
    }
}

static bool in_bounds(lua_State *L, int index, lua_Integer size)
{
    lua_Integer place = lua_isinteger(L, index) ? lua_tointeger(L, index) : 0;
    return place >= 1 && place <= size;
}

static int insert(lua_State *L)
{
    lua_Integer size = lua_istable(L, 1) && lua_gettop(L) == 3 ? luaL_len(L, 1) : 0;
    if (size < SHORT || !in_bounds(L, 2, size))
        return original(L);
    lua_Integer place = lua_tointeger(L, 2);
    move_elements(L, 1, place, size, 1, place + 1);
    lua_seti(L, 1, place);
    return 0;
}

static int list_remove(lua_State *L)
{
    lua_Integer size = lua_istable(L, 1) && lua_gettop(L) == 2 ? luaL_len(L, 1) : 0;
    if (size < SHORT || !in_bounds(L, 2, size))
        return original(L);
    lua_Integer place = lua_tointeger(L, 2);
    lua_geti(L, 1, place);
    move_elements(L, 1, place + 1, size, 1, place);
    lua_pushnil(L);
    lua_seti(L, 1, size);
    return 1;
}

/* move(a1, f, e, t[, a2]) */
static int move(lua_State *L)
{
    int to = lua_isnoneornil(L, 5) ? 1 : 5;
    bool fine = lua_istable(L, 1) && lua_istable(L, to);
    for (int i = 2; fine && i <= 4; i++)
        fine = lua_isinteger(L, i);
    lua_Integer first = fine ? lua_tointeger(L, 2) : 0, last = fine ? lua_tointeger(L, 3) : 0,
                target = fine ? lua_tointeger(L, 4) : 0;
    if (last < first || last - SHORT < first || (first <= 0 && last >= LUA_MAXINTEGER + first) ||
        target > LUA_MAXINTEGER - (last - first))
        return original(L);
    move_elements(L, 1, first, last, to, target);
    lua_pushvalue(L, to);
    return 1;
}

/* concat(list[, sep[, i[, j]]]) */
static int concat(lua_State *L)
{
    if (!lua_istable(L, 1))
        return original(L);
    const struct runtime *runtime = runtime_of(L);
    size_t length;
    const char *separator = luaL_optlstring(L, 2, "", &length);
    lua_Integer first = luaL_optinteger(L, 3, 1),
                last = lua_isnoneornil(L, 4) ? luaL_len(L, 1) : luaL_checkinteger(L, 4);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (lua_Integer i = first; i <= last; i++) {
        runtime_check(runtime, L);
        lua_geti(L, 1, i);
        if (!lua_isstring(L, -1))
            return luaL_error(L, "invalid value (at index %I) in table for 'concat'", (LUAI_UACINT)i);
        luaL_addvalue(&out);
        if (i == last)
            break;
        luaL_addlstring(&out, separator, length);
    }
    luaL_pushresult(&out);
    return 1;
}

/* Hooks reach the order that is a function. */
static int is_less(lua_State *L)
{
    lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
    return 1;
}

static int sort(lua_State *L)
{
    if (lua_istable(L, 1) && lua_isnoneornil(L, 2) && luaL_len(L, 1) > SHORT) {
        lua_settop(L, 1);
        lua_pushcfunction(L, is_less);
    }
    return original(L);
}

/* --- load ----------------------------------------------------------------------------------------------- */

/* The next piece of the text, upvalue 1, from byte upvalue 2 on. */
static int next_piece(lua_State *L)
{
    size_t length, from = (size_t)lua_tointeger(L, lua_upvalueindex(2));
    const char *text = lua_tolstring(L, lua_upvalueindex(1), &length);
    size_t piece = length - from < SHORT_TEXT ? length - from : SHORT_TEXT;
    lua_pushinteger(L, (lua_Integer)(from + piece));
    lua_replace(L, lua_upvalueindex(2));
    lua_pushlstring(L, text + from, piece);
    return 1;
}

/* load(chunk[, name[, mode[, env]]]): a long text is read in pieces, by a function that hooks reach. */
static int load(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING && lua_rawlen(L, 1) > SHORT_TEXT) {
        if (lua_gettop(L) == 1)
            lua_pushnil(L);
        if (lua_isnil(L, 2)) {
            lua_pushvalue(L, 1);
            lua_replace(L, 2);
        }
        lua_pushvalue(L, 1);
        lua_pushinteger(L, 0);
        lua_pushcclosure(L, next_piece, 2);
        lua_replace(L, 1);
    }
    return original(L);
}

/* --- the collector -------------------------------------------------------------------------------------- */

/* A whole cycle in small steps; what was garbage when it began is gone afterwards. */
static void collect_in_steps(lua_State *L)
{
    const struct runtime *runtime = runtime_of(L);
    while (lua_gc(L, LUA_GCSTEP, 0) == 0)
        runtime_check(runtime, L);
}

static int collect(lua_State *L)
{
    if (strcmp(luaL_optstring(L, 1, "collect"), "collect") != 0 || lua_gc(L, LUA_GCCOUNT) < SMALL_STATE)
        return original(L);
    collect_in_steps(L); /* the cycle that may be under way saw some of it alive */
    collect_in_steps(L);
    lua_pushinteger(L, 0);
    return 1;
}

/*
 * Lua switches hooks off for the coroutine in which a finalizer runs.  This one, the function in upvalue 1, gets a
 * coroutine of its own.
 */
static int finalize(lua_State *L)
{
    lua_settop(L, 1);
    lua_State *own = lua_newthread(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 1);
    lua_xmove(L, own, 2);
    if (runtime_call_on(L, own, 1, 0) == LUA_OK)
        return 0;
    lua_xmove(own, L, 1);
    return lua_error(L);
}

static int set_metatable(lua_State *L)
{
    if (lua_gettop(L) >= 2 && lua_istable(L, 2)) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) == LUA_TFUNCTION && lua_tocfunction(L, -1) != finalize) {
            lua_pushcclosure(L, finalize, 1);
            lua_pushliteral(L, "__gc");
            lua_insert(L, -2);
            lua_rawset(L, 2);
        } else {
            lua_pop(L, 1);
        }
    }
    return original(L);
}

/* --- message handlers ----------------------------------------------------------------------------------- */

/*
 * In the place of xpcall's handler, upvalue 1.  An error that a hook raised finds it with hooks switched off, where it
 * could not be stopped: it gets a coroutine of its own.  What stops the chunk is no error to be handled.
 */
static int handle_message(lua_State *L)
{
    struct runtime *runtime = runtime_of(L);
    lua_settop(L, 1);
    if (runtime->stop)
        return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    if (!runtime->raised_in_hook) {
        lua_call(L, 1, 1);
        return 1;
    }
    runtime->raised_in_hook = false;
    lua_State *own = lua_newthread(L);
    lua_insert(L, 1);
    lua_xmove(L, own, 2);
    int status = runtime_call_on(L, own, 1, 1);
    lua_xmove(own, L, 1);
    return status == LUA_OK ? 1 : lua_error(L);
}

/* xpcall(f, handler, ...) */
static int protected_call(lua_State *L)
{
    if (lua_isfunction(L, 2)) {
        lua_pushvalue(L, 2);
        lua_pushcclosure(L, handle_message, 1);
        lua_replace(L, 2);
    }
    return original(L);
}

/* -------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *table, *name;
    lua_CFunction function;
} replaced[] = {
    {LUA_TABLIBNAME, "insert", insert},     {LUA_TABLIBNAME, "remove", list_remove},
    {LUA_TABLIBNAME, "move", move},         {LUA_TABLIBNAME, "concat", concat},
    {LUA_TABLIBNAME, "sort", sort},         {LUA_GNAME, "load", load},
    {LUA_GNAME, "collectgarbage", collect}, {LUA_GNAME, "setmetatable", set_metatable},
    {LUA_GNAME, "xpcall", protected_call},
};

void bounded_install(lua_State *L)
{
    patterns_install(L);
    for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++) {
        lua_getglobal(L, replaced[i].table);
        lua_getfield(L, -1, replaced[i].name);
        lua_pushcclosure(L, replaced[i].function, 1);
        lua_setfield(L, -2, replaced[i].name);
        lua_pop(L, 1);
    }
}
