/*
 * lab_packet.h: a packet as a table, for lab.packets() and for rules that are functions.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_LAB_PACKET_H
#define SOCKRATES_LUA_LAB_PACKET_H

#include "lab/network.h"
#include "trace/packet.h"

#include <lua.h>

/* "me" and "peer". */
extern const char *const lab_hosts[NETWORK_HOSTS];

/* The flags of TCP that have names, ended by a NULL name. */
struct lab_flag {
    const char *name;
    uint8_t flag; /* enum tcp_flag */
};
extern const struct lab_flag lab_flags[];

/* One bit for each kind of packet that goes by the name, "tcp"; 0 for none. */
uint8_t lab_packet_kinds(const char *name);

/* Pushes it.  Its event is a copy: the number is read from its stamp. */
void lab_packet_push(lua_State *L, const struct seen_packet *seen);

#endif
