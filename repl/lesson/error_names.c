#include "lesson/error_names.h"

#include "base/nearest.h"
#include "lua/errors.h"

#include <stddef.h>
#include <string.h>

/* Outcomes give these classes to errors that are no objects of ours. */
static const char *const lua_kinds[] = {"LuaError", "SyntaxError"};

/* All errno values and all EAI_ values lie between. */
#define FIRST_CODE (-200)
#define LAST_CODE  200

/* The name at a position counted from 0; NULL for a gap; *end once they are through. */
static const char *name_at(int position, bool *end)
{
    *end = false;
    if (position < (int)(sizeof lua_kinds / sizeof *lua_kinds))
        return lua_kinds[position];
    position -= (int)(sizeof lua_kinds / sizeof *lua_kinds);
    if (position <= LAST_CODE - FIRST_CODE)
        return error_symbol(FIRST_CODE + position);
    const char *class = error_classes[position - (LAST_CODE - FIRST_CODE) - 1].name;
    *end = class == NULL;
    return class;
}

bool error_name_known(const char *name)
{
    bool end = false;
    for (int position = 0; !end; position++) {
        const char *known = name_at(position, &end);
        if (known != NULL && strcmp(known, name) == 0)
            return true;
    }
    return false;
}

const char *error_name_nearest(const char *name)
{
    struct nearest nearest = nearest_to(name);
    bool end = false;
    for (int position = 0; !end; position++) {
        const char *known = name_at(position, &end);
        if (known != NULL)
            nearest_try(&nearest, known);
    }
    return nearest.name;
}
