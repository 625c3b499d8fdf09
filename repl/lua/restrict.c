#include "lua/restrict.h"

#include "lua/bounded.h"
#include "lua/errors.h"
#include "lua/input.h"
#include "lua/runtime.h"

#include <lauxlib.h>
#include <string.h>
#include <unistd.h>

/* --- output --------------------------------------------------------------------------------------------- */

static void write_out(lua_State *L, const char *bytes, size_t length)
{
    struct runtime *runtime = runtime_of(L);
    if (runtime->write != NULL)
        runtime->write(runtime->owner, bytes, length);
}

static int print(lua_State *L)
{
    luaL_Buffer line;
    int count = lua_gettop(L);
    for (int i = 1; i <= count; i++)
        luaL_tolstring(L, i, NULL);
    luaL_buffinit(L, &line);
    for (int i = 1; i <= count; i++) {
        size_t length;
        const char *text = lua_tolstring(L, count + i, &length);
        if (i > 1)
            luaL_addchar(&line, '\t');
        luaL_addlstring(&line, text, length);
    }
    luaL_addchar(&line, '\n');
    luaL_pushresult(&line);
    size_t length;
    const char *text = lua_tolstring(L, -1, &length);
    write_out(L, text, length);
    return 0;
}

/* io.write("a", 1) and io.stdout:write("a", 1): gives back what has write(). */
static int io_write(lua_State *L)
{
    int first = lua_type(L, 1) == LUA_TTABLE ? 2 : 1;
    for (int i = first; i <= lua_gettop(L); i++) {
        if (lua_type(L, i) != LUA_TSTRING && lua_type(L, i) != LUA_TNUMBER)
            return error_throw(L, "TypeError", "write() takes strings and numbers, not a %s", luaL_typename(L, i));
        size_t length;
        const char *text = lua_tolstring(L, i, &length);
        write_out(L, text, length);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    return 1;
}

static int nothing(lua_State *L)
{
    lua_settop(L, 1);
    return 1;
}

/* --- what is not there, and says so --------------------------------------------------------------------- */

static int refused(lua_State *L)
{
    return error_throw(L, "PermissionError", "%s() is not available in a session: %s. Use `sockrates run FILE` for it",
                       lua_tostring(L, lua_upvalueindex(1)), lua_tostring(L, lua_upvalueindex(2)));
}

static void refuse(lua_State *L, const char *table, const char *name, const char *why)
{
    lua_pushfstring(L, "%s.%s", table, name);
    lua_pushstring(L, why);
    lua_pushcclosure(L, refused, 2);
    lua_setfield(L, -2, name);
}

static void refuse_all(lua_State *L, const char *table, const char *const *names, const char *why)
{
    lua_getglobal(L, table);
    for (; *names != NULL; names++)
        refuse(L, table, *names, why);
    lua_pop(L, 1);
}

static void keep_only(lua_State *L, const char *table, const char *const *names)
{
    lua_getglobal(L, table);
    lua_newtable(L);
    for (; *names != NULL; names++) {
        lua_getfield(L, -2, *names);
        lua_setfield(L, -2, *names);
    }
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, table);
    lua_pop(L, 1);
    lua_setglobal(L, table);
    lua_pop(L, 1);
}

static int leave(lua_State *L)
{
    int status = lua_isboolean(L, 1) ? !lua_toboolean(L, 1) : (int)luaL_optinteger(L, 1, 0);
    struct runtime *runtime = runtime_of(L);
    if (runtime->leave != NULL)
        runtime->leave(runtime->owner, status);
    _exit(status);
}

/* load(chunk, name, "t", env): binary chunks are never loaded. */
static int load_text(lua_State *L)
{
    lua_settop(L, 4);
    bool has_environment = !lua_isnil(L, 4);
    lua_pushliteral(L, "t");
    lua_replace(L, 3);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    if (!has_environment)
        lua_pop(L, 1);
    lua_call(L, has_environment ? 4 : 3, LUA_MULTRET);
    return lua_gettop(L);
}

static int output_text(lua_State *L)
{
    lua_pushliteral(L, "file (standard output)");
    return 1;
}

/* "__quiet": a chunk that only wrote shows no value. */
static void new_output(lua_State *L)
{
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, io_write, 1);
    lua_setfield(L, -2, "write");
    lua_pushcfunction(L, nothing);
    lua_setfield(L, -2, "flush");
    lua_pushcfunction(L, nothing);
    lua_setfield(L, -2, "setvbuf");
    lua_newtable(L);
    lua_pushcfunction(L, output_text);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, true);
    lua_setfield(L, -2, "__quiet");
    lua_setmetatable(L, -2);
}

static void replace_io(lua_State *L)
{
    static const char *const none[] = {NULL};
    static const char *const files[] = {"open", "input", "output", "tmpfile", "close", NULL};
    static const char *const programs[] = {"popen", NULL};
    keep_only(L, "io", none);
    lua_getglobal(L, "io");
    new_output(L);
    lua_getfield(L, -1, "write");
    lua_setfield(L, -3, "write");
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "stderr");
    lua_setfield(L, -2, "stdout");
    input_install(L);
    lua_pop(L, 1);
    refuse_all(L, "io", files, "it has no files");
    refuse_all(L, "io", programs, "it starts no programs");
}

void restrict_print(lua_State *L)
{
    lua_pushcfunction(L, print);
    lua_setglobal(L, "print");
}

void restrict_globals(lua_State *L)
{
    static const char *const os_kept[] = {"clock", "date", "difftime", "time", NULL};
    static const char *const os_files[] = {"remove", "rename", "tmpname", NULL};
    static const char *const os_others[] = {"execute", "getenv", "setlocale", NULL};
    static const char *const debug_kept[] = {"traceback", "getinfo", NULL};
    static const char *const package_kept[] = {"loaded", "preload", "config", NULL};
    replace_io(L);
    keep_only(L, "os", os_kept);
    refuse_all(L, "os", os_files, "it has no files");
    refuse_all(L, "os", os_others, "it is kept apart from the system");
    lua_getglobal(L, "os");
    lua_pushcfunction(L, leave);
    lua_setfield(L, -2, "exit");
    lua_pop(L, 1);
    keep_only(L, "debug", debug_kept);
    lua_getglobal(L, "package");
    lua_pushnil(L);
    lua_setfield(L, -2, "cpath");
    lua_getfield(L, -1, "searchers");
    for (int i = 4; i >= 2; i--) {
        lua_pushnil(L);
        lua_rawseti(L, -2, i);
    }
    lua_pop(L, 2);
    keep_only(L, "package", package_kept);
    lua_getglobal(L, "load");
    lua_pushcclosure(L, load_text, 1);
    lua_setglobal(L, "load");
    restrict_print(L);
    lua_pushglobaltable(L);
    static const char *const loaders[] = {"dofile", "loadfile", NULL};
    for (const char *const *name = loaders; *name != NULL; name++)
        refuse(L, "_G", *name, "it has no files");
    lua_pop(L, 1);
    bounded_install(L);
}
