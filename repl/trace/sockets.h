/*
 * sockets.h: which socket each call was on, and which one was at its other end.  Floor: trace.
 *
 * Found from the calls of both sides alone: what connect(2) was given, what accept(2) gave back, and, where it
 * was recorded, the local address that connecting chose.  Without it the clients of a listener are taken in
 * the order in which they came, as its queue does.
 */
#ifndef SOCKRATES_TRACE_SOCKETS_H
#define SOCKRATES_TRACE_SOCKETS_H

#include "trace/address.h"
#include "trace/timeline.h"

struct traced_socket {
    int actor, fd;    /* the first descriptor it had */
    int user;         /* who made the last call on it but close(2): after fork(2) perhaps another actor */
    int family, type; /* 0: unknown */
    bool listening, accepted, bound;
    bool resets; /* SO_LINGER of 0: closing it throws away what is on its way */
    struct address local, remote;
    int other;          /* the socket it is connected with; -1: none or unknown */
    int listener;       /* which one it was accepted from; -1: none */
    uint32_t accept;    /* accepted: the event that gave it */
    int descriptors;    /* that are open */
    int64_t born, gone; /* moments; gone 0: still there */
};

struct sockets {
    struct traced_socket *list;
    size_t count;
    int *of_event; /* by event: the socket it was on; -1 for none */
};

struct sockets *sockets_new(const struct timeline *timeline, const struct moment *moments, size_t count);
void sockets_free(struct sockets *sockets);

/* The socket of this type that receives what is sent to the address at that moment; -1 for none. */
int sockets_find_local(const struct sockets *sockets, const struct address *address, int type, int64_t at);

#endif
