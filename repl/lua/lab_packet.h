/*
 * lab_packet.h: a packet as a table, for lab.packets() and for rules that are functions.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_LAB_PACKET_H
#define SOCKRATES_LUA_LAB_PACKET_H

#include "trace/packet.h"

#include <lua.h>

/* Pushes it.  Its event is a copy: the number is read from its stamp. */
void lab_packet_push(lua_State *L, const struct seen_packet *seen);

#endif
