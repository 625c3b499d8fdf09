/*
 * policy.h: what a session may do with the network.  Floor: net.
 *
 * A lesson is other people's code.  Every call of a session passes here, whichever function made it, and is judged by
 * what would reach the kernel: descriptors that the session made or was given, sockets of three families, UNIX names of
 * its own, options and ancillary data that are listed.  Where its sockets reach is `confined` in struct net: this
 * machine only.  What is refused never reaches the kernel and is in no record.
 */
#ifndef SOCKRATES_NET_POLICY_H
#define SOCKRATES_NET_POLICY_H

#include "net/net.h"

/* More descriptors than any session may have open. */
#define POLICY_DESCRIPTORS 1024

struct net_policy {
    uint64_t known[POLICY_DESCRIPTORS / 64]; /* the session's descriptors, a bit each */
    const char *folder; /* where UNIX sockets may be, borrowed; NULL: only names without a folder */
    bool loose;         /* the kernel ties no socket to loopback: the wildcard would be the whole network's */
};

/*
 * From here on the net's calls are a session's: EBADF for a descriptor that it does not have, STATUS_DENIED for what it
 * may not do.
 */
void policy_begin(struct net *net, struct net_policy *policy);

/* True when the session made the descriptor or was given it; every descriptor is known where there is no policy. */
bool policy_knows(const struct net *net, int fd);
void policy_learn(const struct net *net, int fd);
void policy_forget(const struct net *net, int fd);
void policy_forget_all(const struct net *net);

/* Ties a new socket to loopback: whatever address it is bound to or sends to, nothing leaves the machine. */
void policy_tie(const struct net *net, int fd, int family);

#endif
