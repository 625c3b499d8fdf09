#include "lua/pristine.h"

#include "lua/errors.h"
#include "lua/globals.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

/* In the registry: globals and libraries; the metatable of strings; the learner's, while a check runs. */
static const char base_key = 0, strings_key = 0, aside_key = 0;

/* Replaces the table on top of the stack by a copy, its metatable too, and the tables in it, `depth` deep. */
static void copy_table(lua_State *L, int depth)
{
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, -3) != 0;) {
        if (depth > 0 && lua_type(L, -1) == LUA_TTABLE)
            copy_table(L, depth - 1);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    if (lua_getmetatable(L, -2)) {
        copy_table(L, 0);
        lua_setmetatable(L, -2);
    }
    lua_remove(L, -2);
}

/* Modules and classes that nobody has asked for yet: as the globals' own, but never the same table. */
static int base_index(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING || !global_push_new(L, lua_tostring(L, 2)))
        return 0;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    return 1;
}

/* require("socket") is our module, whatever the learner put into package.loaded; Lua's own, upvalue 1, does the rest.
 */
static int require_base(lua_State *L)
{
    luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &base_key);
    lua_pushvalue(L, 1);
    if (lua_gettable(L, -2) == LUA_TTABLE)
        return 1;
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* The globals without themselves and without what is loaded, which is the learner's. */
static void keep_base(lua_State *L)
{
    static const char *const own[] = {LUA_GNAME, LUA_LOADLIBNAME};
    lua_pushglobaltable(L);
    copy_table(L, 0);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, own[i]);
    }
    copy_table(L, 2);
    globals_set_index(L, base_index);
    lua_getfield(L, -1, "require");
    lua_pushcclosure(L, require_base, 1);
    lua_setfield(L, -2, "require");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &base_key);
}

static void keep_strings(lua_State *L)
{
    lua_pushliteral(L, "");
    if (lua_getmetatable(L, -1)) {
        copy_table(L, 0);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &strings_key);
    }
    lua_pop(L, 1);
}

void pristine_keep(lua_State *L)
{
    keep_base(L);
    keep_strings(L);
}

/* --- an environment ------------------------------------------------------------------------------------- */

/* What a check does not have itself, but for names that are its own, upvalue 1: ours, then the learner's. */
static int environment_index(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 0;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &base_key);
    lua_pushvalue(L, 2);
    if (lua_gettable(L, -2) != LUA_TNIL)
        return 1;
    lua_pushglobaltable(L);
    lua_pushvalue(L, 2);
    lua_gettable(L, -2);
    return 1;
}

void pristine_push(lua_State *L, const char *const *own)
{
    lua_newtable(L);
    lua_pushglobaltable(L);
    lua_setfield(L, -2, LUA_GNAME);
    lua_createtable(L, 0, 1);
    lua_newtable(L);
    for (; *own != NULL; own++) {
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, *own);
    }
    lua_pushcclosure(L, environment_index, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
}

void pristine_replace(lua_State *L, const char *name)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &base_key);
    lua_insert(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

/* --- methods of strings --------------------------------------------------------------------------------- */

/* Pushes our methods of strings, above the ones of the learner's metatable at the index. */
static void push_methods(lua_State *L, int index)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &base_key);
    lua_getfield(L, -1, LUA_STRLIBNAME);
    lua_remove(L, -2);
    copy_table(L, 0);
    lua_createtable(L, 0, 1);
    if (lua_istable(L, index)) {
        lua_pushliteral(L, "__index");
        lua_rawget(L, index);
        lua_setfield(L, -2, "__index");
    }
    lua_setmetatable(L, -2);
}

static void set_strings(lua_State *L)
{
    lua_pushliteral(L, "");
    lua_insert(L, -2);
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

void pristine_enter(lua_State *L)
{
    int top = lua_gettop(L);
    lua_pushliteral(L, "");
    if (!lua_getmetatable(L, -1))
        lua_pushnil(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &aside_key);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &strings_key);
    copy_table(L, 0);
    push_methods(L, top + 2);
    lua_setfield(L, -2, "__index");
    set_strings(L);
    error_mend_classes(L);
    lua_settop(L, top);
}

void pristine_leave(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &aside_key);
    set_strings(L);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &aside_key);
}
