/*
 * wire.h: what joins the two hosts.  Floor: lab.
 *
 * A process of its own in the namespace between them: it takes each frame from one port, does with it what it was told,
 * and puts it out at the other.  Every frame becomes an event, whose arg is its length, the host it came from, and
 * what became of it (enum packet_fate).
 */
#ifndef SOCKRATES_LAB_WIRE_H
#define SOCKRATES_LAB_WIRE_H

#include "base/clock.h"
#include "base/status.h"
#include "lab/schedule.h"
#include "net/net.h"

#define WIRE_LONGEST (3600 * CLOCK_SECOND) /* that a packet is on its way, for each reason */

/* One end: a packet socket on the interface of this name. */
struct status wire_open_port(const char *name, int *port);

/* The wire's end, and the one that gives it orders. */
struct status wire_open_orders(int ends[2]);

/* Forwards between the two, and does what it is told, until nobody has the other end of `orders`; never returns. */
_Noreturn void wire_run(const int ports[2], int orders, struct ring *ring);

/* --- orders --------------------------------------------------------------------------------------------- */

enum wire_order_kind {
    WIRE_SETTLE, /* nothing but the answer: what was sent before it is recorded */
    WIRE_MANNER, /* `manner` for packets to `host` */
    WIRE_RULE,   /* the answer is the rule's number, 0 when there are too many */
    WIRE_COUNT,  /* the answer is how many packets the rule with this number was applied to */
    WIRE_OFF,    /* the same, and the rule is over */
    WIRE_PLUG,
    WIRE_UNPLUG,
    WIRE_PAUSE,
    WIRE_RESUME,
    WIRE_STEP,   /* puts out one packet; waits for one at most `patience`; its event's number, or one of wire_step */
    WIRE_CANCEL, /* the step that still waits; the answer is what it came to if none does */
};

enum wire_step { WIRE_NO_PACKET = -1, WIRE_NOT_PAUSED = -2, WIRE_CANCELLED = -3 };

struct wire_order {
    uint64_t ticket; /* the answer has the same */
    uint32_t kind;   /* enum wire_order_kind */
    uint32_t number; /* the host or the rule */
    union {
        struct manner manner;
        struct rule rule;
        int64_t patience; /* nanoseconds */
    };
};

/* Gives the order and waits until it is carried out. */
struct status wire_tell(int wire, struct wire_order order, int64_t *answer);

/* WIRE_STEP.  Signals are answered meanwhile. */
struct status wire_step(struct net *net, int wire, int64_t patience, int64_t *answer);

#endif
