#include "lua/object.h"

#include "lua/errors.h"
#include "lua/runtime.h"

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
    if (runtime_of(L)->restricted) {
        /* What sockets do is not for a learner to change: checks use theirs. */
        lua_pushstring(L, kind->name);
        lua_setfield(L, -2, "__metatable");
    }
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, kind);
}

void *object_push_bare(lua_State *L, const struct object_kind *kind, size_t size)
{
    struct object *object = lua_newuserdatauv(L, size, kind->values);
    memset(object, 0, size);
    object->kind = kind;
    return object;
}

void *object_push(lua_State *L, const struct object_kind *kind, size_t size)
{
    struct object *object = object_push_bare(L, kind, size);
    push_metatable(L, kind);
    lua_setmetatable(L, -2);
    return object;
}

/* --- shapes --------------------------------------------------------------------------------------------- */

/* Copies what stands under names in the table at the index into the one on top of the stack. */
static void copy_names(lua_State *L, int index)
{
    for (lua_pushnil(L); lua_next(L, index) != 0;) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        if (lua_type(L, -2) == LUA_TSTRING)
            lua_rawset(L, -4);
        else
            lua_pop(L, 2);
    }
}

/* Pushes a table of the methods and of the fields as they are now. */
static void push_ready(lua_State *L, const struct object_kind *kind, void *object)
{
    lua_newtable(L);
    for (size_t i = 0; kind->methods[i] != NULL; i++)
        module_set_functions(L, kind->methods[i]);
    for (const char *const *name = kind->fields; *name != NULL; name++)
        if (kind->field(L, object, *name))
            lua_setfield(L, -2, *name);
}

/* Pushes the metatable of the shape, which stands under its number in the kind's, at the index. */
static void push_shape(lua_State *L, int index, struct object *object, lua_Integer shape)
{
    if (lua_rawgeti(L, index, shape) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    copy_names(L, index);
    push_ready(L, object->kind, object);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, -1);
    lua_rawseti(L, index, shape);
}

void object_reshape(lua_State *L, int index)
{
    struct object *object = lua_touserdata(L, index);
    lua_Integer shape = object->kind->shape(object);
    index = lua_absindex(L, index);
    push_metatable(L, object->kind);
    if (shape > 0)
        push_shape(L, lua_gettop(L), object, shape);
    lua_setmetatable(L, index);
    lua_settop(L, shape > 0 ? -2 : -1);
}

int object_missing(lua_State *L, int index, const char *needed)
{
    lua_Debug about;
    bool method = index == 1, named = lua_getstack(L, 0, &about) && lua_getinfo(L, "n", &about) && about.name != NULL;
    return error_throw(L, "TypeError", "%s is needed here, not %s%s%s%s%s", needed, error_kind(L, index),
                       method ? "; a method is called with a colon" : "", method && named ? ": s:" : "",
                       method && named ? about.name : "", method && named ? "()" : "");
}
