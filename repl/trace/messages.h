/*
 * messages.h: what passed between sockets, found from the calls of both sides.  Floor: trace.
 *
 * A stream is bytes: a message begins where something was sent and ends where its first byte was received.
 * Datagrams are matched one by one.  What was not received yet has no end.
 */
#ifndef SOCKRATES_TRACE_MESSAGES_H
#define SOCKRATES_TRACE_MESSAGES_H

#include "trace/sockets.h"

enum message_kind {
    MESSAGE_CONNECT,
    MESSAGE_DATA,
    MESSAGE_END,     /* nothing more will come: close(2), shutdown(2) */
    MESSAGE_RESET,   /* the connection is torn down */
    MESSAGE_REFUSED, /* the answer to a connection or datagram that nobody wants */
};

#define MESSAGE_NOWHERE UINT32_MAX

struct message {
    enum message_kind kind;
    int from, to;         /* sockets; -1: of nobody we know, see `place` */
    struct address place; /* where `from` or `to` is -1 */
    uint32_t sent;        /* the event; MESSAGE_NOWHERE: nobody we know */
    uint32_t received;    /* the event; MESSAGE_NOWHERE: not yet */
    int64_t length;       /* bytes of data */
};

struct messages {
    struct message *list; /* in order of sending */
    size_t count;
    uint32_t *sent_by, *received_by; /* by event: the first message it sent, received; MESSAGE_NOWHERE */
};

struct messages *messages_new(const struct timeline *timeline, const struct sockets *sockets,
                              const struct moment *moments, size_t count);
void messages_free(struct messages *messages);

#endif
