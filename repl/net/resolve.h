/*
 * resolve.h: from names to addresses.  Floor: net.
 */
#ifndef SOCKRATES_NET_RESOLVE_H
#define SOCKRATES_NET_RESOLVE_H

#include "net/net.h"

/*
 * The first address of the host in the family, port 0: a numeric host at once, a name by asking the
 * resolver.  STATUS_NAME when it has none.
 */
struct status resolve_host(struct net *net, struct net_address *address, int family, const char *host);

#endif
