#include "lab/forge.h"

#include "lab/network.h"

#include <arpa/inet.h>
#include <string.h>

#define ETHERNET   14
#define IPV4       20
#define IPV6       40
#define TCP        20
#define UDP        8
#define ICMP       8
#define SCALE_MOST 14 /* of windows, RFC 7323 */

struct forgery forge_begin(enum packet_kind kind, int from)
{
    return (struct forgery){.kind = kind,
                            .from = from,
                            .family = FORGE_UNSAID,
                            .from_port = FORGE_UNSAID,
                            .to_port = FORGE_UNSAID,
                            .sequence = FORGE_UNSAID,
                            .acknowledged = FORGE_UNSAID,
                            .window = FORGE_UNSAID,
                            .window_raw = FORGE_UNSAID,
                            .ttl = 64,
                            .about = FORGE_UNSAID};
}

/* --- what was left out ---------------------------------------------------------------------------------- */

static bool agrees(int64_t said, int64_t seen)
{
    return said == FORGE_UNSAID || said == seen;
}

/* True when the packet is one of that conversation; `back` when it goes the other way. */
static bool belongs(const struct forgery *forgery, const struct seen_packet *seen, bool back)
{
    const struct packet *packet = &seen->packet;
    const struct address *from = back ? &packet->to : &packet->from, *to = back ? &packet->from : &packet->to;
    return packet->kind == forgery->kind && (seen->event->arg[1] == forgery->from) != back &&
           agrees(forgery->family, from->any.sa_family) && agrees(forgery->from_port, address_port(from)) &&
           agrees(forgery->to_port, address_port(to));
}

static const struct seen_packet *newest(const struct forgery *forgery, const struct seen_packet *list, size_t count,
                                        bool either, bool back)
{
    for (size_t i = count; i-- > 0;)
        if (belongs(forgery, &list[i], back) || (either && belongs(forgery, &list[i], !back)))
            return &list[i];
    return NULL;
}

static void take_ends(struct forgery *forgery, const struct seen_packet *seen)
{
    bool back = seen->event->arg[1] != forgery->from;
    const struct address *from = back ? &seen->packet.to : &seen->packet.from,
                         *to = back ? &seen->packet.from : &seen->packet.to;
    forgery->family = from->any.sa_family;
    forgery->here = *from;
    forgery->there = *to;
    forgery->from_port = address_port(from);
    forgery->to_port = address_port(to);
}

/* The first number of that direction, and the one behind the last byte that was sent. */
static bool numbers_of(const struct forgery *forgery, const struct seen_packet *list, size_t count, bool back,
                       uint32_t *base, uint32_t *next)
{
    const struct seen_packet *seen = newest(forgery, list, count, false, back);
    if (seen == NULL)
        return false;
    *base = *next = seen->packet.sequence - seen->sequence;
    for (size_t i = 0; i < count; i++) {
        const struct packet *packet = &list[i].packet;
        uint32_t end = packet->sequence + packet_extent(packet);
        bool same = belongs(forgery, &list[i], back) && packet->sequence - list[i].sequence == *base;
        if (same && packet->fate != PACKET_INJECTED && (int32_t)(end - *next) > 0)
            *next = end;
    }
    return true;
}

/* What windows are counted in, from when both sides have said so; -1: this one did not. */
static int scale_said(const struct forgery *forgery, const struct seen_packet *list, size_t count, bool back)
{
    for (size_t i = count; i-- > 0;)
        if (belongs(forgery, &list[i], back) && (list[i].packet.flags & TCP_FLAG_SYN) != 0)
            return list[i].packet.window_scale < SCALE_MOST ? list[i].packet.window_scale : SCALE_MOST;
    return -1;
}

/* Without one that was said it is as wide as that of the last packet of its direction. */
static void complete_window(struct forgery *forgery, const struct seen_packet *list, size_t count)
{
    if (forgery->window_raw != FORGE_UNSAID)
        return;
    const struct seen_packet *last = newest(forgery, list, count, false, false);
    int scale = scale_said(forgery, list, count, false);
    bool counts = scale >= 0 && scale_said(forgery, list, count, true) >= 0 && (forgery->flags & TCP_FLAG_SYN) == 0;
    int64_t window = forgery->window != FORGE_UNSAID ? forgery->window : last != NULL ? last->window : 0;
    int64_t raw = counts ? window >> scale : window;
    forgery->window_raw = raw < UINT16_MAX ? raw : UINT16_MAX;
}

