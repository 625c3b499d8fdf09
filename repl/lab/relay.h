/*
 * relay.h: a peer that passes bytes on to another peer, and may do it badly.  Floor: lab.
 *
 * It takes clients, connects to `to` for each of them and carries what either says to the other: in pieces, late,
 * slowly, only so far.  A piece is put out only when the one before it has been read, so that what is two pieces here
 * is two calls of recv there; nobody sleeps for that.
 */
#ifndef SOCKRATES_LAB_RELAY_H
#define SOCKRATES_LAB_RELAY_H

#include "lab/bodies.h"
#include "trace/address.h"

#include <stdatomic.h>

/* Which way bytes go. */
enum relay_way { RELAY_TO_CLIENT, RELAY_TO_PEER, RELAY_WAYS };

/* What becomes of a connection when so many bytes have passed. */
enum relay_end {
    RELAY_GOES_ON,
    RELAY_CLOSES,      /* both ways, after the reader has what came before */
    RELAY_HALF_CLOSES, /* this way; the other one goes on */
    RELAY_RESETS,
    RELAY_STALLS, /* stays open and is silent */
};

/* What becomes of its door. */
enum relay_door { RELAY_OPEN, RELAY_SHUT, RELAY_FULL };

#define RELAY_PIECES      64
#define RELAY_CONNECTIONS 64 /* at once */

struct relay_manner {
    bool ways[RELAY_WAYS]; /* that are disturbed; the other passes bytes as they come */
    enum relay_door door;
    enum relay_end end;
    int64_t after[RELAY_WAYS];                 /* bytes, then `end` */
    uint32_t pieces[RELAY_WAYS][RELAY_PIECES]; /* how long each piece is at most; 0 ends them: the rest as it comes */
    bool alike;                                /* the first piece's length is every piece's */
    int64_t delay;                             /* nanoseconds that each piece is held */
    int64_t pause;                             /* between two pieces */
    int64_t rate;                              /* bits a second; 0: no limit */
    uint32_t connections;                      /* only the first so many are disturbed; 0: all */
    bool interrupts;                           /* who waits for a piece gets a signal first */
    uint32_t lost;                             /* the datagram with this number, from 1; 0: none */
};

/*
 * Shared with relays that stand in front of peers unseen: until it is armed they change nothing.  What they saw from
 * then on.
 */
struct relay_board {
    struct relay_manner manner;           /* as it was when it was armed */
    int bell;                             /* readable once it is armed */
    bool wired;                           /* a wire counts packets, and loses them */
    pid_t learner;                        /* whom a relay that interrupts sends signals */
    _Atomic uint32_t armed, heard;        /* heard: by how many relays */
    _Atomic uint32_t applied;             /* how often a connection was not as on a good day */
    _Atomic uint32_t packets;             /* datagrams that came */
    _Atomic uint64_t longest[RELAY_WAYS]; /* bytes of the longest stream each way */
};

struct relay {
    struct address to;
    int diag; /* as of diag_open(), where the clients are */
    struct relay_manner manner;
    struct relay_board *board; /* NULL: the manner holds from the beginning, and the relay is a peer to be seen */
    bool armed;                /* the board was, when the relay was made */
};

/* Passes on; `self` is the struct relay. */
peer_body peer_relay;

#endif
