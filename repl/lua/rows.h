/*
 * rows.h: what modules are made from.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_ROWS_H
#define SOCKRATES_LUA_ROWS_H

#include "trace/symbols.h"

#include <lua.h>

struct function_row {
    const char *name;
    lua_CFunction function;
};

/* Methods of a module's objects; they are installed by the module itself. */
struct object_rows {
    const char *name; /* "s" as in s:connect */
    const struct function_row *methods;
};

#endif