static void complete_tcp(struct forgery *forgery, const struct seen_packet *list, size_t count)
{
    uint32_t base = 0, next = 0;
    numbers_of(forgery, list, count, false, &base, &next);
    forgery->sequence = (uint32_t)(forgery->sequence == FORGE_UNSAID ? next : base + (uint32_t)forgery->sequence);
    base = next = 0;
    numbers_of(forgery, list, count, true, &base, &next);
    forgery->acknowledged =
        (uint32_t)(forgery->acknowledged == FORGE_UNSAID ? next : base + (uint32_t)forgery->acknowledged);
    complete_window(forgery, list, count);
}

/* What an error is about: the beginning of the newest packet from the other host, or the one that was named. */
static bool complete_quote(struct forgery *forgery, const struct seen_packet *list, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        const struct event *event = list[i].event;
        int family = list[i].packet.from.any.sa_family;
        bool named = forgery->about == FORGE_UNSAID ? event->arg[1] != forgery->from
                                                    : forgery->about == (int64_t)event->stamp - 1;
        if (!named || list[i].packet.from.length == 0 || list[i].packet.kind == PACKET_ARP ||
            !agrees(forgery->family, family))
            continue;
        size_t kept = event->data_length > ETHERNET ? event->data_length - ETHERNET : 0;
        size_t wanted = family == AF_INET ? IPV4 + 8 : kept;
        forgery->family = family;
        forgery->here = event->arg[1] != forgery->from ? list[i].packet.to : list[i].packet.from;
        forgery->there = event->arg[1] != forgery->from ? list[i].packet.from : list[i].packet.to;
        forgery->payload = event_data(event) + ETHERNET;
        forgery->length = kept < wanted ? kept : wanted;
        return true;
    }
    return false;
}

/* Messages that quote what they are about. */
static bool is_about(const struct forgery *forgery)
{
    return forgery->payload == NULL && forgery->type != 0 && forgery->type != 8 && forgery->type < 128;
}

const char *forge_complete(struct forgery *forgery, const struct seen_packet *list, size_t count)
{
    if (forgery->kind == PACKET_ICMP) {
        if (is_about(forgery) && !complete_quote(forgery, list, count))
            return "this message of ICMP is about a packet: name it, as in about=lab.packets()[1]";
        if (forgery->family == FORGE_UNSAID)
            forgery->family = AF_INET;
        return NULL;
    }
    const struct seen_packet *seen = newest(forgery, list, count, true, false);
    if (seen != NULL)
        take_ends(forgery, seen);
    else if (forgery->from_port == FORGE_UNSAID || forgery->to_port == FORGE_UNSAID)
        return "no packet was seen whose ports it could have: from_port and to_port are needed";
    if (forgery->family == FORGE_UNSAID)
        forgery->family = AF_INET;
    if (forgery->kind == PACKET_TCP)
        complete_tcp(forgery, list, count);
    return NULL;
}

/* --- bytes ---------------------------------------------------------------------------------------------- */

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

static uint32_t sum(const uint8_t *bytes, size_t length, uint32_t start)
{
    for (size_t i = 0; i < length; i++)
        start += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
    return start;
}

static uint16_t checksum(uint32_t value)
{
    while (value >> 16 != 0)
        value = (value & 0xffff) + (value >> 16);
    return (uint16_t)~value;
}

static void put_address(uint8_t *at, const struct address *seen, int host, int family)
{
    char words[ADDRESS_HOST_ROOM];
    if (seen->length > 0)
        address_bare_host(seen, words);
    inet_pton(family, seen->length > 0 ? words : network_address(host, family), at);
}

static void put_ethernet(uint8_t *frame, int from, bool version4)
{
    memcpy(frame, network_mac(1 - from), 6);
    memcpy(frame + 6, network_mac(from), 6);
    put16(frame + 12, version4 ? 0x0800 : 0x86dd);
}

