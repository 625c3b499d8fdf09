/*
 * network.h: a private little internet.  Floor: lab.
 *
 * Two hosts, `me` 10.0.0.1 and fd00::1, and `peer` 10.0.0.2 and fd00::2, joined by a wire that forwards each frame and
 * records it.  Made of three network namespaces in a user namespace of their own, so it needs no privilege; where the
 * system forbids it, the status says which stage failed and why.  Everything is gone with the process that made it.
 *
 *     me: eth0 --- w0 : the wire's namespace : w1 --- eth0 :peer
 */
#ifndef SOCKRATES_LAB_NETWORK_H
#define SOCKRATES_LAB_NETWORK_H

#include "base/status.h"
#include "trace/ring.h"

#include <sys/types.h>

enum { NETWORK_ME, NETWORK_PEER, NETWORK_HOSTS };

struct network {
    int peer;     /* the namespace of the peers; -1 without a network */
    int lifeline; /* the wire ends when this does */
    pid_t wire;
};

#define NETWORK_NONE ((struct network){.peer = -1, .lifeline = -1})

/*
 * The calling process, which must have a single thread, becomes `me`; it cannot go back.  `call` of the status is the
 * stage: "user namespace", "uid map", "network namespace", "veth", "packet socket", ...
 */
struct status network_enter(struct network *network, struct ring *ring);

/* In a forked child: from here on it is on the host of the peers. */
struct status network_join_peer(const struct network *network);

/* What a stage's failure means and what helps, a sentence; never NULL. */
const char *network_remedy(struct status status);

/* Gives up what only making the network needed; raw sockets and low ports stay possible, and joining for peers. */
void network_drop_rights(void);

#endif
