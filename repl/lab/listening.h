/*
 * listening.h: whether somebody listens on a host, as sock_diag(7) tells it.  Floor: lab.
 */
#ifndef SOCKRATES_LAB_LISTENING_H
#define SOCKRATES_LAB_LISTENING_H

#include "base/status.h"

#include <stddef.h>

/* A descriptor to ask with; it speaks of the network namespace in which the caller is now. */
struct status listening_open(int *diag);

/* How many sockets wait for somebody: TCP's that listen, UDP's that have a port and no peer. */
struct status listening_count(int diag, size_t *count);

#endif
