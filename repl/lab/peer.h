/*
 * peer.h: the other end, as a process.  Floor: lab.
 *
 * A peer is a forked process with one listening socket.  It is ready when peer_start() returns, holds none
 * of the learner's descriptors, ignores the terminal's Ctrl-C, and dies with the process that started it.  With a board
 * a second process stands before it, see relay.h: that one has its name and the address, and pictures show its calls.
 */
#ifndef SOCKRATES_LAB_PEER_H
#define SOCKRATES_LAB_PEER_H

#include "lab/bodies.h"

#include <sys/types.h>

/* So many may run at once. */
#define LAB_PEERS_MOST 40

struct peer {
    pid_t process; /* 0 once it is known to be gone */
    pid_t relay;   /* that stands in its place; 0: none */
    int status;    /* then: how it ended, as of waitpid(2) */
    int actor;
    struct address address; /* where it listens */
    struct peer *next;
};

/* One peer is to be of another kind than its session asks for: the one that gets this number. */
struct stand_in {
    int actor;
    const struct peer_kind *kind; /* NULL: none is */
};

struct network;
struct relay_board;

/* Every peer of this process. */
struct lab {
    struct peer *peers;
    const struct network *network; /* where they are; NULL: on this machine's loopback */
    struct stand_in stand_in;
    struct relay_board *board; /* peers are reached through a relay that obeys it; NULL: directly */
    bool checking;             /* a check runs: what peers it starts, its author wrote */
    bool closed;               /* this process is a peer itself and starts none */
    bool doubled;              /* each is started a second time, for a program that does the same as the Lua */
};

/* How a peer listens: all zero is TCP on 127.0.0.1, any free port. */
struct peer_place {
    const char *name;       /* shown in pictures: "echo" */
    struct address address; /* length 0: a port of the machine where peers are */
    int family;             /* of that; 0: AF_INET */
    int type;               /* 0: SOCK_STREAM */
    bool asked;             /* of IPv4, in a network: at network_asked_address() */
    bool deaf;              /* bound, but does not listen: connections are refused */
    bool full;              /* listens with a queue that is already full: nobody is answered */
    int backlog;            /* 0: 128 */
    bool ways[2];           /* enum relay_way: which a fault disturbs, where the author says so */
    int kept;               /* one more descriptor that the body needs; 0: none */
};

/* Starts a peer; *peer is owned by the lab.  Its sockets and calls are recorded as its own. */
struct status peer_start(struct lab *lab, struct net *net, const struct peer_place *place, peer_body *body, void *self,
                         struct peer **peer);

/* Ends it and waits until it is gone. */
void peer_stop(struct peer *peer);

/* True while it runs; collects it when it does not. */
bool peer_alive(struct peer *peer);

/* True while it has something to do; false while it waits, and once it is gone. */
bool peer_runs(const struct peer *peer);

/* How long it has had a processor, in nanoseconds; 0 unknown. */
int64_t peer_worked(const struct peer *peer);

/* Ends every peer. */
void lab_clear(struct lab *lab);

/* Writes a note of any length into the timeline, as the net's actor; flags: EVENT_FAILED or 0. */
void peer_note(struct net *net, const char *note, size_t length, unsigned flags);

#endif
