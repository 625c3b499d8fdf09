/*
 * interface.h: the network interfaces of this machine.  Floor: net.
 */
#ifndef SOCKRATES_NET_INTERFACE_H
#define SOCKRATES_NET_INTERFACE_H

#include "base/status.h"

#include <net/if.h>
#include <stddef.h>

struct interface {
    unsigned index;
    char name[IF_NAMESIZE];
};

/* The first `room` interfaces, *count of them. */
struct status interface_list(struct interface *list, size_t room, size_t *count);

/* 0 when there is none of this name. */
unsigned interface_index(const char *name);

struct status interface_name(unsigned index, char name[IF_NAMESIZE]);

#endif
