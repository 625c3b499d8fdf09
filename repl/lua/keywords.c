#include "lua/keywords.h"

#include "lua/arguments.h"
#include "lua/errors.h"

#include <string.h>

static bool is_known(const char *name, const char *const *known)
{
    for (; *known != NULL; known++)
        if (strcmp(name, *known) == 0)
            return true;
    return false;
}

bool keywords_at(lua_State *L, int index, const char *call, const char *const *known)
{
    if (lua_type(L, index) != LUA_TTABLE || lua_rawlen(L, index) > 0)
        return false;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        if (!is_known(name, known))
            error_throw(L, "TypeError", "%s() knows no argument '%s'; try :help %s", call, name, call);
    }
    return true;
}

bool keyword_push(lua_State *L, int index, const char *name)
{
    if (lua_getfield(L, index, name) != LUA_TNIL)
        return true;
    lua_pop(L, 1);
    return false;
}

int keyword_integer(lua_State *L, int index, const char *name, int otherwise)
{
    if (!keyword_push(L, index, name))
        return otherwise;
    int value = argument_integer(L, -1, name);
    lua_pop(L, 1);
    return value;
}

bool keyword_truth(lua_State *L, int index, const char *name)
{
    if (!keyword_push(L, index, name))
        return false;
    bool value = argument_truth(L, lua_gettop(L), name);
    lua_pop(L, 1);
    return value;
}
