/*
 * lab_orders.h: telling the wire of a private network what to do.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_LAB_ORDERS_H
#define SOCKRATES_LUA_LAB_ORDERS_H

#include "lab/network.h"
#include "lab/wire.h"

#include <lua.h>

/* The network that the state is in; OSError where there is none, or a peer asks. */
const struct network *lab_network(lua_State *L);

/* The answer to an order. */
int64_t lab_tell(lua_State *L, struct wire_order order);
int64_t lab_tell_with(lua_State *L, struct wire_order order, const void *attached, size_t length);

/* The first argument is a table of values named so. */
void lab_check_named(lua_State *L, const char *call, const char *usage, const char *const *known);

/* The host named by the field, or -1 when it was not given. */
int lab_host_from(lua_State *L, int index, const char *name);

/* What packets a table wants by `proto`, one bit for each kind; 0: all. */
uint8_t lab_kinds_from(lua_State *L, int index);

#define LAB_LONGEST ((int)(WIRE_LONGEST / CLOCK_SECOND)) /* seconds that a packet is on its way */

int64_t lab_nanoseconds(lua_Number seconds);

#endif
