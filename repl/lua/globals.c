#include "lua/globals.h"

#include "lua/bytearray.h"
#include "lua/errors.h"

#include <lauxlib.h>
#include <string.h>

extern const struct module socket_module, time_module, errno_module, lab_module, signal_module, select_module,
    os_module;

const struct module *const modules[] = {&socket_module, &time_module,   &errno_module, &lab_module,
                                        &signal_module, &select_module, &os_module,    NULL};

static const struct module *find_module(const char *name)
{
    for (size_t i = 0; modules[i] != NULL; i++)
        if (strcmp(modules[i]->name, name) == 0)
            return modules[i];
    return NULL;
}

const char *global_at(size_t index)
{
    size_t count = sizeof modules / sizeof *modules - 1;
    if (index < count)
        return modules[index]->name;
    return index == count ? bytearray_functions->name : error_classes[index - count - 1].name;
}

/* gaierror and herror stand in the socket module only, as in Python. */
static bool is_global_class(const char *name)
{
    for (const struct error_class *class = error_classes; class->name != NULL; class ++)
        if (strcmp(class->name, name) == 0)
            return name[0] >= 'A' && name[0] <= 'Z';
    return false;
}

static bool push_global(lua_State *L, const char *name, void (*push_module)(lua_State *, const struct module *))
{
    const struct module *module = find_module(name);
    if (module != NULL)
        push_module(L, module);
    else if (is_global_class(name))
        error_push_class(L, name);
    else if (strcmp(name, bytearray_functions->name) == 0)
        lua_pushcfunction(L, bytearray_functions->function);
    else
        return false;
    return true;
}

bool global_push_new(lua_State *L, const char *name)
{
    return push_global(L, name, module_push_new);
}

static int global_index(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING || !push_global(L, lua_tostring(L, 2), module_push))
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

void globals_set_index(lua_State *L, lua_CFunction function)
{
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, function);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
}

void globals_install(lua_State *L)
{
    lua_pushglobaltable(L);
    globals_set_index(L, global_index);
    lua_pop(L, 1);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    globals_set_index(L, preload_index);
    lua_pop(L, 1);
}
