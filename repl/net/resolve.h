/*
 * resolve.h: from names to addresses and back.  Floor: net.
 *
 * Numeric hosts are read at once; names are looked up in a child (aside.h), so that signals interrupt it.  A
 * confined process (net->confined) looks into /etc/hosts only: asking a name server would leave the machine.
 *
 * What was found is a struct text that holds entries, to be read one by one; free it with text_free().
 */
#ifndef SOCKRATES_NET_RESOLVE_H
#define SOCKRATES_NET_RESOLVE_H

#include "base/text.h"
#include "net/net.h"

#include <netdb.h>

/*
 * The address a numeric host means, without asking anybody: false when it is not numeric.  "" is the
 * wildcard, "<broadcast>" 255.255.255.255.  The port is 0.
 */
bool resolve_numeric(struct address *address, int family, const char *host);

/*
 * The first address of the host in the family, port 0: a numeric host at once, a name by asking the
 * resolver.  STATUS_NAME when it has none.
 */
struct status resolve_host(struct net *net, struct address *address, int family, const char *host);

struct resolve_query {
    const char *host, *service; /* NULL: not given */
    int family, type, protocol, flags;
};

struct resolve_entry {
    int family, type, protocol;
    struct address address;
    const char *canonical; /* "" unless asked for; borrowed from the answer */
};

/* What getaddrinfo(3) finds, added to `found`. */
struct status resolve_list(struct net *net, const struct resolve_query *query, struct text *found);
bool resolve_next(const struct text *found, size_t *at, struct resolve_entry *entry);

/* What getnameinfo(3) finds: *host and *service, in `found`. */
struct status resolve_names(struct net *net, const struct address *address, int flags, struct text *found,
                            const char **host, const char **service);

/*
 * What gethostbyname(3) finds for the name or, without one, gethostbyaddr(3) for the address: its name, in
 * `found`.  STATUS_HOST when there is none.
 */
struct status resolve_host_entry(struct net *net, const char *name, const struct address *address, struct text *found,
                                 const char **official);
/* Then its other names, one by one from *at = 0, NULL after the last; then its addresses. */
const char *resolve_alias(const struct text *found, size_t *at);
bool resolve_address(const struct text *found, size_t *at, struct address *address);

#endif
