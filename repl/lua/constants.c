#include "lua/constants.h"

#include <string.h>

const struct enum_class address_family = {"AddressFamily", "AF_", false, constant_rows};
const struct enum_class socket_kind = {"SocketKind", "SOCK_", false, constant_rows};
const struct enum_class message_flag = {"MsgFlag", "MSG_", true, constant_rows};
const struct enum_class address_info = {"AddressInfo", "AI_", true, constant_rows};

static const struct enum_class *const classes[] = {&address_family, &socket_kind, &message_flag, &address_info};
#define CLASSES (sizeof classes / sizeof *classes)

bool constant_push(lua_State *L, const char *name)
{
    for (size_t i = 0; i < CLASSES; i++)
        if (strcmp(classes[i]->name, name) == 0)
            return enum_push_class(L, classes[i]), true;
    if (strcmp(name, "has_ipv6") == 0)
        return lua_pushboolean(L, true), true;
    for (const struct constant_row *row = constant_rows; row->name != NULL; row++) {
        if (strcmp(row->name, name) != 0)
            continue;
        for (size_t i = 0; i < CLASSES; i++)
            if (strncmp(name, classes[i]->prefix, strlen(classes[i]->prefix)) == 0)
                return enum_push(L, classes[i], row->value), true;
        return lua_pushinteger(L, row->value), true;
    }
    return false;
}

size_t constant_count(void)
{
    return constant_row_count + CLASSES + 1;
}

const char *constant_name_at(size_t index)
{
    if (index < constant_row_count)
        return constant_rows[index].name;
    if (index < constant_row_count + CLASSES)
        return classes[index - constant_row_count]->name;
    return index == constant_row_count + CLASSES ? "has_ipv6" : NULL;
}
