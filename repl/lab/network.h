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

#include "net/net.h"

#include <sys/types.h>

enum { NETWORK_ME, NETWORK_PEER, NETWORK_HOSTS };

struct wire_judge;

struct network {
    int me, peer; /* the hosts' namespaces */
    int orders;   /* for wire_tell(); the wire ends when nobody has it any more */
    pid_t wire;
};

/*
 * The calling process, which must have a single thread, becomes `me`; it cannot go back.  `call` of the status is the
 * stage: "user namespace", "uid map", "network namespace", "veth", "packet socket", ...
 */
struct status network_enter(struct network *network, struct ring *ring, const struct wire_judge *judge);

/*
 * The same for other people's programs: who is root and may do so stays it, with all files and rights; anybody else is
 * who they were, in a user namespace of their own.
 */
struct status network_enter_for_programs(struct network *network, struct ring *ring);

/* The names and addresses of the hosts, and the address of the one where peers are. */
extern const struct net_name network_names[];
const char *network_address(int host, int family);
const uint8_t *network_mac(int host); /* six bytes */

/* Another one of peers' host, of IPv4: nobody knows the MAC to it, so the first thing sent there is a question. */
const char *network_asked_address(void);

/* The calling process is on this host from here on: what sockets it opens belong there. */
struct status network_go(const struct network *network, int host);

/* In a forked child: it is on the host of the peers for good. */
struct status network_join_peer(const struct network *network);

/* Waits until what has been sent there is recorded; where there is none (NULL), on loopback, that is so at once. */
void network_catch_up(const struct network *network);

/* Whether such a network can be made here; asked in a child, which is gone afterwards. */
struct status network_look(void);

/* What a stage's failure means and what helps, a sentence; never NULL. */
const char *network_remedy(struct status status);

/* Gives up what only making the network needed; raw sockets and low ports stay possible, and joining for peers. */
void network_drop_rights(void);

/* Gives up every right. */
void network_give_up_rights(void);

/* The program that is started next has those of the network's owner: raw sockets, interfaces, the way to a host. */
void network_lend_rights(void);

/* The calling process's machine is called as the host is: gethostname(2), prompts of shells. */
struct status network_call_host(int host);

#endif
