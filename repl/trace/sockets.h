/*
 * sockets.h: which socket each call was on, and which one was at its other end.  Floor: trace.
 *
 * Found from the calls of both sides alone: what connect(2) was given, what accept(2) gave back, and, where it
 * was recorded, the local address that connecting chose.  Without it the clients of a listener are taken in
 * the order in which they came, as its queue does.
 */
#ifndef SOCKRATES_TRACE_SOCKETS_H
#define SOCKRATES_TRACE_SOCKETS_H

#include "trace/timeline.h"

#define TRACE_ADDRESS_ROOM 112

/* The bytes of a struct sockaddr; length 0: unknown. */
struct trace_address {
    uint32_t length;
    _Alignas(4) char bytes[TRACE_ADDRESS_ROOM];
};

struct traced_socket {
    int actor, fd;    /* the first descriptor it had */
    int family, type; /* 0: unknown */
    bool listening, accepted, bound;
    bool resets; /* SO_LINGER of 0: closing it throws away what is on its way */
    struct trace_address local, remote;
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

/* True when what is sent to `remote` comes to a socket whose own address is `local`. */
bool trace_address_reaches(const struct trace_address *remote, const struct trace_address *local);
bool trace_address_same(const struct trace_address *a, const struct trace_address *b);

/* The address in the event's payload, and the local one that connect(2) recorded after it. */
struct trace_address trace_address_of(const struct event *event);
struct trace_address trace_address_local(const struct event *event);

/* Its port; 0 for none. */
int trace_address_port(const struct trace_address *address);

/* The socket of this type that receives what is sent to the address at that moment; -1 for none. */
int sockets_find_local(const struct sockets *sockets, const struct trace_address *address, int type, int64_t at);

#endif
