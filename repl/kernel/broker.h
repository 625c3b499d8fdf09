/*
 * broker.h: a notebook's kernel, from its first message to its last.  Floor: kernel.
 *
 * One thread, five sockets, a learner's session in a process of its own. What goes on in the session keeps nobody
 * waiting but the cells behind it.
 */
#ifndef SOCKRATES_KERNEL_BROKER_H
#define SOCKRATES_KERNEL_BROKER_H

#include "kernel/connection.h"
#include "session/request.h"

#include <stdbool.h>

/* Serves until it is told to leave; false, and why as a sentence, when it could not begin. */
bool broker_serve(struct connection *connection, const struct session_options *options, struct text *why);

#endif
