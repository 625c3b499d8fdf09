/* The socket module: everything that the files beside this one have rows for. */
#include "lua/bytearray.h"
#include "lua/constants.h"
#include "lua/errors.h"
#include "lua/names.h"
#include "lua/socket.h"

#include <string.h>

extern const struct module socket_module;

/* Enumerations, error classes under their old names, and the members of enumerations. */
static bool find(lua_State *L, const char *name)
{
    if (constant_push(L, name))
        return true;
    if (strcmp(name, "error") == 0)
        error_push_class(L, "OSError");
    else if (strcmp(name, "timeout") == 0)
        error_push_class(L, "TimeoutError");
    else if (strcmp(name, "gaierror") == 0 || strcmp(name, "herror") == 0)
        error_push_class(L, name);
    else
        return false;
    return true;
}

static const char *name_at(size_t index)
{
    static const char *const others[] = {"error", "timeout", "gaierror", "herror", NULL};
    const char *name = constant_name_at(index);
    size_t count = constant_count();
    return name != NULL ? name : index - count < 4 ? others[index - count] : NULL;
}

static const struct function_row *const module_functions[] = {
    socket_functions,      socket_option_functions, socket_message_functions, bytearray_functions,
    socket_name_functions, socket_number_functions, socket_create_functions,  NULL,
};

static const struct object_rows module_objects[] = {
    {"s", socket_methods},         {"s", socket_connect_methods}, {"s", socket_data_methods},
    {"s", socket_message_methods}, {"s", socket_option_methods},  {"s", socket_file_methods},
    {"f", file_methods},           {"buffer", bytearray_methods}, {NULL, NULL},
};

const struct module socket_module = {
    .name = "socket",
    .functions = module_functions,
    .find = find,
    .name_at = name_at,
    .enums = (const struct enum_class *const[]){&address_family, &socket_kind, &message_flag, &address_info, NULL},
    .objects = module_objects,
};
