#include "lua/object.h"

#include "lua/errors.h"

#include <string.h>

static const struct object_kind *kind_of(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(2));
}

/* Methods, upvalue 1, first: they are what is asked for most. */
static int object_index(lua_State *L)
{
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    const struct object_kind *kind = kind_of(L);
    void *object = object_test(L, 1, kind);
    if (object == NULL)
        return 0;
    if (kind->field != NULL && lua_type(L, 2) == LUA_TSTRING)
        return kind->field(L, object, lua_tostring(L, 2));
    return kind->element != NULL && lua_isinteger(L, 2) ? kind->element(L, object, lua_tointeger(L, 2)) : 0;
}

static int object_set(lua_State *L)
{
    const struct object_kind *kind = kind_of(L);
    void *object = object_test(L, 1, kind);
    if (kind->set_element == NULL || object == NULL || !lua_isinteger(L, 2))
        return error_throw(L, "AttributeError", "%s", kind->fixed);
    kind->set_element(L, object, lua_tointeger(L, 2));
    return 0;
}

/* Sets a closure over the methods, on top of the stack above the metatable, and the kind. */
static void set_closure(lua_State *L, const struct object_kind *kind, const char *name, lua_CFunction function)
{
    lua_pushvalue(L, -1);
    lua_pushlightuserdata(L, (void *)kind);
    lua_pushcclosure(L, function, 2);
    lua_setfield(L, -3, name);
}

static void push_metatable(lua_State *L, const struct object_kind *kind)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, kind) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_newtable(L);
    for (size_t i = 0; kind->methods != NULL && kind->methods[i] != NULL; i++)
        module_set_functions(L, kind->methods[i]);
    set_closure(L, kind, "__index", object_index);
    if (kind->fixed != NULL)
        set_closure(L, kind, "__newindex", object_set);
    lua_pop(L, 1);
    if (kind->metamethods != NULL)
        luaL_setfuncs(L, kind->metamethods, 0);
    lua_pushstring(L, kind->name);
    lua_setfield(L, -2, "__name");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, kind);
}

void *object_push(lua_State *L, const struct object_kind *kind, size_t size)
{
    struct object *object = lua_newuserdatauv(L, size, kind->values);
    memset(object, 0, size);
    object->kind = kind;
    push_metatable(L, kind);
    lua_setmetatable(L, -2);
    return object;
}

void *object_check(lua_State *L, int index, const struct object_kind *kind, const char *needed)
{
    void *object = object_test(L, index, kind);
    if (object == NULL)
        error_throw(L, "TypeError", "%s is needed here, not %s%s", needed, error_kind(L, index),
                    index == 1 ? "; a method is called with a colon: s:close()" : "");
    return object;
}
