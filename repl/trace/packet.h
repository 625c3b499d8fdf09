/*
 * packet.h: a frame that the wire saw, read.  Floor: trace.
 *
 * Ethernet, ARP, IPv4, IPv6, ICMP, ICMPv6, UDP and TCP with its options.  Pure: bytes in, numbers out; a frame that is
 * short, cut off or wrong is read as far as it makes sense.
 */
#ifndef SOCKRATES_TRACE_PACKET_H
#define SOCKRATES_TRACE_PACKET_H

#include "trace/address.h"
#include "trace/timeline.h"

enum packet_kind { PACKET_OTHER, PACKET_ARP, PACKET_ICMP, PACKET_ICMPV6, PACKET_UDP, PACKET_TCP };

/*
 * What the wire did with it: arg[2] of its event, whose end is when it was put out, or dropped; 0 while it is on its
 * way.  A copy that the wire made is an event of its own.
 */
enum packet_fate {
    PACKET_DELIVERED,
    PACKET_HELD,       /* put out late, because a rule said so */
    PACKET_DUPLICATED, /* the wire's copy of one that came before */
    PACKET_DROPPED,    /* a rule said so: this and what follows do not arrive */
    PACKET_LOST,       /* by chance */
    PACKET_OVERFLOWED, /* the queue was full */
    PACKET_UNPLUGGED,  /* the cable was out */
    PACKET_INJECTED,   /* forged, no host sent it: arrives */
    PACKET_FATES
};

enum tcp_flag {
    TCP_FLAG_FIN = 1,
    TCP_FLAG_SYN = 2,
    TCP_FLAG_RST = 4,
    TCP_FLAG_PSH = 8,
    TCP_FLAG_ACK = 16,
    TCP_FLAG_URG = 32
};

struct packet {
    enum packet_kind kind;
    struct address from, to; /* with ports, where there are any; length 0 where there is no IP */
    uint8_t hops;            /* TTL, hop limit */
    bool divided;            /* a part of a longer one, of which all parts have this number */
    uint32_t whole;
    bool fragment; /* not the first one: who has seen that knows the ports */
    /* TCP */
    uint8_t flags; /* enum tcp_flag */
    uint32_t sequence, acknowledged;
    uint16_t window;
    uint16_t segment_most; /* MSS; 0: not said */
    int window_scale;      /* -1: not said */
    bool selective, stamped;
    /* ICMP: type and code; ARP: the operation */
    uint8_t type, code;
    uint16_t from_port, to_port; /* ICMP: of the packet that it is about; 0: of none */
    size_t data;                 /* bytes of TCP, UDP or ICMP data */
    const char *content;         /* TCP and UDP: the first `kept` bytes of it, borrowed from the event */
    size_t kept;
    enum packet_fate fate;
};

static inline bool packet_arrives(const struct packet *packet)
{
    return packet->fate < PACKET_DROPPED || packet->fate == PACKET_INJECTED;
}

/*
 * How long the wire held it, as was meant: arg[3] of its event.  On a busy machine it is a little longer; much longer
 * is a wire that was paused or unplugged.
 */
int64_t packet_hold(const struct event *event);

/* The one that the event recorded, of which it kept the beginning; false for an event or a frame of another kind. */
bool packet_of_event(struct packet *packet, const struct event *event);

/* Chatter of IPv6 itself that no lesson is about: multicast reports, router and neighbour discovery. */
bool packet_is_chatter(const struct packet *packet);

/* How many numbers it takes: SYN and FIN take one each. */
static inline uint32_t packet_extent(const struct packet *packet)
{
    return (uint32_t)packet->data + ((packet->flags & TCP_FLAG_SYN) != 0) + ((packet->flags & TCP_FLAG_FIN) != 0);
}

/* --- many of them ---------------------------------------------------------------------------------------- */

enum packet_finding {
    PACKET_PLAIN,
    PACKET_RESENT,        /* the same bytes again */
    PACKET_DUPLICATE_ACK, /* nothing new: something is missing at the other side */
    PACKET_ZERO_WINDOW,   /* no room */
};

/* One packet of a timeline, with what only its neighbours tell. */
struct seen_packet {
    const struct event *event;
    struct packet packet;
    uint32_t sequence, acknowledged; /* counted from the first one of its direction */
    uint32_t window;                 /* in bytes, where both SYNs were seen; else as it stands in the packet */
    enum packet_finding finding;
    uint8_t sender_state, receiver_state; /* the end's new state, as TCP_INFO counts; 0: as before */
};

static inline bool packet_is_under_way(const struct seen_packet *seen)
{
    return seen->event->end == 0 && packet_arrives(&seen->packet);
}

/* What is known of connections so far: one packet after the other, in their order. */
struct packet_flows;

struct packet_flows *packet_flows_new(void);
void packet_flows_free(struct packet_flows *flows);

/* Reads the event and finds out; false, and nothing is known of it, when it is no packet or chatter. */
bool packet_flows_see(struct packet_flows *flows, const struct event *event, struct seen_packet *seen);

/* What ICMP or ARP says: "ICMP port unreachable", "who has 10.0.0.2?"; nothing for others. */
void packet_describe_notice(struct text *out, const struct packet *packet);

/* What the wire did with it, as a sentence for who reads the capture elsewhere; nothing when it just came through. */
void packet_describe_fate(struct text *out, const struct seen_packet *seen);

/* In words: "TCP SYN, seq 0, win 64240, mss 1460", "UDP 5 bytes", "ICMP port unreachable", "who has 10.0.0.2?". */
void packet_describe(struct text *out, const struct seen_packet *seen);

#endif
