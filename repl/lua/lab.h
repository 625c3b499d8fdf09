/*
 * lab.h: the parts of the module lab.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_LAB_H
#define SOCKRATES_LUA_LAB_H

#include "lua/rows.h"

/* What the wire of a private network is told, and what it saw. */
extern const struct function_row lab_wire_functions[];
extern const struct function_row lab_rule_methods[];

#endif
