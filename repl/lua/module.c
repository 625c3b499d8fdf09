#include "lua/module.h"

#include <lauxlib.h>
#include <string.h>

/* The row `index` places further on; NULL, and *index less, when the array ends before. */
static const struct function_row *step(const struct function_row *row, size_t *index)
{
    for (; row->name != NULL; row++)
        if ((*index)-- == 0)
            return row;
    return NULL;
}

const struct function_row *module_row_at(const struct module *module, size_t index, const char **receiver)
{
    const struct function_row *row = NULL;
    *receiver = NULL;
    for (size_t i = 0; row == NULL && module->functions != NULL && module->functions[i] != NULL; i++)
        row = step(module->functions[i], &index);
    for (size_t i = 0; row == NULL && module->objects != NULL && module->objects[i].name != NULL; i++) {
        *receiver = module->objects[i].name;
        row = step(module->objects[i].methods, &index);
    }
    return row;
}

static const struct function_row *find_function(const struct module *module, const char *name)
{
    for (size_t i = 0; module->functions != NULL && module->functions[i] != NULL; i++)
        for (const struct function_row *row = module->functions[i]; row->name != NULL; row++)
            if (strcmp(row->name, name) == 0)
                return row;
    return NULL;
}

static const struct constant_row *find_constant(const struct constant_row *row, const char *name)
{
    for (; row != NULL && row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

/* Pushes the named thing of the module, or nothing. */
static bool push_named(lua_State *L, const struct module *module, const char *name)
{
    const struct function_row *function = find_function(module, name);
    if (function != NULL)
        return lua_pushcfunction(L, function->function), true;
    const struct constant_row *constant = find_constant(module->constants, name);
    if (constant != NULL)
        return lua_pushinteger(L, constant->value), true;
    return module->find != NULL && module->find(L, name);
}

/* __index of a module: makes the thing at its first use and keeps it. */
static int module_index(lua_State *L)
{
    const struct module *module = lua_touserdata(L, lua_upvalueindex(1));
    if (lua_type(L, 2) != LUA_TSTRING || !push_named(L, module, lua_tostring(L, 2)))
        return 0;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    return 1;
}

static void fill_one(lua_State *L, const struct module *module, const char *name)
{
    if (lua_getfield(L, -1, name), lua_isnil(L, -1)) {
        lua_pop(L, 1);
        if (!push_named(L, module, name))
            return;
        lua_setfield(L, -2, name);
        return;
    }
    lua_pop(L, 1);
}

/* Fills the table at index 1 with everything at once: for pairs(). */
static void fill(lua_State *L, const struct module *module)
{
    lua_pushvalue(L, 1);
    const struct function_row *function;
    const char *receiver;
    for (size_t i = 0; (function = module_row_at(module, i, &receiver)) != NULL && receiver == NULL; i++)
        fill_one(L, module, function->name);
    for (const struct constant_row *row = module->constants; row != NULL && row->name != NULL; row++)
        fill_one(L, module, row->name);
    for (size_t i = 0; module->name_at != NULL && module->name_at(i) != NULL; i++)
        fill_one(L, module, module->name_at(i));
    lua_pop(L, 1);
}

/* next(), whatever the learner made of that name. */
static int next_pair(lua_State *L)
{
    lua_settop(L, 2);
    return lua_next(L, 1) ? 2 : (lua_pushnil(L), 1);
}

static int module_pairs(lua_State *L)
{
    lua_settop(L, 1);
    fill(L, lua_touserdata(L, lua_upvalueindex(1)));
    lua_pushcfunction(L, next_pair);
    lua_pushvalue(L, 1);
    return 2;
}

static int module_text(lua_State *L)
{
    const struct module *module = lua_touserdata(L, lua_upvalueindex(1));
    lua_pushfstring(L, "<module '%s'>", module->name);
    return 1;
}

static void set_closure(lua_State *L, const struct module *module, const char *name, lua_CFunction function)
{
    lua_pushlightuserdata(L, (void *)module);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, -2, name);
}

void module_push_new(lua_State *L, const struct module *module)
{
    lua_newtable(L);
    lua_createtable(L, 0, 3);
    set_closure(L, module, "__index", module_index);
    set_closure(L, module, "__pairs", module_pairs);
    set_closure(L, module, "__tostring", module_text);
    lua_setmetatable(L, -2);
}

void module_push(lua_State *L, const struct module *module)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, module) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    module_push_new(L, module);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, module);
}

void module_set_functions(lua_State *L, const struct function_row *rows)
{
    for (; rows->name != NULL; rows++) {
        lua_pushcfunction(L, rows->function);
        lua_setfield(L, -2, rows->name);
    }
}
