/*
 * enums.h: Python's IntEnum and IntFlag.  Floor: lua.
 *
 * A member is one object for each value, with `name` and `value`; it orders and calculates with integers.
 * A class gives members by value (socket.AddressFamily(2)) and by name (socket.AddressFamily["AF_INET"]),
 * and is iterated in the order of values.
 */
#ifndef SOCKRATES_LUA_ENUMS_H
#define SOCKRATES_LUA_ENUMS_H

#include "lua/rows.h"

#include <lua.h>
#include <stdbool.h>

struct enum_class {
    const char *name;   /* "AddressFamily" */
    const char *prefix; /* of its members' names: "AF_" */
    bool flag;          /* an IntFlag: | & ~ (xor) stay members */
    /* Where the members are: every row whose name begins with `prefix`; ended by a NULL name. */
    const struct constant_row *rows;
};

/* Pushes the class object. */
void enum_push_class(lua_State *L, const struct enum_class *class);

/*
 * Pushes the member with this value; of an IntFlag any value has one, of an IntEnum an unknown value is
 * pushed as a plain integer.
 */
void enum_push(lua_State *L, const struct enum_class *class, lua_Integer value);

/* True and the number for an integer, a float without fraction, or a member of any class. */
bool enum_integer(lua_State *L, int index, lua_Integer *value);

#endif
