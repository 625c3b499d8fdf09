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
    size_t later;                 /* SYNs after the call had ended */
};

static bool is_icmp(const struct packet *packet)
{
    return packet->kind == PACKET_ICMP || packet->kind == PACKET_ICMPV6;
}

/* Which kind of question the packet is; SENT_KINDS for one that asks nothing. */
static enum sent question_of(const struct packet *packet, const struct address *remote)
{
    if (packet->kind == PACKET_ARP)
        return packet->type == 1 && address_same_host(remote, &packet->to) ? SENT_QUESTION : SENT_KINDS;
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
    return address_same(&packet->from, remote) ||
           (packet->kind == PACKET_ARP && address_same_host(remote, &packet->from));
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

/* --- a conversation ------------------------------------------------------------------------------------- */

/* What passed on a connection. */
struct talk {
    size_t sent, again, lost;     /* packets with data */
    uint32_t first, behind;       /* the numbers of that data */
    uint32_t acknowledged;        /* up to this number */
    int64_t began, last;          /* moments of the first and the last of them */
    size_t came, lost_back;       /* bytes that came; packets that did not */
    bool no_room;                 /* the other side said so last */
    enum packet_fate fate;        /* of all that were lost */
    const struct seen_packet *no; /* RST, or what ICMP says */
    int64_t end;                  /* FIN came; 0: none */
    size_t packets;
};

static void hear_own(struct talk *talk, const struct seen_packet *seen)
{
    const struct packet *packet = &seen->packet;
    if (packet->data == 0)
        return;
    uint32_t behind = seen->sequence + (uint32_t)packet->data;
    talk->first = talk->sent == 0 || seen->sequence < talk->first ? seen->sequence : talk->first;
    talk->behind = behind > talk->behind ? behind : talk->behind;
    talk->began = talk->sent == 0 ? seen->event->begin : talk->began;
    talk->last = seen->event->begin;
    talk->sent++;
    talk->again += seen->finding == PACKET_RESENT;
    if (packet_arrives(packet))
        return;
    bool same = talk->lost++ == 0 || talk->fate == packet->fate;
    talk->fate = same ? packet->fate : PACKET_DELIVERED;
}

static void hear_other(struct talk *talk, const struct seen_packet *seen, int64_t until)
{
    const struct packet *packet = &seen->packet;
    bool resets = (packet->flags & TCP_FLAG_RST) != 0;
    if (!packet_arrives(packet) || seen->event->end == 0 || seen->event->end > until) {
        talk->lost_back += !packet_arrives(packet);
        return;
    }
    if (is_icmp(packet) || resets)
        talk->no = seen;
    if (packet->kind != PACKET_TCP || resets)
        return;
    talk->came += seen->finding == PACKET_RESENT ? 0 : packet->data;
    talk->no_room = packet->window == 0;
    if ((packet->flags & TCP_FLAG_FIN) != 0 && talk->end == 0)
        talk->end = seen->event->end;
    if ((packet->flags & TCP_FLAG_ACK) != 0 && seen->acknowledged > talk->acknowledged)
        talk->acknowledged = seen->acknowledged;
}

static bool is_of(const struct packet *packet, const struct wire_call *call, bool own)
{
    const struct address *here = own ? &packet->from : &packet->to, *there = own ? &packet->to : &packet->from;
    if (is_icmp(packet))
        return !own && answers(packet, &call->remote);
    return packet->kind == PACKET_TCP && address_same(there, &call->remote) &&
           (call->local.length == 0 || address_port(here) == address_port(&call->local));
}

static void add_own(struct text *out, const struct talk *talk)
{
    bool same = talk->again > 0 && talk->again + 1 == talk->sent;
    if (same) {
        text_format(out, "the same data %zu times within ", talk->sent);
        duration_write(out, talk->last - talk->began, DURATION_SHOWN);
    } else if (talk->sent == 1) {
        text_add(out, "your data in one packet");
    } else {
        text_format(out, "your data in %zu packets", talk->sent);
        if (talk->again > 0)
            text_format(out, ", %zu of them sent again", talk->again);
    }
    if (talk->acknowledged >= talk->behind)
        text_add(out, ", acknowledged");
    else if (talk->acknowledged <= talk->first)
        text_add(out, same ? ", never acknowledged" : ", not acknowledged");
    else
        text_add(out, ", a part of it acknowledged");
}

static void add_refusal(struct text *out, const struct talk *talk)
{
    if (is_icmp(&talk->no->packet))
        packet_describe_notice(out, &talk->no->packet);
    else
        text_add(out, "RST");
    if (talk->sent > 0 && talk->no->event->begin >= talk->last) {
        text_add(out, " after ");
        duration_write(out, talk->no->event->begin - talk->last, DURATION_SHOWN);
    }
}

/* What came from the other side, most telling first. */
static void add_other(struct text *out, const struct talk *talk)
{
    if (talk->no != NULL)
        add_refusal(out, talk);
    else if (talk->no_room)
        text_add(out, "the other side says that it has no room");
    else if (talk->came > 0)
        text_format(out, talk->came == 1 ? "%zu byte came" : "%zu bytes came", talk->came);
    else if (talk->lost_back > 0)
        text_add(out, "what the other side sent was lost on the way");
    else if (talk->end != 0)
        text_add(out, "no data came");
    else
        text_add(out, talk->sent > 0 ? "no data came back" : "no data came");
}

static void add_talk(struct text *out, const struct talk *talk)
{
    bool ended_before = talk->end != 0 && (talk->sent == 0 || talk->end <= talk->last);
    text_add(out, "On the wire: ");
    if (ended_before)
        text_add(out, "FIN, the end of the other side");
    if (talk->sent > 0) {
        text_add(out, ended_before ? ", then " : "");
        add_own(out, talk);
    }
    text_add(out, ended_before || talk->sent > 0 ? ", and " : "");
    add_other(out, talk);
    text_add_char(out, '.');
    add_lost(out, &(struct tally){.lost = talk->lost, .fate = talk->fate}, talk->sent);
}

/* False when the wire saw nothing of it. */
static bool tell_talk(struct text *out, const struct seen_packet *list, size_t count, const struct wire_call *call)
{
    struct talk talk = {.sent = 0};
    for (size_t i = 0; i < count; i++) {
        const struct packet *packet = &list[i].packet;
        bool own = list[i].event->arg[1] == 0;
        if (list[i].event->begin > call->until || packet->fate == PACKET_DUPLICATED || !is_of(packet, call, own))
            continue;
        talk.packets += packet->kind == PACKET_TCP;
        if (!own)
            hear_other(&talk, &list[i], call->until);
        else if (packet->fate != PACKET_INJECTED)
            hear_own(&talk, &list[i]);
    }
    if (talk.packets > 0)
        add_talk(out, &talk);
    return talk.packets > 0;
}

/* --- all of it ------------------------------------------------------------------------------------------ */

static void tell_question(struct text *out, const struct seen_packet *list, size_t count_all,
                          const struct wire_call *call)
{
    size_t seen = 0;
    struct tally tally = {.no = NULL};
    for (size_t i = 0; i < count_all; i++) {
        if (list[i].event->begin >= call->from && list[i].event->begin <= call->until)
            count(&tally, &list[i], &call->remote);
        else if (list[i].event->begin > call->until && list[i].event->arg[1] == 0)
            tally.later += question_of(&list[i].packet, &call->remote) == SENT_SYN;
    }
    for (size_t i = 0; i < SENT_KINDS; i++)
        seen += tally.sent[i];
    if (seen == 0 && tally.no == NULL)
        return;
    add_words(out, &tally);
    if (tally.later > 0 && call->connects)
        text_format(out,
                    tally.later == 1 ? " Since then the kernel has asked once more."
                                     : " Since then the kernel has asked %zu times more.",
                    tally.later);
}

/* There is a wire to be silent. */
static bool was_seen(const struct timeline *timeline)
{
    for (size_t i = timeline->earlier_count; i-- > 0;)
        if (timeline->earlier[i]->kind == EVENT_PACKET)
            return true;
    return false;
}

void wire_words(struct text *out, const struct timeline *timeline, const struct wire_call *call)
{
    size_t count;
    struct seen_packet *list = packets_of(timeline, &count);
    if (call->connects || !tell_talk(out, list, count, call))
        tell_question(out, list, count, call);
    if (out->length == 0 && count == 0 && !call->connects && was_seen(timeline))
        text_add(out, "On the wire: nothing, in this step.");
    free(list);
}
