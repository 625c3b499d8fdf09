#include "trace/packet.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define ETHERNET 14
#define IPV4     0x0800
#define ARP      0x0806
#define IPV6     0x86dd

/* --- bytes ---------------------------------------------------------------------------------------------- */

/* What is left of the frame: beyond the kept bytes everything is unknown. */
struct bytes {
    const uint8_t *at;
    size_t kept, length; /* of those that stand here, of those that stood in the frame */
};

static struct bytes skip(struct bytes bytes, size_t count)
{
    count = count < bytes.length ? count : bytes.length;
    size_t kept = count < bytes.kept ? count : bytes.kept;
    return (struct bytes){bytes.at + kept, bytes.kept - kept, bytes.length - count};
}

static bool has(struct bytes bytes, size_t count)
{
    return bytes.kept >= count;
}

static uint16_t two(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t four(const uint8_t *at)
{
    return (uint32_t)two(at) << 16 | two(at + 2);
}

/* --- above IP ------------------------------------------------------------------------------------------- */

static void read_option(struct packet *packet, uint8_t kind, const uint8_t *value, size_t length)
{
    if (kind == 2 && length == 2)
        packet->segment_most = two(value);
    else if (kind == 3 && length == 1)
        packet->window_scale = value[0];
    else if (kind == 4)
        packet->selective = true;
    else if (kind == 8)
        packet->stamped = true;
}

static void read_options(struct packet *packet, struct bytes options)
{
    while (has(options, 2) && options.at[0] != 0) {
        size_t length = options.at[0] == 1 ? 1 : options.at[1];
        if (length == 0 || !has(options, length))
            return;
        if (length >= 2)
            read_option(packet, options.at[0], options.at + 2, length - 2);
        options = skip(options, length);
    }
}

static void read_ports(struct packet *packet, const uint8_t *at)
{
    address_set_port(&packet->from, two(at));
    address_set_port(&packet->to, two(at + 2));
}

static void set_content(struct packet *packet, struct bytes bytes)
{
    packet->content = (const char *)bytes.at;
    packet->kept = bytes.kept < packet->data ? bytes.kept : packet->data;
}

static void read_tcp(struct packet *packet, struct bytes bytes)
{
    if (!has(bytes, 20))
        return;
    size_t header = (size_t)(bytes.at[12] >> 4) * 4;
    read_ports(packet, bytes.at);
    packet->kind = PACKET_TCP;
    packet->sequence = four(bytes.at + 4);
    packet->acknowledged = four(bytes.at + 8);
    packet->flags = bytes.at[13] & 0x3f;
    packet->window = two(bytes.at + 14);
    packet->data = skip(bytes, header).length;
    set_content(packet, skip(bytes, header));
    if (header > 20) {
        struct bytes options = skip(bytes, 20);
        options.kept = options.kept < header - 20 ? options.kept : header - 20;
        read_options(packet, options);
    }
}

static void read_udp(struct packet *packet, struct bytes bytes)
{
    if (!has(bytes, 8))
        return;
    read_ports(packet, bytes.at);
    packet->kind = PACKET_UDP;
    packet->data = two(bytes.at + 4) >= 8 ? (size_t)two(bytes.at + 4) - 8 : 0;
    set_content(packet, skip(bytes, 8));
}

/* Messages of ICMP that carry the beginning of the packet they are about. */
static bool is_error(uint8_t type)
{
    return type == 3 || type == 5 || type == 11 || type == 12;
}

static void read_quoted(struct packet *packet, struct bytes bytes, bool version4)
{
    if (!has(bytes, 20))
        return;
    uint8_t protocol = version4 ? bytes.at[9] : bytes.at[6];
    bytes = skip(bytes, version4 ? (size_t)(bytes.at[0] & 15) * 4 : 40);
    if (!has(bytes, 4) || (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP))
        return;
    packet->from_port = two(bytes.at);
    packet->to_port = two(bytes.at + 2);
}

static void read_icmp(struct packet *packet, struct bytes bytes, enum packet_kind kind)
{
    if (!has(bytes, 4))
        return;
    packet->kind = kind;
    packet->type = bytes.at[0];
    packet->code = bytes.at[1];
    packet->data = skip(bytes, 8).length;
    if (kind == PACKET_ICMP ? is_error(packet->type) : packet->type < 128)
        read_quoted(packet, skip(bytes, 8), kind == PACKET_ICMP);
}

static void read_above(struct packet *packet, uint8_t protocol, struct bytes bytes)
{
    if (packet->fragment)
        return;
    if (protocol == IPPROTO_TCP)
        read_tcp(packet, bytes);
    else if (protocol == IPPROTO_UDP)
        read_udp(packet, bytes);
    else if (protocol == IPPROTO_ICMP)
        read_icmp(packet, bytes, PACKET_ICMP);
    else if (protocol == IPPROTO_ICMPV6)
        read_icmp(packet, bytes, PACKET_ICMPV6);
}

/* --- IP ------------------------------------------------------------------------------------------------- */

static struct address ipv4_at(const uint8_t *at)
{
    struct address address = {.length = sizeof address.in};
    address.in = (struct sockaddr_in){.sin_family = AF_INET};
    memcpy(&address.in.sin_addr, at, sizeof address.in.sin_addr);
    return address;
}

static struct address ipv6_at(const uint8_t *at)
{
    struct address address = {.length = sizeof address.in6};
    address.in6 = (struct sockaddr_in6){.sin6_family = AF_INET6};
    memcpy(&address.in6.sin6_addr, at, sizeof address.in6.sin6_addr);
    return address;
}

/* Frames are padded: the header says how much of it is the packet. */
static struct bytes cut(struct bytes bytes, size_t length)
{
    if (length < bytes.length)
        bytes.length = length;
    if (length < bytes.kept)
        bytes.kept = length;
    return bytes;
}

static void read_ipv4(struct packet *packet, struct bytes bytes)
{
    if (!has(bytes, 20))
        return;
    size_t header = (size_t)(bytes.at[0] & 15) * 4;
    packet->from = ipv4_at(bytes.at + 12);
    packet->to = ipv4_at(bytes.at + 16);
    packet->hops = bytes.at[8];
    packet->fragment = (two(bytes.at + 6) & 0x1fff) != 0;
    packet->divided = (two(bytes.at + 6) & 0x3fff) != 0;
    packet->whole = two(bytes.at + 4);
    if (header >= 20)
        read_above(packet, bytes.at[9], skip(cut(bytes, two(bytes.at + 2)), header));
}

/* Hop-by-hop options, routing, destination options, fragments: each says what comes next and how long it is. */
static bool is_extension(uint8_t next)
{
    return next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_DSTOPTS || next == IPPROTO_FRAGMENT;
}

static void read_ipv6(struct packet *packet, struct bytes bytes)
{
    if (!has(bytes, 40))
        return;
    uint8_t next = bytes.at[6];
    packet->from = ipv6_at(bytes.at + 8);
    packet->to = ipv6_at(bytes.at + 24);
    packet->hops = bytes.at[7];
    bytes = cut(skip(bytes, 40), two(bytes.at + 4));
    while (is_extension(next) && has(bytes, 8)) {
        size_t length = next == IPPROTO_FRAGMENT ? 8 : ((size_t)bytes.at[1] + 1) * 8;
        if (next == IPPROTO_FRAGMENT) {
            packet->fragment = (two(bytes.at + 2) & 0xfff8) != 0;
            packet->divided = (two(bytes.at + 2) & 0xfff9) != 0;
            packet->whole = four(bytes.at + 4);
        }
        next = bytes.at[0];
        bytes = skip(bytes, length);
    }
    if (!is_extension(next))
        read_above(packet, next, bytes);
}

static void read_arp(struct packet *packet, struct bytes bytes)
{
    if (!has(bytes, 28) || two(bytes.at + 2) != IPV4)
        return;
    packet->kind = PACKET_ARP;
    packet->type = (uint8_t)two(bytes.at + 6);
    packet->from = ipv4_at(bytes.at + 14);
    packet->to = ipv4_at(bytes.at + 24);
}

bool packet_of_event(struct packet *packet, const struct event *event)
{
    if (event->kind != EVENT_PACKET || event->arg[0] < 0)
        return false;
    size_t length = (size_t)event->arg[0], kept = event->data_length < length ? event->data_length : length;
    struct bytes bytes = {(const uint8_t *)event_data(event), kept, length};
    *packet = (struct packet){.window_scale = -1};
    if (event->arg[2] > 0 && event->arg[2] < PACKET_FATES)
        packet->fate = (enum packet_fate)event->arg[2];
    if (!has(bytes, ETHERNET))
        return false;
    uint16_t type = two(bytes.at + 12);
    bytes = skip(bytes, ETHERNET);
    if (type == IPV4)
        read_ipv4(packet, bytes);
    else if (type == IPV6)
        read_ipv6(packet, bytes);
    else if (type == ARP)
        read_arp(packet, bytes);
    return true;
}

/* A wire that is late by more was told to wait. */
#define LATE (100 * CLOCK_MILLISECOND)

int64_t packet_hold(const struct event *event)
{
    int64_t held = event->end > event->begin ? event->end - event->begin : 0, meant = event->arg[3];
    return meant < 0 || held - meant > LATE ? held : meant;
}

bool packet_is_chatter(const struct packet *packet)
{
    return packet->kind == PACKET_ICMPV6 && (packet->type == 143 || (packet->type >= 130 && packet->type <= 137));
}

/* --- many of them --------------------------------------------------------------------------------------- */

/* One direction of a connection. */
struct direction {
    struct address from, to;
    uint32_t base; /* the first number that it sent */
    uint32_t next; /* behind the last byte that it sent */
    uint32_t acknowledged;
    bool acknowledges;
    int scale; /* of its windows; -1: not said, or the SYN was not seen */
};

/* So many packets that were divided are known at a time. */
#define DIVIDED 16

struct packet_flows {
    struct direction *list;
    size_t count;
    struct divided {
        uint32_t whole;
        struct address from, to; /* as the first part has them, with ports */
    } divided[DIVIDED];
    size_t divided_count; /* ever */
};

struct packet_flows *packet_flows_new(void)
{
    return memory_new(1, sizeof(struct packet_flows));
}

void packet_flows_free(struct packet_flows *flows)
{
    free(flows->list);
    free(flows);
}

static struct direction *find(struct packet_flows *flows, const struct address *from, const struct address *to)
{
    for (size_t i = flows->count; i-- > 0;)
        if (address_same(&flows->list[i].from, from) && address_same(&flows->list[i].to, to))
            return &flows->list[i];
    return NULL;
}

static enum packet_finding find_out(const struct direction *own, const struct packet *packet)
{
    uint32_t length = packet_extent(packet);
    if (packet->fate == PACKET_DUPLICATED)
        return PACKET_PLAIN;
    if (length > 0 && (int32_t)(packet->sequence + length - own->next) <= 0)
        return PACKET_RESENT;
    if (packet->window == 0 && (packet->flags & (TCP_FLAG_RST | TCP_FLAG_SYN)) == 0)
        return PACKET_ZERO_WINDOW;
    if (length == 0 && own->acknowledges && packet->acknowledged == own->acknowledged &&
        (packet->flags & (TCP_FLAG_ACK | TCP_FLAG_RST)) == TCP_FLAG_ACK && packet->sequence == own->next)
        return PACKET_DUPLICATE_ACK;
    return PACKET_PLAIN;
}

/* Windows are counted in larger units when both sides said so in their SYNs, but not in these. */
static uint32_t window_of(const struct packet *packet, const struct direction *own, const struct direction *other)
{
    bool scaled = other != NULL && own->scale >= 0 && other->scale >= 0 && (packet->flags & TCP_FLAG_SYN) == 0;
    return scaled ? (uint32_t)packet->window << own->scale : packet->window;
}

/* The largest that there is, RFC 7323. */
#define SCALE_MOST 14

static void follow(struct packet_flows *flows, struct seen_packet *seen)
{
    const struct packet *packet = &seen->packet;
    struct direction *own = find(flows, &packet->from, &packet->to);
    bool opens = (packet->flags & TCP_FLAG_SYN) != 0 && (own == NULL || own->base != packet->sequence);
    if (own == NULL || opens) {
        ARRAY_ADD(flows->list, flows->count,
                  (struct direction){.from = packet->from,
                                     .to = packet->to,
                                     .base = packet->sequence,
                                     .next = packet->sequence,
                                     .scale = packet->window_scale < SCALE_MOST ? packet->window_scale : SCALE_MOST});
        own = &flows->list[flows->count - 1];
    }
    const struct direction *other = find(flows, &packet->to, &packet->from);
    seen->sequence = packet->sequence - own->base;
    seen->acknowledged =
        (packet->flags & TCP_FLAG_ACK) != 0 ? packet->acknowledged - (other ? other->base : packet->acknowledged) : 0;
    seen->window = window_of(packet, own, other);
    seen->finding = find_out(own, packet);
    if ((int32_t)(packet->sequence + packet_extent(packet) - own->next) > 0)
        own->next = packet->sequence + packet_extent(packet);
    own->acknowledges = (packet->flags & TCP_FLAG_ACK) != 0;
    own->acknowledged = packet->acknowledged;
}

/* Only the first part of a packet says which sockets it is about. */
static void join_parts(struct packet_flows *flows, struct packet *packet)
{
    if (!packet->fragment) {
        flows->divided[flows->divided_count++ % DIVIDED] = (struct divided){packet->whole, packet->from, packet->to};
        return;
    }
    for (size_t i = flows->divided_count, least = i > DIVIDED ? i - DIVIDED : 0; i-- > least;) {
        const struct divided *first = &flows->divided[i % DIVIDED];
        if (first->whole == packet->whole && address_same_host(&first->from, &packet->from) &&
            address_same_host(&first->to, &packet->to)) {
            packet->from = first->from;
            packet->to = first->to;
            return;
        }
    }
}

bool packet_flows_see(struct packet_flows *flows, const struct event *event, struct seen_packet *seen)
{
    *seen = (struct seen_packet){.event = event};
    if (!packet_of_event(&seen->packet, event) || packet_is_chatter(&seen->packet))
        return false;
    if (seen->packet.divided)
        join_parts(flows, &seen->packet);
    if (seen->packet.kind == PACKET_TCP)
        follow(flows, seen);
    return true;
}

/* --- words ---------------------------------------------------------------------------------------------- */

static void add_flags(struct text *out, uint8_t flags)
{
    static const struct {
        uint8_t flag;
        const char *name;
    } names[] = {{TCP_FLAG_SYN, "SYN"}, {TCP_FLAG_FIN, "FIN"}, {TCP_FLAG_RST, "RST"},
                 {TCP_FLAG_PSH, "PSH"}, {TCP_FLAG_ACK, "ACK"}, {TCP_FLAG_URG, "URG"}};
    const char *separator = "";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((flags & names[i].flag) != 0) {
            text_format(out, "%s%s", separator, names[i].name);
            separator = ", ";
        }
}

/* What ICMP and ICMPv6 say: kind, type, code (-1: any), words. */
static const struct {
    enum packet_kind kind;
    int type, code;
    const char *words;
} messages[] = {
    {PACKET_ICMP, 0, -1, "echo reply"},        {PACKET_ICMP, 3, 0, "network unreachable"},
    {PACKET_ICMP, 3, 1, "host unreachable"},   {PACKET_ICMP, 3, 3, "port unreachable"},
    {PACKET_ICMP, 3, 4, "packet too big"},     {PACKET_ICMP, 3, -1, "unreachable"},
    {PACKET_ICMP, 8, -1, "echo request"},      {PACKET_ICMP, 11, -1, "time exceeded"},
    {PACKET_ICMPV6, 1, 4, "port unreachable"}, {PACKET_ICMPV6, 1, -1, "unreachable"},
    {PACKET_ICMPV6, 2, -1, "packet too big"},  {PACKET_ICMPV6, 3, -1, "time exceeded"},
    {PACKET_ICMPV6, 128, -1, "echo request"},  {PACKET_ICMPV6, 129, -1, "echo reply"},
};

static void describe_icmp(struct text *out, const struct packet *packet)
{
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if (messages[i].kind == packet->kind && messages[i].type == packet->type &&
            (messages[i].code < 0 || messages[i].code == packet->code)) {
            text_format(out, "ICMP %s", messages[i].words);
            return;
        }
    text_format(out, "ICMP type %u, code %u", packet->type, packet->code);
}

static void describe_arp(struct text *out, const struct packet *packet)
{
    char host[ADDRESS_HOST_ROOM];
    address_host(packet->type == 1 ? &packet->to : &packet->from, host);
    text_format(out, packet->type == 1 ? "who has %s?" : "%s is here", host);
}

void packet_describe_notice(struct text *out, const struct packet *packet)
{
    if (packet->kind == PACKET_ICMP || packet->kind == PACKET_ICMPV6)
        describe_icmp(out, packet);
    else if (packet->kind == PACKET_ARP)
        describe_arp(out, packet);
}

static void describe_tcp(struct text *out, const struct seen_packet *seen)
{
    static const char *const findings[] = {[PACKET_RESENT] = ", sent again",
                                           [PACKET_DUPLICATE_ACK] = ", says so again",
                                           [PACKET_ZERO_WINDOW] = ", no room"};
    const struct packet *packet = &seen->packet;
    add_flags(out, packet->flags);
    text_format(out, "%sseq %u", packet->flags ? ", " : "", seen->sequence);
    if ((packet->flags & TCP_FLAG_ACK) != 0)
        text_format(out, ", ack %u", seen->acknowledged);
    if (packet->data > 0)
        text_format(out, ", %zu byte%s", packet->data, packet->data == 1 ? "" : "s");
    text_format(out, ", win %u", seen->window);
    if (packet->segment_most > 0)
        text_format(out, ", mss %u", packet->segment_most);
    if (findings[seen->finding] != NULL)
        text_add(out, findings[seen->finding]);
}

/* What became of it, when that is worth a word. */
static const char *const fates[PACKET_FATES] = {
    [PACKET_HELD] = " (held back)",      [PACKET_DUPLICATED] = " (the wire's copy)",
    [PACKET_INJECTED] = " (forged)",     [PACKET_DROPPED] = " (dropped)",
    [PACKET_LOST] = " (lost)",           [PACKET_OVERFLOWED] = " (queue full)",
    [PACKET_UNPLUGGED] = " (unplugged)",
};

void packet_describe(struct text *out, const struct seen_packet *seen)
{
    const struct packet *packet = &seen->packet;
    switch (packet->kind) {
    case PACKET_TCP:
        describe_tcp(out, seen);
        break;
    case PACKET_UDP:
        text_format(out, "UDP, %zu byte%s", packet->data, packet->data == 1 ? "" : "s");
        break;
    case PACKET_ICMP:
    case PACKET_ICMPV6:
        describe_icmp(out, packet);
        break;
    case PACKET_ARP:
        text_add(out, "ARP, ");
        describe_arp(out, packet);
        break;
    case PACKET_OTHER:
        text_add(out, packet->fragment ? "a further fragment" : "something else");
        break;
    }
    if (fates[packet->fate] != NULL)
        text_add(out, fates[packet->fate]);
}

/* The same for who has nothing but the capture. */
static const char *const sentences[PACKET_FATES] = {
    [PACKET_HELD] = "held back by the wire: a rule said so",
    [PACKET_DUPLICATED] = "duplicated by the wire: this is its copy",
    [PACKET_INJECTED] = "injected at the wire: no host sent it",
    [PACKET_DROPPED] = "dropped by the wire: a rule said so",
    [PACKET_LOST] = "dropped by the wire: lost by chance",
    [PACKET_OVERFLOWED] = "dropped by the wire: its queue was full",
    [PACKET_UNPLUGGED] = "dropped by the wire: the cable was out",
};

/* What takes longer did not just come through. */
#define DELAY_LEAST CLOCK_MILLISECOND

void packet_describe_fate(struct text *out, const struct seen_packet *seen)
{
    int64_t took = seen->event->end - seen->event->begin;
    if (packet_is_under_way(seen)) {
        text_add(out, "still at the wire when this was written");
        return;
    }
    if (sentences[seen->packet.fate] != NULL)
        text_add(out, sentences[seen->packet.fate]);
    if (packet_arrives(&seen->packet) && took >= DELAY_LEAST)
        text_format(out, "%s %.1f ms",
                    seen->packet.fate == PACKET_DELIVERED ? "delayed by the wire" : ", put out after",
                    (double)took / (double)CLOCK_MILLISECOND);
}
