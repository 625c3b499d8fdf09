/*
 * advice_rows.h: what each error means, a row for each case.  Floor: render.
 *
 * In braces stands what the case at hand has to say: {address}, {host}, {port}, {call}, {elapsed}, {signal}, {class},
 * {peer}, {failure}.
 */
#ifndef SOCKRATES_RENDER_ADVICE_ROWS_H
#define SOCKRATES_RENDER_ADVICE_ROWS_H

#include "trace/event.h"

/* Who decided. */
enum advice_who {
    WHO_NOBODY,
    WHO_PEER_KERNEL,
    WHO_PEER,
    WHO_KERNEL,
    WHO_KERNEL_PATIENCE,
    WHO_TIMER,
    WHO_SIGNAL,
    WHO_RESOLVER,
    WHO_ROUTER,
    WHO_YOU,
    WHO_HANDLER,
    WHO_TIMEOUT,
};

#define ANY_CALL CALL_NONE

/* An address of IPv4 for many machines: multicast, and the broadcasts that this machine knows. */
#define FAMILY_MANY (-1)

/* A name of AF_UNIX that no file has. */
#define FAMILY_ABSTRACT (-2)

/* Whatever the address: the socket is one for datagrams. */
#define FAMILY_DATAGRAM (-3)

struct advice_row {
    const char *name;     /* an errno or EAI_ symbol, or a class for errors without a number */
    enum event_call call; /* ANY_CALL for every one */
    int family;           /* of the call's address; 0 for every one, or one of those above */
    enum advice_who who;
    const char *seen, *attempt;
    const char *anywhere; /* what to try where the program is in any language; NULL: the same */
};

/* The first row that fits is taken; one without a name ends them. */
extern const struct advice_row advice_rows[];

/* A sentence for each of them. */
extern const char *const advice_deciders[];

#endif
