/*
 * ladder_packets.h: packets in the ladder: between which lanes, beside which calls.  Floor: views.
 *
 * The wire knows hosts and addresses; whose they are, the sockets tell.  A packet stands beside the call that sent it,
 * and beside the call that took what it carried.
 */
#ifndef SOCKRATES_VIEWS_LADDER_PACKETS_H
#define SOCKRATES_VIEWS_LADDER_PACKETS_H

#include "views/ladder_model.h"

/* Who is at one end of a packet. */
struct packet_end {
    int socket;           /* -1: of nobody we know */
    bool learner;         /* on the learner's host */
    struct address place; /* its address */
};

/* A program that is followed may be begun by another that makes no calls itself: a shell, make, timeout. */
void ladder_find_own(struct ladder *ladder);

struct packet_end ladder_packet_end(const struct ladder *ladder, const struct seen_packet *packet, bool sender);

/* The packet that the event recorded; NULL for none. */
const struct seen_packet *ladder_packet_of(const struct ladder *ladder, const struct event *event);

/* True when a packet brought the socket to this state. */
bool ladder_packets_tell(const struct ladder *ladder, int socket, int64_t state);

/* True when packets tell of this message. */
bool ladder_has_packets_of(const struct ladder *ladder, const struct message *message);

/* True when the packet only acknowledges, and nothing about it is worth a word. */
bool ladder_packet_is_plain_ack(const struct seen_packet *seen);

/* The newest row of the sender that waits for this packet; NULL for none. */
struct ladder_row *ladder_packet_sender(const struct ladder *ladder, const struct seen_packet *packet, int lane,
                                        int64_t gap);

/* The newest of the rows from `first` on whose packet the operation, ended at that moment, took; NULL for none. */
struct ladder_row *ladder_packet_receiver(const struct ladder *ladder, const struct operation *operation, int lane,
                                          size_t first, int64_t at, int64_t gap);

#endif
