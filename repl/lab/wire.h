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
#include "base/text.h"
#include "lab/schedule.h"
#include "net/net.h"

#define WIRE_NAME    "wire"                /* as whom it tells of rules that fail */
#define WIRE_LONGEST (3600 * CLOCK_SECOND) /* that a packet is on its way, for each reason */

/* One end: a packet socket on the interface of this name. */
struct status wire_open_port(const char *name, int *port);

/* The wire's end, and the one that gives it orders. */
struct status wire_open_orders(int ends[2]);

/*
 * Who decides for rules that are programs, in the wire's process.  What a program is, nobody here knows: so many bytes.
 */
struct wire_judge {
    /* Ready for programs, which may draw chance from the schedule; NULL: there is no memory for it. */
    void *(*begin)(struct schedule *schedule);
    /* Takes the program of the rule with this number; false when it is none. */
    bool (*learn)(void *self, uint32_t number, const char *program, size_t length);
    void (*forget)(void *self, uint32_t number);
    /* Whether the packet fits.  What went wrong, when it is to be told, is added to `trouble`. */
    bool (*ask)(void *self, uint32_t number, const struct seen_packet *seen, struct text *trouble);
    bool aloud; /* trouble is told on standard error, too, not only in the timeline */
};

/*
 * Forwards between the two, and does what it is told, until nobody has the other end of `orders`; never returns.
 * Without a judge there are no rules that are programs.
 */
_Noreturn void wire_run(const int ports[2], int orders, struct ring *ring, const struct wire_judge *judge);

/* --- orders --------------------------------------------------------------------------------------------- */

enum wire_order_kind {
    WIRE_SETTLE, /* nothing but the answer: what was sent before it is recorded */
    WIRE_MANNER, /* `manner` for packets to `host` */
    WIRE_RULE,   /* the answer is the rule's number, 0 when there are too many; a program, if it asks, comes behind */
    WIRE_COUNT,  /* the answer is how many packets the rule with this number was applied to */
    WIRE_OFF,    /* the same, and the rule is over */
    WIRE_PLUG,
    WIRE_UNPLUG,
    WIRE_PAUSE,
    WIRE_RESUME,
    WIRE_STEP,   /* puts out one packet; waits for one at most `patience`; its event's number, or one of wire_step */
    WIRE_INJECT, /* puts out the frame that comes behind, as if the host had sent it; its event's number */
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

#define WIRE_ATTACHED 65536 /* the longest program or frame */

/* Gives the order, with what comes behind it if anything does, and waits until it is carried out. */
struct status wire_tell(int wire, struct wire_order order, const void *attached, size_t length, int64_t *answer);

/* WIRE_STEP.  Signals are answered meanwhile. */
struct status wire_step(struct net *net, int wire, int64_t patience, int64_t *answer);

#endif
