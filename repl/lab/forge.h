/*
 * forge.h: a packet that no host sent.  Floor: lab.
 *
 * Pure: what was left out is taken from the packets that were seen; then every byte is made, checksums too.
 */
#ifndef SOCKRATES_LAB_FORGE_H
#define SOCKRATES_LAB_FORGE_H

#include "trace/packet.h"

#define FORGE_UNSAID (-1)
#define FORGE_MOST   1514 /* bytes of a frame */

struct forgery {
    enum packet_kind kind;      /* TCP, UDP, ICMP */
    int from;                   /* the host */
    int family;                 /* AF_INET, AF_INET6; FORGE_UNSAID */
    struct address here, there; /* the hosts' addresses in what was seen; none: those that they always have */
    int64_t from_port, to_port;
    int64_t sequence, acknowledged; /* as people count them, from the first of the connection */
    int64_t window;                 /* in bytes */
    int64_t window_raw;             /* as it stands in the packet */
    int64_t ttl;
    uint8_t flags;      /* enum tcp_flag */
    uint8_t type, code; /* ICMP */
    int64_t about;      /* ICMP: the number of the packet that is quoted */
    const char *payload;
    size_t length;
};

/* Nothing but the kind and the host is said. */
struct forgery forge_begin(enum packet_kind kind, int from);

/*
 * Completes it: ports and family are those of the newest packet that fits, in either direction; numbers become those
 * of the connection, the next ones where none were said.  NULL when it is complete, else what is missing, in words.
 */
const char *forge_complete(struct forgery *forgery, const struct seen_packet *list, size_t count);

/* The frame of a complete one, and its length; 0 when there is no room for its payload. */
size_t forge_frame(const struct forgery *forgery, uint8_t frame[FORGE_MOST]);

/* The frame of an IP packet that somebody else made; 0 when there is no room. */
size_t forge_wrap(int from, const char *packet, size_t length, uint8_t frame[FORGE_MOST]);

#endif
