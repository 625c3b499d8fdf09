/*
 * tcp_states.h: what packets do to the two ends of a connection.  Floor: trace.
 *
 * RFC 9293's diagram, walked by what each end sent and what reached it.  Pure.  It tells the moment of each change, and
 * those that are over before anybody asks the kernel; what no packet brings about (a listener, an end that gives up)
 * the kernel alone knows: EVENT_STATE.
 */
#ifndef SOCKRATES_TRACE_TCP_STATES_H
#define SOCKRATES_TRACE_TCP_STATES_H

#include "trace/packet.h"

/* Packets in the order in which they were sent, from the first that is known; fills in what each changed. */
void tcp_states_find(struct seen_packet *list, size_t count);

#endif
