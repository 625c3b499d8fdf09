/*
 * links.h: interfaces and addresses of a network namespace, by rtnetlink(7).  Floor: lab.
 *
 * Each call is one question to the kernel and its answer; it speaks of the namespace in which the caller is.
 */
#ifndef SOCKRATES_LAB_LINKS_H
#define SOCKRATES_LAB_LINKS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINKS_MAC 6

/* A pair of interfaces: `here` in this namespace, `there` in the one of the descriptor; each with its own address. */
struct status links_make_pair(const char *here, const uint8_t here_mac[LINKS_MAC], const char *there,
                              const uint8_t there_mac[LINKS_MAC], int there_namespace);

/* IPv6 makes no address of its own for the interface; before it goes up. */
struct status links_make_quiet(const char *name);

struct status links_up(const char *name);

/* family AF_INET or AF_INET6, the address in network order; usable once links_is_own(), which IPv6 takes a moment for.
 */
struct status links_add_address(const char *name, int family, const void *address, unsigned prefix);

/* Packets to the address are taken in here. */
bool links_is_own(int family, const void *address);

/* Nobody has to ask who has the address. */
struct status links_add_neighbour(const char *name, int family, const void *address, const uint8_t mac[LINKS_MAC]);

/* The kernel computes every checksum itself and sends nothing larger than a packet: what is captured is what was sent.
 */
struct status links_no_offload(const char *name);

#endif
