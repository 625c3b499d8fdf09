/*
 * packets.h: the packets of a step, each with what only its neighbours tell.  Floor: trace.
 *
 * Numbers from the first one of each direction, what was sent again, what each did to the ends of its connection.
 */
#ifndef SOCKRATES_TRACE_PACKETS_H
#define SOCKRATES_TRACE_PACKETS_H

#include "trace/packet.h"

/* All packets of the step, chatter left out, in order; yours to free. */
struct seen_packet *packets_of(const struct timeline *timeline, size_t *count);

#endif
