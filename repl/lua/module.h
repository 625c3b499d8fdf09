/*
 * module.h: modules made from rows.  Floor: lua.
 *
 * One row holds a function's name, signature, docstring and C function; help, completion, the manual and the
 * site's reference are made from these rows.  A module's table starts empty and is filled as names are
 * asked for, so that a program pays only for what it uses; pairs() shows everything.
 */
#ifndef SOCKRATES_LUA_MODULE_H
#define SOCKRATES_LUA_MODULE_H

#include "lua/rows.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

struct enum_class;

struct module {
    const char *name;
    const struct function_row *const *functions; /* arrays of rows, one a file; ended by NULL; NULL for none */
    const struct object_rows *objects;           /* an object may stand here more than once; ended by a NULL name */
    const struct enum_class *const *enums;       /* its enumerations, for help; ended by NULL; NULL for none */
    const struct constant_row *constants;        /* ended by a NULL name; NULL for none */
    /* Pushes what the rows do not hold and returns true, or pushes nothing; NULL for none. */
    bool (*find)(lua_State *L, const char *name);
    /* The names that `find` knows, one by one from 0; NULL after the last; NULL for none. */
    const char *(*name_at)(size_t index);
};

/*
 * The module's rows, one by one from 0: every function, then every method.  *receiver is NULL for a function,
 * the object's name for a method.  NULL after the last.
 */
const struct function_row *module_row_at(const struct module *module, size_t index, const char **receiver);

/* Pushes the module's table, made at the first call. */
void module_push(lua_State *L, const struct module *module);

/* Pushes another table of the module, which is not the one that programs have. */
void module_push_new(lua_State *L, const struct module *module);

/* Installs the rows as fields of the table on top of the stack. */
void module_set_functions(lua_State *L, const struct function_row *rows);

#endif
