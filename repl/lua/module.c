#include "lua/module.h"

#include "lua/bytearray.h"
#include "lua/errors.h"

#include <lauxlib.h>
#include <string.h>

extern const struct module socket_module, time_module, errno_module, lab_module, signal_module, select_module,
    os_module;

const struct module *const modules[] = {&socket_module, &time_module, &errno_module, &lab_module, &signal_module,
                                       &select_module, &os_module,   NULL};

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

void module_fill(lua_State *L, const struct module *module)
{
    module_push(L, module);
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

static int module_pairs(lua_State *L)
{
    module_fill(L, lua_touserdata(L, lua_upvalueindex(1)));
    lua_getglobal(L, "next");
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

void module_push(lua_State *L, const struct module *module)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, module) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_createtable(L, 0, 3);
    set_closure(L, module, "__index", module_index);
    set_closure(L, module, "__pairs", module_pairs);
    set_closure(L, module, "__tostring", module_text);
    lua_setmetatable(L, -2);
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

/* --- globals -------------------------------------------------------------------------------------------- */

static const struct module *find_module(const char *name)
{
    for (size_t i = 0; modules[i] != NULL; i++)
        if (strcmp(modules[i]->name, name) == 0)
            return modules[i];
    return NULL;
}

const char *module_global_at(size_t index)
{
    size_t count = sizeof modules / sizeof *modules - 1;
    if (index < count)
        return modules[index]->name;
    return index == count ? bytearray_functions->name : error_classes[index - count - 1].name;
}

/* gaierror and herror stand in the socket module only, as in Python. */
static bool is_global_class(const char *name)
{
    for (const struct error_class *class = error_classes; class->name != NULL; class++)
        if (strcmp(class->name, name) == 0)
            return name[0] >= 'A' && name[0] <= 'Z';
    return false;
}

static int global_index(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    const struct module *module = find_module(name);
    if (module != NULL)
        module_push(L, module);
    else if (is_global_class(name))
        error_push_class(L, name);
    else if (strcmp(name, bytearray_functions->name) == 0)
        lua_pushcfunction(L, bytearray_functions->function);
    else
        return 0;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    return 1;
}

/* The loader behind package.preload[name]: the same table as the global. */
static int load_module(lua_State *L)
{
    lua_getglobal(L, luaL_checkstring(L, 1));
    return 1;
}

/* package.preload answers for every module without being filled. */
static int preload_index(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING || find_module(lua_tostring(L, 2)) == NULL)
        return 0;
    lua_pushcfunction(L, load_module);
    return 1;
}

static void set_index(lua_State *L, lua_CFunction function)
{
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, function);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

void module_install_globals(lua_State *L)
{
    lua_pushglobaltable(L);
    set_index(L, global_index);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    set_index(L, preload_index);
}
