#include "render/wire_words.h"

#include "base/duration.h"
#include "trace/packets.h"

#include <stdlib.h>

/* --- counting ------------------------------------------------------------------------------------------- */

enum sent { SENT_QUESTION, SENT_SYN, SENT_DATA, SENT_DATAGRAM, SENT_KINDS };

/* What went to an address, and what came back. */
struct tally {
    size_t sent[SENT_KINDS];
    size_t lost, came_back, lost_back;
    enum packet_fate fate;        /* of all that were lost; PACKET_DELIVERED: not the same */
    int64_t first, last;          /* moments of what was sent */
    const struct seen_packet *no; /* RST, or what ICMP says */
};

static bool is_same_host(const struct address *a, struct address b)
{
    if (b.length == 0)
        return false;
    address_set_port(&b, address_port(a));
    return address_same(a, &b);
}

static bool is_icmp(const struct packet *packet)
{
    return packet->kind == PACKET_ICMP || packet->kind == PACKET_ICMPV6;
}

/* Which kind of question the packet is; SENT_KINDS for one that asks nothing. */
static enum sent question_of(const struct packet *packet, const struct address *remote)
{
    if (packet->kind == PACKET_ARP)
        return packet->type == 1 && is_same_host(remote, packet->to) ? SENT_QUESTION : SENT_KINDS;
    if (!address_same(&packet->to, remote))
        return SENT_KINDS;
    if (packet->kind == PACKET_UDP)
        return SENT_DATAGRAM;
    if (packet->kind != PACKET_TCP)
        return SENT_KINDS;
    return (packet->flags & TCP_FLAG_SYN) != 0 ? SENT_SYN : packet->data > 0 ? SENT_DATA : SENT_KINDS;
}

static bool answers(const struct packet *packet, const struct address *remote)
{
    if (is_icmp(packet))
        return packet->to_port != 0 && packet->to_port == address_port(remote);
    return address_same(&packet->from, remote) || (packet->kind == PACKET_ARP && is_same_host(remote, packet->from));
}

static void count_answer(struct tally *tally, const struct seen_packet *seen)
{
    const struct packet *packet = &seen->packet;
    bool no = is_icmp(packet) || (packet->kind == PACKET_TCP && (packet->flags & TCP_FLAG_RST) != 0);
    tally->came_back += packet_arrives(packet);
    tally->lost_back += !packet_arrives(packet);
    if (no && packet_arrives(packet))
        tally->no = seen;
}

static void count(struct tally *tally, const struct seen_packet *seen, const struct address *remote)
{
    enum sent kind = seen->event->arg[1] == 0 ? question_of(&seen->packet, remote) : SENT_KINDS;
    if (seen->packet.fate == PACKET_DUPLICATED)
        return;
    if (kind == SENT_KINDS && seen->event->arg[1] != 0 && answers(&seen->packet, remote))
        count_answer(tally, seen);
    if (kind == SENT_KINDS || seen->packet.fate == PACKET_INJECTED)
        return;
    tally->first = tally->first ? tally->first : seen->event->begin;
    tally->last = seen->event->begin;
    tally->sent[kind]++;
    if (packet_arrives(&seen->packet))
        return;
    bool same = tally->lost++ == 0 || tally->fate == seen->packet.fate;
    tally->fate = same ? seen->packet.fate : PACKET_DELIVERED;
}

/* --- words ---------------------------------------------------------------------------------------------- */

static const struct {
    const char *one, *many;
} kinds[SENT_KINDS] = {
    [SENT_QUESTION] = {"an ARP question for that host", "ARP questions for that host"},
    [SENT_SYN] = {"a SYN", "SYNs"},
    [SENT_DATA] = {"a packet with data", "packets with data"},
    [SENT_DATAGRAM] = {"a datagram", "datagrams"},
};

static size_t add_sent(struct text *out, const struct tally *tally)
{
    size_t all = 0;
    for (size_t i = 0; i < SENT_KINDS; i++) {
        size_t number = tally->sent[i];
        if (number == 0)
            continue;
        text_add(out, all > 0 ? ", " : "");
        if (number == 1)
            text_add(out, kinds[i].one);
        else
            text_format(out, "%zu %s", number, kinds[i].many);
        all += number;
    }
    if (all > 1) {
        text_add(out, " within ");
        duration_write(out, tally->last - tally->first, DURATION_SHOWN);
    }
    return all;
}

static void add_no(struct text *out, const struct tally *tally)
{
    if (is_icmp(&tally->no->packet))
        packet_describe_notice(out, &tally->no->packet);
    else
        text_add(out, "RST");
    if (tally->last != 0 && tally->no->event->begin >= tally->last) {
        text_add(out, " after ");
        duration_write(out, tally->no->event->begin - tally->last, DURATION_SHOWN);
    }
}

static void add_lost(struct text *out, const struct tally *tally, size_t all)
{
    static const char *const reasons[PACKET_FATES] = {[PACKET_DROPPED] = ", dropped by a rule",
                                                      [PACKET_LOST] = " by chance",
                                                      [PACKET_OVERFLOWED] = ": the queue was full",
                                                      [PACKET_UNPLUGGED] = ": the cable was out"};
    const char *reason = reasons[tally->fate];
    if (tally->lost == 0)
        return;
    if (tally->lost < all)
        text_format(out, " %zu of them %s lost on the way", tally->lost, tally->lost == 1 ? "was" : "were");
    else
        text_add(out, all == 1 ? " It was lost on the way" : " All of them were lost on the way");
    text_format(out, "%s.", reason ? reason : "");
}

static void add_words(struct text *out, const struct tally *tally)
{
    text_add(out, "On the wire: ");
    size_t all = add_sent(out, tally);
    text_add(out, all > 0 ? ", and " : "");
    if (tally->no != NULL)
        add_no(out, tally);
    else if (tally->came_back > 0)
        text_add(out, "an answer came");
    else if (tally->lost_back > 0)
        text_add(out, "the answer was lost on the way");
    else
        text_add(out, "no answer");
    text_add(out, ".");
    add_lost(out, tally, all);
    if (all > 0 && all == tally->sent[SENT_QUESTION] && tally->lost + tally->came_back + tally->lost_back == 0)
        text_add(out, " No machine has that address.");
}

void wire_words(struct text *out, const struct timeline *timeline, const struct address *remote, int64_t from)
{
    size_t packets, seen = 0;
    struct tally tally = {.no = NULL};
    struct seen_packet *list = packets_of(timeline, &packets);
    for (size_t i = 0; i < packets; i++)
        if (list[i].event->begin >= from)
            count(&tally, &list[i], remote);
    for (size_t i = 0; i < SENT_KINDS; i++)
        seen += tally.sent[i];
    if (seen > 0 || tally.no != NULL)
        add_words(out, &tally);
    free(list);
}
