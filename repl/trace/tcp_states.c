#include "trace/tcp_states.h"

#include "base/array.h"
#include "base/memory.h"

#include <netinet/tcp.h>
#include <stdlib.h>

#define UNKNOWN   0
#define GAPS_MOST 16

/* Numbers that came before those in front of them. */
struct piece {
    uint32_t begin, end;
};

struct end {
    struct address address;
    int state;         /* as TCP_INFO counts; UNKNOWN: nothing seen of it */
    bool asked;        /* it sent SYN of its own accord */
    bool finished;     /* it sent FIN */
    uint32_t behind;   /* its FIN: the number that acknowledges it */
    bool begun;        /* something of the other end reached it */
    uint32_t expected; /* the next number that it takes from the other end */
    struct piece pieces[GAPS_MOST];
    size_t piece_count;
};

struct connection {
    struct end ends[2]; /* the one that sent first */
    uint32_t base;      /* what that began with */
};

struct tcp_states {
    struct connection *list; /* the newest last */
    size_t count;
};

static struct connection *find(struct tcp_states *states, const struct packet *packet)
{
    for (size_t i = states->count; i-- > 0;) {
        const struct end *ends = states->list[i].ends;
        for (int from = 0; from < 2; from++)
            if (address_same(&ends[from].address, &packet->from) && address_same(&ends[!from].address, &packet->to))
                return &states->list[i];
    }
    return NULL;
}

static struct connection *find_or_begin(struct tcp_states *states, const struct packet *packet)
{
    struct connection *found = find(states, packet);
    bool asks = (packet->flags & (TCP_FLAG_SYN | TCP_FLAG_ACK)) == TCP_FLAG_SYN;
    bool over = found != NULL && (found->ends[0].state == TCP_CLOSE || found->ends[1].state == TCP_CLOSE ||
                                  found->ends[0].state == TCP_TIME_WAIT || found->ends[1].state == TCP_TIME_WAIT);
    if (found != NULL && !(asks && over && packet->sequence != found->base))
        return found;
    struct connection begun = {.ends = {{.address = packet->from}, {.address = packet->to}}, .base = packet->sequence};
    ARRAY_ADD(states->list, states->count, begun);
    return &states->list[states->count - 1];
}

/* --- sending -------------------------------------------------------------------------------------------- */

static void send_end(struct end *end, const struct packet *packet)
{
    end->finished = true;
    end->behind = packet->sequence + packet_extent(packet);
    if (end->state == TCP_CLOSE_WAIT)
        end->state = TCP_LAST_ACK;
    else if (end->state == TCP_ESTABLISHED || end->state == TCP_SYN_RECV || end->state == UNKNOWN)
        end->state = TCP_FIN_WAIT1;
}

/* Who says yes once more has not heard the third packet, or had no room for what it says. */
static void send_packet(struct end *end, const struct packet *packet)
{
    bool answers = (packet->flags & TCP_FLAG_ACK) != 0;
    end->asked = end->asked || ((packet->flags & TCP_FLAG_SYN) != 0 && !answers);
    if ((packet->flags & TCP_FLAG_RST) != 0)
        end->state = end->state == UNKNOWN ? UNKNOWN : TCP_CLOSE;
    else if ((packet->flags & TCP_FLAG_SYN) != 0 && !answers)
        end->state = TCP_SYN_SENT;
    else if ((packet->flags & TCP_FLAG_SYN) != 0 && !end->asked)
        end->state = TCP_SYN_RECV;
    else if ((packet->flags & TCP_FLAG_FIN) != 0)
        send_end(end, packet);
}

/* --- receiving ------------------------------------------------------------------------------------------ */

static bool is_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

/* What came in goes on as far as there is no gap. */
static void take(struct end *end, uint32_t begin, uint32_t behind)
{
    if (!end->begun)
        end->expected = begin;
    end->begun = true;
    if (is_before(end->expected, begin)) {
        if (end->piece_count < GAPS_MOST)
            end->pieces[end->piece_count++] = (struct piece){begin, behind};
        return;
    }
    if (is_before(end->expected, behind))
        end->expected = behind;
    for (size_t i = 0; i < end->piece_count;) {
        struct piece piece = end->pieces[i];
        if (is_before(end->expected, piece.begin)) {
            i++;
            continue;
        }
        if (is_before(end->expected, piece.end))
            end->expected = piece.end;
        end->pieces[i] = end->pieces[--end->piece_count];
        i = 0;
    }
}

/* The other side knows that this one has sent all. */
static void hear_of_own_end(struct end *end)
{
    static const int after[TCP_CLOSING + 1] = {
        [TCP_FIN_WAIT1] = TCP_FIN_WAIT2, [TCP_CLOSING] = TCP_TIME_WAIT, [TCP_LAST_ACK] = TCP_CLOSE};
    if (after[end->state] != 0)
        end->state = after[end->state];
}

