#include "views/ladder_packets.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* --- whose it is ---------------------------------------------------------------------------------------- */

/* ICMP has no ports: those of the packet that it is about tell who it comes from, and who it is for. */
static struct address end_address(const struct packet *packet, bool sender)
{
    struct address address = sender ? packet->from : packet->to;
    uint16_t port = sender ? packet->to_port : packet->from_port;
    if (port != 0 && address.length > 0)
        address_set_port(&address, port);
    return address;
}

static bool is_learner(const struct ladder *ladder, int s)
{
    int actor = s >= 0 ? ladder->sockets->list[s].actor : -1;
    return actor == 0 || (actor > 0 && ladder->at_home != NULL && ladder->at_home[actor]);
}

/* A socket of the learner or of the others with this address; one that is connected with `other` comes first. */
static int find_socket(const struct ladder *ladder, const struct address *address, const struct address *other,
                       bool learner)
{
    const struct sockets *sockets = ladder->sockets;
    int found = -1;
    for (size_t i = sockets->count; i-- > 0;) {
        const struct traced_socket *s = &sockets->list[i];
        if (is_learner(ladder, (int)i) != learner)
            continue;
        if (address_same(&s->remote, other) && (s->local.length == 0 || address_same(&s->local, address)))
            return (int)i;
        if (found < 0 && s->local.length > 0 && address_reaches(address, &s->local))
            found = (int)i;
    }
    return found;
}

/* True of the address of the learner's host. */
static bool is_home(const struct ladder *ladder, const struct address *place)
{
    for (size_t i = 0; i < ladder->packet_count; i++) {
        const struct seen_packet *seen = &ladder->packets[i];
        struct address host = end_address(&seen->packet, seen->event->arg[1] == 0);
        if (seen->packet.kind != PACKET_ARP && address_same_host(place, &host))
            return true;
    }
    return false;
}

/* By actor: those whose sockets have the address of the learner's host. */
static bool *find_home(const struct ladder *ladder)
{
    bool *at_home = memory_new(ladder->timeline->actor_count, sizeof *at_home);
    for (size_t i = 0; i < ladder->sockets->count; i++) {
        const struct traced_socket *s = &ladder->sockets->list[i];
        if (s->actor > 0 && !at_home[s->actor] && s->local.length > 0)
            at_home[s->actor] = is_home(ladder, &s->local);
    }
    return at_home;
}

/* The first that makes calls, there or anywhere; -1 for none. */
static int first_caller(const struct ladder *ladder, const bool *there)
{
    int first = -1;
    for (size_t i = 0; i < ladder->operations->count; i++) {
        const struct operation *operation = &ladder->operations->list[i];
        bool calls =
            operation->kind == EVENT_CALL && (there == NULL || operation->actor == 0 || there[operation->actor]);
        if (calls && (first < 0 || operation->actor < first))
            first = operation->actor;
    }
    return first;
}

void ladder_find_own(struct ladder *ladder)
{
    int own = -1;
    if (ladder->packets != NULL) {
        ladder->at_home = find_home(ladder);
        own = first_caller(ladder, ladder->at_home);
    }
    if (own < 0)
        own = first_caller(ladder, NULL);
    ladder->own = own < 0 ? 0 : own;
}

/* ARP asks for a host: the lane is that of a place there that somebody wants to reach. */
static void find_port(const struct ladder *ladder, struct address *host)
{
    for (size_t i = ladder->messages->count; i-- > 0 && address_port(host) == 0;) {
        const struct address *place = &ladder->messages->list[i].place;
        if (place->length > 0 && address_same_host(place, host))
            *host = *place;
    }
}

struct packet_end ladder_packet_end(const struct ladder *ladder, const struct seen_packet *packet, bool sender)
{
    struct address address = end_address(&packet->packet, sender), other = end_address(&packet->packet, !sender);
    bool learner = (packet->event->arg[1] == 0) == sender;
    if (packet->packet.kind == PACKET_ARP)
        find_port(ladder, learner ? &other : &address);
    return (struct packet_end){find_socket(ladder, &address, &other, learner), learner, address};
}

