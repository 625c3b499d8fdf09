#include "base/rows.h"
#include "lua/module.h"

#include <errno.h>
#include <string.h>

/* errno values lie close together: looking at each is cheaper than a table of them. */
#define HIGHEST_ERRNO 133

/* Second names of one number. */
static const struct alias {
    const char *name;
    int code;
} aliases[] = {{"EWOULDBLOCK", EWOULDBLOCK}, {"ENOTSUP", ENOTSUP}, {"EDEADLOCK", EDEADLOCK}};

static bool find(lua_State *L, const char *name)
{
    if (strcmp(name, "errorcode") == 0) {
        lua_newtable(L);
        for (int code = 1; code <= HIGHEST_ERRNO; code++)
            if (error_symbol(code) != NULL) {
                lua_pushstring(L, error_symbol(code));
                lua_rawseti(L, -2, code);
            }
        return true;
    }
    const struct alias *alias = row_named(ROWS(aliases), name);
    if (alias != NULL)
        return lua_pushinteger(L, alias->code), true;
    for (int code = 1; code <= HIGHEST_ERRNO; code++)
        if (error_symbol(code) != NULL && strcmp(error_symbol(code), name) == 0)
            return lua_pushinteger(L, code), true;
    return false;
}

static const char *name_at(size_t index)
{
    for (int code = 1; code <= HIGHEST_ERRNO; code++)
        if (error_symbol(code) != NULL && index-- == 0)
            return error_symbol(code);
    return index < ROW_COUNT(aliases) ? aliases[index].name : index == ROW_COUNT(aliases) ? "errorcode" : NULL;
}

const struct module errno_module = {
    .name = "errno",
    .find = find,
    .name_at = name_at,
};