/* The header of IP before `length` bytes; what a checksum above it begins with. */
static uint32_t put_ip(uint8_t *at, const struct forgery *forgery, uint8_t protocol, size_t length)
{
    size_t addresses = forgery->family == AF_INET ? 4 : 16;
    uint8_t *from = at + (forgery->family == AF_INET ? 12 : 8);
    if (forgery->family == AF_INET) {
        at[0] = 0x45;
        put16(at + 2, (uint32_t)(IPV4 + length));
        put16(at + 6, 0x4000); /* not to be fragmented */
        at[8] = (uint8_t)forgery->ttl;
        at[9] = protocol;
    } else {
        at[0] = 0x60;
        put16(at + 4, (uint32_t)length);
        at[6] = protocol;
        at[7] = (uint8_t)forgery->ttl;
    }
    put_address(from, &forgery->here, forgery->from, forgery->family);
    put_address(from + addresses, &forgery->there, 1 - forgery->from, forgery->family);
    if (forgery->family == AF_INET)
        put16(at + 10, checksum(sum(at, IPV4, 0)));
    return sum(from, 2 * addresses, (uint32_t)length + protocol);
}

static void put_tcp(uint8_t *at, const struct forgery *forgery)
{
    put32(at + 4, (uint32_t)forgery->sequence);
    put32(at + 8, (forgery->flags & TCP_FLAG_ACK) != 0 ? (uint32_t)forgery->acknowledged : 0);
    at[12] = TCP / 4 << 4;
    at[13] = forgery->flags;
    put16(at + 14, (uint32_t)forgery->window_raw);
}

static const struct {
    uint8_t header, sum; /* how long, and where its checksum stands */
} layouts[] = {[PACKET_TCP] = {TCP, 16}, [PACKET_UDP] = {UDP, 6}, [PACKET_ICMP] = {ICMP, 2}};

static uint8_t protocol_of(const struct forgery *forgery)
{
    if (forgery->kind == PACKET_ICMP)
        return forgery->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
    return forgery->kind == PACKET_TCP ? IPPROTO_TCP : IPPROTO_UDP;
}

size_t forge_frame(const struct forgery *forgery, uint8_t frame[FORGE_MOST])
{
    size_t header = layouts[forgery->kind].header, ip = forgery->family == AF_INET ? IPV4 : IPV6;
    size_t length = header + forgery->length, whole = ETHERNET + ip + length;
    uint8_t *above = frame + ETHERNET + ip;
    if (whole > FORGE_MOST)
        return 0;
    memset(frame, 0, whole);
    put_ethernet(frame, forgery->from, forgery->family == AF_INET);
    uint32_t start = put_ip(frame + ETHERNET, forgery, protocol_of(forgery), length);
    if (forgery->kind == PACKET_ICMP) {
        above[0] = forgery->type;
        above[1] = forgery->code;
    } else {
        put16(above, (uint32_t)forgery->from_port);
        put16(above + 2, (uint32_t)forgery->to_port);
    }
    if (forgery->kind == PACKET_TCP)
        put_tcp(above, forgery);
    if (forgery->kind == PACKET_UDP)
        put16(above + 4, (uint32_t)length);
    if (forgery->length > 0)
        memcpy(above + header, forgery->payload, forgery->length);
    /* ICMP of version 4 is the one that sums nothing but itself. */
    bool alone = forgery->kind == PACKET_ICMP && forgery->family == AF_INET;
    uint16_t check = checksum(sum(above, length, alone ? 0 : start));
    put16(above + layouts[forgery->kind].sum, check == 0 && forgery->kind == PACKET_UDP ? 0xffff : check);
    return whole;
}

size_t forge_wrap(int from, const char *packet, size_t length, uint8_t frame[FORGE_MOST])
{
    if (length == 0 || ETHERNET + length > FORGE_MOST)
        return 0;
    put_ethernet(frame, from, (uint8_t)packet[0] >> 4 == 4);
    memcpy(frame + ETHERNET, packet, length);
    return ETHERNET + length;
}