/* The other side has sent all, and all of it is here. */
static void take_end(struct end *end)
{
    static const int after[TCP_CLOSING + 1] = {[TCP_SYN_RECV] = TCP_CLOSE_WAIT,
                                               [TCP_ESTABLISHED] = TCP_CLOSE_WAIT,
                                               [TCP_FIN_WAIT1] = TCP_CLOSING,
                                               [TCP_FIN_WAIT2] = TCP_TIME_WAIT};
    if (after[end->state] != 0)
        end->state = after[end->state];
}

static void shake_hands(struct end *end, const struct packet *packet)
{
    bool asks = (packet->flags & TCP_FLAG_SYN) != 0, answers = (packet->flags & TCP_FLAG_ACK) != 0;
    if (end->state == TCP_SYN_SENT && asks)
        end->state = answers ? TCP_ESTABLISHED : TCP_SYN_RECV;
    else if (end->state == TCP_SYN_RECV && answers)
        end->state = TCP_ESTABLISHED;
    else if (end->state == UNKNOWN && !asks)
        end->state = TCP_ESTABLISHED;
}

static void receive_packet(struct end *end, const struct end *sender, const struct packet *packet)
{
    if ((packet->flags & TCP_FLAG_RST) != 0) {
        end->state = end->state == UNKNOWN ? UNKNOWN : TCP_CLOSE;
        return;
    }
    shake_hands(end, packet);
    if (end->finished && (packet->flags & TCP_FLAG_ACK) != 0 && !is_before(packet->acknowledged, end->behind))
        hear_of_own_end(end);
    if (packet_extent(packet) > 0)
        take(end, packet->sequence, packet->sequence + packet_extent(packet));
    if (sender->finished && end->begun && end->expected == sender->behind)
        take_end(end);
}

/* --- both ----------------------------------------------------------------------------------------------- */

/* Who is first seen in the middle of a conversation is in one. */
static void meet(struct end *sender, const struct packet *packet)
{
    if (sender->state == UNKNOWN && (packet->flags & (TCP_FLAG_SYN | TCP_FLAG_RST)) == 0)
        sender->state = TCP_ESTABLISHED;
}

static void follow_sent(struct tcp_states *states, struct seen_packet *seen)
{
    struct connection *connection = find_or_begin(states, &seen->packet);
    struct end *sender = &connection->ends[!address_same(&connection->ends[0].address, &seen->packet.from)];
    /* A copy, and what was forged, the end did not send. */
    if (seen->packet.fate == PACKET_DUPLICATED || seen->packet.fate == PACKET_INJECTED)
        return;
    meet(sender, &seen->packet);
    int before = sender->state;
    send_packet(sender, &seen->packet);
    seen->sender_state = (uint8_t)(sender->state != before ? sender->state : 0);
}

static void follow_arrived(struct tcp_states *states, struct seen_packet *seen)
{
    struct connection *connection = find(states, &seen->packet);
    if (connection == NULL)
        return;
    bool second = !address_same(&connection->ends[0].address, &seen->packet.from);
    struct end *receiver = &connection->ends[!second];
    int before = receiver->state;
    receive_packet(receiver, &connection->ends[second], &seen->packet);
    bool met = before == UNKNOWN && receiver->state == TCP_ESTABLISHED;
    seen->receiver_state = (uint8_t)(receiver->state != before && !met ? receiver->state : 0);
}

/* A packet leaves, or arrives. */
struct passage {
    int64_t at;
    size_t packet;
    bool arrives;
};

static int compare_passages(const void *a, const void *b)
{
    const struct passage *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->packet != y->packet)
        return x->packet < y->packet ? -1 : 1;
    return x->arrives - y->arrives;
}

void tcp_states_find(struct seen_packet *list, size_t count)
{
    struct tcp_states states = {NULL, 0};
    struct passage *passages = memory_new(2 * count + 1, sizeof *passages);
    size_t passage_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct seen_packet *seen = &list[i];
        if (seen->packet.kind != PACKET_TCP)
            continue;
        passages[passage_count++] = (struct passage){seen->event->begin, i, false};
        if (packet_arrives(&seen->packet) && seen->event->end != 0)
            passages[passage_count++] = (struct passage){seen->event->end, i, true};
    }
    array_sort(passages, passage_count, sizeof *passages, compare_passages);
    for (size_t i = 0; i < passage_count; i++)
        (passages[i].arrives ? follow_arrived : follow_sent)(&states, &list[passages[i].packet]);
    free(passages);
    free(states.list);
}
