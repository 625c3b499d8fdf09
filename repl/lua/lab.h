/*
 * lab.h: the parts of the module lab.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_LAB_H
#define SOCKRATES_LUA_LAB_H

#include "lua/rows.h"

#include <stdbool.h>
#include <stdint.h>

/* What the wire of a private network is told, and what it saw. */
extern const struct function_row lab_wire_functions[], lab_rules_functions[], lab_packets_functions[],
    lab_inject_functions[], lab_hosts_functions[];
extern const struct function_row lab_rule_methods[];

/*
 * Where the peer at the index listens, borrowed; NULL for what is no peer.  *program: where programs find the same,
 * which may be another one.
 */
struct address;
const struct address *lab_peer_address(lua_State *L, int index, const struct address **program);

/* The peer at the index; NULL for what is none. */
struct peer;
struct peer *lab_peer_at(lua_State *L, int index);

/* Values of the table at index 1, 0 without: seconds, in nanoseconds, at most an hour of them; bits a second. */
int64_t lab_duration(lua_State *L, const char *name);
int64_t lab_rate(lua_State *L);

/* How a relay passes bytes on, from the table at index 1; the names that it may hold, ended by NULL. */
struct relay_manner;
void lab_relay_manner(lua_State *L, struct relay_manner *manner);
extern const char *const lab_relay_names[];

/* Pushes the packet with this number, nil where the ring has it no more; returns 1. */
int lab_push_packet_numbered(lua_State *L, int64_t number);

/* Which ways `toward` of the table at the index names; none without it.  enum relay_way. */
void lab_toward(lua_State *L, int index, bool ways[2]);

#endif
