/*
 * wire.h: what joins the two hosts.  Floor: lab.
 *
 * A process of its own in the namespace between them: it takes each frame from one port, does with it what it was told,
 * and puts it out at the other.  Every frame becomes an event.
 */
#ifndef SOCKRATES_LAB_WIRE_H
#define SOCKRATES_LAB_WIRE_H

#include "base/status.h"
#include "trace/ring.h"

/* One end: a packet socket on the interface of this name. */
struct status wire_open_port(const char *name, int *port);

/* Forwards between the two until the lifeline ends; never returns. */
_Noreturn void wire_run(const int ports[2], int lifeline, struct ring *ring);

#endif
