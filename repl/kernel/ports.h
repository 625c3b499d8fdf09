/*
 * ports.h: the five sockets of a kernel.  Floor: kernel.
 *
 * The only place that knows ZeroMQ.  Its sockets are used by one thread, and by no process that is forked.
 */
#ifndef SOCKRATES_KERNEL_PORTS_H
#define SOCKRATES_KERNEL_PORTS_H

#include "base/span.h"
#include "base/text.h"
#include "kernel/connection.h"

#include <stdbool.h>
#include <stddef.h>

struct ports;

/* Opens all of them; NULL, and why as a sentence, when one cannot be had. */
struct ports *ports_open(const struct connection *connection, struct text *why);

/* What was sent is still delivered, for a moment. */
void ports_close(struct ports *ports);

/* Waits, at most so many milliseconds, -1 for ever, for one of those that are wanted or for a descriptor of `others`,
 * which may be -1; through no signal.  A bit 1 << port for each port that has something. */
unsigned ports_wait(struct ports *ports, unsigned wanted, const int *others, size_t other_count, int timeout);

/* A message whole: its frames are borrowed until the next call.  False when none has arrived. */
bool ports_receive(struct ports *ports, enum port port, const struct span **frames, size_t *count);

/* Sends all of them as one message; what nobody takes is dropped.  False when that is sure, as on the port for input.
 */
bool ports_send(struct ports *ports, enum port port, const struct span *frames, size_t count);

#endif