/* A descriptor that is closed has its number in what the kernel says afterwards, and may be another socket's by now. */
static bool has_descriptor_of(const struct ladder *ladder, int s, int other)
{
    const struct traced_socket *list = ladder->sockets->list;
    return s == other || (s >= 0 && list[s].actor == list[other].actor && list[s].fd == list[other].fd);
}

bool ladder_packets_tell(const struct ladder *ladder, int socket, int64_t state)
{
    for (size_t i = 0; i < ladder->packet_count && socket >= 0; i++) {
        const struct seen_packet *packet = &ladder->packets[i];
        bool sent = packet->sender_state == state, taken = packet->receiver_state == state;
        if ((sent && has_descriptor_of(ladder, ladder_packet_end(ladder, packet, true).socket, socket)) ||
            (taken && has_descriptor_of(ladder, ladder_packet_end(ladder, packet, false).socket, socket)))
            return true;
    }
    return false;
}

static int compare_events(const void *event, const void *packet)
{
    const struct event *a = event, *b = ((const struct seen_packet *)packet)->event;
    return a < b ? -1 : a > b;
}

const struct seen_packet *ladder_packet_of(const struct ladder *ladder, const struct event *event)
{
    if (ladder->packets == NULL || event->kind != EVENT_PACKET)
        return NULL;
    return bsearch(event, ladder->packets, ladder->packet_count, sizeof *ladder->packets, compare_events);
}

static bool is_seen(const struct ladder *ladder, const struct address *place)
{
    for (size_t i = 0; i < ladder->packet_count; i++)
        if (address_same(&ladder->packets[i].packet.to, place) ||
            address_same(&ladder->packets[i].packet.from, place) ||
            (ladder->packets[i].packet.kind == PACKET_ARP && address_same_host(place, &ladder->packets[i].packet.to)))
            return true;
    return false;
}

/* What passes between the learner's host and the other one; a place is on the other one if packets went there. */
bool ladder_has_packets_of(const struct ladder *ladder, const struct message *message)
{
    if (ladder->packets == NULL || is_learner(ladder, message->from) == is_learner(ladder, message->to))
        return false;
    int s = message->from >= 0 ? message->from : message->to;
    if (s >= 0 && ladder->sockets->list[s].family == AF_UNIX)
        return false;
    return (message->from >= 0 && message->to >= 0) || is_seen(ladder, &message->place);
}

/* --- beside which call ---------------------------------------------------------------------------------- */

static bool has_flag(const struct packet *packet, uint8_t flag)
{
    return packet->kind == PACKET_TCP && (packet->flags & flag) != 0;
}

/* The third of a handshake is the first that acknowledges a SYN: without it there is no connection. */
bool ladder_packet_is_plain_ack(const struct seen_packet *seen)
{
    const struct packet *packet = &seen->packet;
    bool third = seen->sequence == 1 && seen->acknowledged == 1;
    return packet->kind == PACKET_TCP && packet->data == 0 &&
           (packet->flags & (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST)) == 0 && !third &&
           seen->finding == PACKET_PLAIN && packet->fate == PACKET_DELIVERED;
}

/* ICMP and RST say that something went wrong. */
static bool says_no(const struct packet *packet)
{
    return packet->kind == PACKET_ICMP || packet->kind == PACKET_ICMPV6 || has_flag(packet, TCP_FLAG_RST);
}

/* False when the ports that are known of the operation's socket are others. */
static bool may_be_of(const struct ladder *ladder, const struct operation *operation, const struct packet *packet,
                      bool sender)
{
    int s = ladder->sockets->of_event[operation->first];
    if (s < 0 || packet->kind == PACKET_ARP)
        return true;
    struct address own = end_address(packet, sender), other = end_address(packet, !sender);
    uint16_t local = address_port(&ladder->sockets->list[s].local);
    uint16_t remote = address_port(&ladder->sockets->list[s].remote);
    return (local == 0 || local == address_port(&own)) && (remote == 0 || remote == address_port(&other));
}

