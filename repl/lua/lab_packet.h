/*
 * lab_packet.h: a packet as a table, for lab.packets() and for rules that are functions.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_LAB_PACKET_H
#define SOCKRATES_LUA_LAB_PACKET_H

#include "trace/packet.h"

#include <lua.h>

/* Pushes it.  Its event is a copy: the number is read from its stamp. */
void lab_packet_push(lua_State *L, const struct seen_packet *seen);

/*
 * The same for who asks for few of its values, of many packets: each is made when it is asked for.  One packet at a
 * time: the table of the one before tells nothing any more.
 */
struct lab_view {
    const struct seen_packet *seen;
    const void *table;
};

/* Once a state. */
void lab_view_open(lua_State *L, struct lab_view *view);
void lab_view_push(lua_State *L, struct lab_view *view, const struct seen_packet *seen);

#endif
