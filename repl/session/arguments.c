#include "session/arguments.h"

#include "base/memory.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <stdlib.h>

static const char arguments_key = 0;

#define MOST    200
#define DEEPEST 3

static void add(lua_State *L, int list, int index)
{
    int type = lua_type(L, index);
    if (lua_rawlen(L, list) >= MOST)
        return;
    if (type == LUA_TSTRING || type == LUA_TNUMBER) {
        lua_pushvalue(L, index);
        lua_tostring(L, -1);
        lua_rawseti(L, list, (lua_Integer)lua_rawlen(L, list) + 1);
    }
}

/* What the table at the index lists, and the tables in it: an address, or several of them. */
static void add_items(lua_State *L, int list, int index, int depth)
{
    size_t count = depth > 0 && lua_type(L, index) == LUA_TTABLE ? lua_rawlen(L, index) : 0;
    luaL_checkstack(L, 4, NULL);
    for (size_t item = 1; item <= count && item <= MOST; item++) {
        lua_rawgeti(L, index, (lua_Integer)item);
        int value = lua_gettop(L);
        add(L, list, value);
        add_items(L, list, value, depth - 1);
        lua_pop(L, 1);
    }
}

static void push_list(lua_State *L, int first, int count)
{
    lua_newtable(L);
    int list = lua_gettop(L);
    for (int i = first; i < first + count; i++) {
        add(L, list, i);
        add_items(L, list, i, DEEPEST);
    }
}

void arguments_keep(lua_State *L, int first, int count)
{
    if (count > 0 && lua_type(L, first) == LUA_TBOOLEAN && !lua_toboolean(L, first))
        lua_pushboolean(L, false);
    else
        push_list(L, first, count);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &arguments_key);
}

/* Of the list on top of the stack, or of none. */
static char **texts_of(lua_State *L)
{
    size_t count = lua_type(L, -1) == LUA_TTABLE ? lua_rawlen(L, -1) : 0;
    char **arguments = memory_new(count + 1, sizeof *arguments);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        arguments[i] = memory_copy(lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    return arguments;
}

char **arguments_take(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &arguments_key);
    char **arguments = lua_type(L, -1) == LUA_TBOOLEAN ? NULL : texts_of(L);
    lua_pop(L, 1);
    return arguments;
}

char **arguments_of(lua_State *L, int first, int count)
{
    push_list(L, first, count);
    char **arguments = texts_of(L);
    lua_pop(L, 1);
    return arguments;
}

void arguments_free(char **arguments)
{
    for (char **argument = arguments; argument != NULL && *argument != NULL; argument++)
        free(*argument);
    free(arguments);
}