/* What was sent stands at the packet's begin; where several calls went into one, the first one's. */
static bool begins_with(const struct packet *packet, const struct event *event)
{
    size_t length = event->data_length < packet->kept ? event->data_length : packet->kept;
    return (packet->data > 0 || packet->kind == PACKET_UDP) &&
           (length == 0 || memcmp(packet->content, event_data(event), length) == 0);
}

static bool sends(const struct ladder *ladder, const struct ladder_cell *cell, const struct packet *packet)
{
    if (cell->state != 0)
        return false;
    const struct operation *operation = &ladder->operations->list[cell->operation];
    const struct event *event = timeline_event(ladder->timeline, operation->first);
    if (cell->phase == LADDER_ENDED || !may_be_of(ladder, operation, packet, true))
        return false;
    switch (operation_act(operation)) {
    case ACT_CONNECT:
        return has_flag(packet, TCP_FLAG_SYN) || packet->kind == PACKET_ARP;
    case ACT_SEND:
        return packet->kind == PACKET_ARP || (packet->content != NULL && begins_with(packet, event));
    case ACT_SHUTDOWN:
    case ACT_CLOSE:
        return has_flag(packet, TCP_FLAG_FIN | TCP_FLAG_RST);
    default:
        return operation->kind == EVENT_NOTE && (event->flags & EVENT_ENDED) != 0 &&
               has_flag(packet, TCP_FLAG_FIN | TCP_FLAG_RST);
    }
}

static bool takes(const struct ladder *ladder, const struct operation *operation, const struct packet *packet)
{
    if (!may_be_of(ladder, operation, packet, false))
        return false;
    if (operation->error != 0)
        return says_no(packet);
    if (operation_act(operation) == ACT_CONNECT)
        return has_flag(packet, TCP_FLAG_SYN);
    if (operation_act(operation) != ACT_RECEIVE)
        return false;
    if (packet->divided) /* it is whole with the last part that came */
        return packet->fragment;
    return packet->kind == PACKET_UDP || (operation->result > 0 ? packet->data > 0 : has_flag(packet, TCP_FLAG_FIN));
}

/*
 * The wire is another process, and hears of a packet a little later: the sender may have gone on.  The other side's
 * packets stay where they are.
 */
struct ladder_row *ladder_packet_sender(const struct ladder *ladder, const struct seen_packet *packet, int lane,
                                        int64_t gap)
{
    struct ladder_row *found = NULL;
    for (size_t i = ladder->row_count; i-- > 0;) {
        struct ladder_row *row = &ladder->rows[i];
        bool theirs = row->has_arrow && row->arrow.from != lane;
        if (row->kind != LADDER_ROW || theirs || packet->event->begin - row->at >= gap)
            break;
        for (size_t j = 0; j < row->cell_count && !row->has_arrow; j++)
            if (row->cells[j].lane == lane && sends(ladder, &row->cells[j], &packet->packet))
                found = row;
    }
    return found;
}

struct ladder_row *ladder_packet_receiver(const struct ladder *ladder, const struct operation *operation, int lane,
                                          size_t first, int64_t at, int64_t gap)
{
    for (size_t i = ladder->row_count; i-- > first;) {
        struct ladder_row *row = &ladder->rows[i];
        const struct seen_packet *packet = row->arrow.packet;
        if (!row->has_arrow || packet == NULL || row->arrow.to != lane || row->cell_count == 2 || at - row->at >= gap)
            continue;
        if (packet->packet.fate != PACKET_DUPLICATED && !row->arrow.lost && !row->arrow.pending &&
            takes(ladder, operation, &packet->packet))
            return row;
    }
    return NULL;
}
