/*
 * bodies.h: what runs in a peer, and the kinds of peers that there are.  Floor: lab.
 */
#ifndef SOCKRATES_LAB_BODIES_H
#define SOCKRATES_LAB_BODIES_H

#include "net/socket.h"

/* What runs in the new process; when it returns the process ends with what it returned. */
typedef int peer_body(void *self, struct net *net, struct net_socket *listener);

/* Answers every byte with the same byte (any number of clients, datagrams too); only waits. */
peer_body peer_echo, peer_idle;

/*
 * Serves streams from any number of clients, each when something has come from it.  A client has `size` bytes to keep
 * what it wants, zeroed at first; false when it is done with.  Never returns.
 */
typedef bool peer_service(struct net *net, struct net_socket *client, void *memory);
void peer_serve_clients(struct net *net, struct net_socket *listener, peer_service *serve, size_t size);

/* A kind that may take the place of any other. */
struct peer_kind {
    const char *name, *brief;
    peer_body *body; /* NULL: the one that it takes the place of, an echo where that one only waits */
    bool deaf, full; /* see struct peer_place */
    bool late;       /* is busy when the first client comes, then does as the body says */
    bool datagrams;  /* can be without a connection, too */
};

/* Every kind, ended by a NULL name; the one with this name, NULL without. */
extern const struct peer_kind peer_kinds[];
const struct peer_kind *peer_kind_named(const char *name);

/* Waits until somebody comes, and then for as long as a late peer is busy. */
void peer_be_late(const struct net_socket *listener);

#endif
