#include "lab/wire.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "trace/notes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

#define FRAME_MOST 2048
#define BATCH      32

/* --- ports ---------------------------------------------------------------------------------------------- */

struct status wire_open_port(const char *name, int *port)
{
    const int on = 1, room = 1 << 22; /* as much as the kernel gives: the wire may be kept from the processor */
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(name)};
    /* Protocol 0: nothing comes before it is bound. */
    int s = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (s < 0)
        return status_errno("packet socket", errno);
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    setsockopt(s, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
    setsockopt(s, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);
    setsockopt(s, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&address, sizeof address) != 0) {
        struct status status = status_errno("packet socket", errno);
        close(s);
        return status;
    }
    *port = s;
    return STATUS_OK;
}

/* Each order and each answer is one message. */
struct status wire_open_orders(int ends[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0 ? STATUS_OK
                                                                            : status_errno("socketpair", errno);
}

/* --- packets on their way ------------------------------------------------------------------------------- */

struct batch {
    struct mmsghdr heads[BATCH];
    struct iovec parts[BATCH];
    char frames[BATCH][FRAME_MOST];
    char stamps[BATCH][CMSG_SPACE(sizeof(struct timespec))]; /* when the kernel had it */
    int count;
};

/* The event of a frame, which is another one's once the ring went round. */
struct record {
    struct event *event;
    uint64_t stamp;
};

/* A frame that is put out later. */
struct parcel {
    struct record record;
    enum packet_fate fate;
    int from;
    size_t length;
    char frame[FRAME_MOST];
    struct parcel *next; /* of those that are free */
};

struct wire {
    int ports[2], orders;
    struct ring *ring;
    struct schedule *schedule;
    struct parcel *parcels; /* SCHEDULE_MOST; those that were never used cost nothing */
    size_t used;
    struct parcel *free;
    uint64_t waiting; /* the ticket of a step that has no packet yet; 0: none */
    int64_t until;    /* and how long it waits */
    int64_t stepped;  /* what the last one came to */
    const struct wire_judge *judge;
    void *court;                /* the judge's own, once there was a program */
    size_t programs;            /* in force */
    struct packet_flows *flows; /* kept while there are programs */
    struct seen_packet seen;    /* by those: the packet that is decided on, of */
    struct event copy;
    int actor;               /* as whom the wire tells what went wrong; 0: it never did */
    struct batch batches[2]; /* of each port */
    int64_t last;            /* when the last packet came */
    char attached[WIRE_ATTACHED];
};

static struct parcel *take_parcel(struct wire *wire)
{
    struct parcel *parcel = wire->free;
    if (parcel != NULL)
        wire->free = parcel->next;
    else if (wire->used < SCHEDULE_MOST)
        parcel = &wire->parcels[wire->used++];
    return parcel;
}

static void return_parcel(struct wire *wire, struct parcel *parcel)
{
    parcel->next = wire->free;
    wire->free = parcel;
}

/* --- recording ------------------------------------------------------------------------------------------ */

/* Of a frame that came at the moment. */
static struct record begin_record(struct wire *wire, int from, const char *frame, size_t length, int64_t at)
{
    struct event *event = ring_begin(wire->ring, EVENT_PACKET, CALL_NONE);
    event->begin = wire->last = at;
    event->arg[0] = (int64_t)length;
    event->arg[1] = from;
    event->data_length = (uint16_t)(length < EVENT_ROOM ? length : EVENT_ROOM);
    memcpy(event->payload, frame, event->data_length);
    return (struct record){event, (uint64_t)event->result + 1};
}

/* What became of the frame, now. */
static void end_record(const struct record *record, enum packet_fate fate)
{
    if (atomic_load_explicit(&record->event->stamp, memory_order_acquire) != record->stamp)
        return;
    record->event->arg[2] = fate;
    ring_end(record->event, 0, 0);
}

/* --- forwarding ----------------------------------------------------------------------------------------- */

/*
 * Puts it out at the other port, or drops it where there is no cable.  Before send(2) returns the host may have read it
 * and answered, so the record ends first: what a packet brings about comes after it.
 */
static void put_out(struct wire *wire, const struct record *record, int from, const char *frame, size_t length,
                    enum packet_fate fate)
{
    bool plugged = schedule_plugged(wire->schedule);
    end_record(record, plugged ? fate : PACKET_UNPLUGGED);
    if (plugged)
        send(wire->ports[1 - from], frame, length, MSG_DONTWAIT);
}

static void put_out_parcel(struct wire *wire, struct parcel *parcel)
{
    put_out(wire, &parcel->record, parcel->from, parcel->frame, parcel->length, parcel->fate);
    return_parcel(wire, parcel);
}

/* Keeps the frame until its time has come; the record ends then. */
static void keep(struct wire *wire, const struct record *record, int from, const char *frame, size_t length,
                 enum packet_fate fate, int64_t release)
{
    struct parcel *parcel = take_parcel(wire);
    if (parcel == NULL) {
        end_record(record, PACKET_OVERFLOWED);
        return;
    }
    parcel->record = *record;
    parcel->fate = fate;
    parcel->from = from;
    parcel->length = length;
    memcpy(parcel->frame, frame, length);
    schedule_add(wire->schedule, release, parcel);
}

/* What the frame says; with programs in force, also what the packets before it tell of it. */
static void look_at(struct wire *wire, const struct record *record, struct packet *packet)
{
    if (wire->programs == 0) {
        if (!packet_of_event(packet, record->event))
            *packet = (struct packet){.kind = PACKET_OTHER};
        return;
    }
    memcpy((void *)&wire->copy, (const void *)record->event, sizeof wire->copy);
    wire->copy.stamp = record->stamp;
    packet_flows_see(wire->flows, &wire->copy, &wire->seen);
    *packet = wire->seen.packet;
}

static void receive(struct wire *wire, int from, const char *frame, size_t length, int64_t now)
{
    struct record record = begin_record(wire, from, frame, length, now);
    struct packet packet;
    look_at(wire, &record, &packet);
    struct decision decision = schedule_decide(wire->schedule, &packet, from, length, now);
    bool at_once = decision.release <= now && (packet_is_chatter(&packet) || schedule_idle(wire->schedule));
    record.event->arg[2] = decision.fate;
    record.event->arg[3] = decision.release - now;
    ring_publish(record.event);
    if (decision.fate >= PACKET_DROPPED)
        end_record(&record, decision.fate);
    else if (at_once)
        put_out(wire, &record, from, frame, length, decision.fate);
    else
        keep(wire, &record, from, frame, length, decision.fate, decision.release);
    if (decision.fate < PACKET_DROPPED && decision.copied) {
        record = begin_record(wire, from, frame, length, now);
        record.event->arg[2] = PACKET_DUPLICATED;
        record.event->arg[3] = decision.release - now;
        ring_publish(record.event);
        keep(wire, &record, from, frame, length, PACKET_DUPLICATED, decision.release);
    }
}

/* What has come in at the port, up to a batch of it. */
static void fill(struct wire *wire, int from)
{
    struct batch *batch = &wire->batches[from];
    for (size_t i = 0; i < BATCH; i++) {
        batch->parts[i] = (struct iovec){batch->frames[i], FRAME_MOST};
        batch->heads[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &batch->parts[i],
                                                       .msg_iovlen = 1,
                                                       .msg_control = batch->stamps[i],
                                                       .msg_controllen = sizeof batch->stamps[i]}};
    }
    int count = recvmmsg(wire->ports[from], batch->heads, BATCH, MSG_DONTWAIT, NULL);
    batch->count = count > 0 ? count : 0;
}

/* When the kernel had the packet, on the clock of the day; 0: it does not say. */
static int64_t stamp_of(struct batch *batch, int which)
{
    struct msghdr *message = &batch->heads[which].msg_hdr;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part))
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec at;
            memcpy(&at, CMSG_DATA(part), sizeof at);
            return clock_count(at);
        }
    return 0;
}

/*
 * Whatever was asked of the ports, in the order in which it came.  A packet came when the kernel had it: until it is
 * read here, others may have run.
 */
static void forward(struct wire *wire, const bool asked[2])
{
    struct batch *batches = wire->batches;
    do {
        int at[2] = {0, 0};
        for (int from = 0; from < 2; from++) {
            batches[from].count = 0;
            if (asked[from])
                fill(wire, from);
        }
        int64_t day = clock_on(CLOCK_REALTIME), now = clock_now(), since = now - day;
        while (at[0] < batches[0].count || at[1] < batches[1].count) {
            int64_t stamps[2];
            for (int i = 0; i < 2; i++)
                stamps[i] = at[i] < batches[i].count ? stamp_of(&batches[i], at[i]) : INT64_MAX;
            int from = stamps[1] < stamps[0];
            int64_t moment = stamps[from] + since;
            moment = moment > now || stamps[from] == 0 ? now : moment < wire->last ? wire->last : moment;
            receive(wire, from, batches[from].frames[at[from]], batches[from].heads[at[from]].msg_len, moment);
            at[from]++;
        }
    } while (batches[0].count == BATCH || batches[1].count == BATCH);
}

static void put_out_due(struct wire *wire)
{
    struct parcel *parcel;
    while ((parcel = schedule_take(wire->schedule, clock_now())) != NULL)
        put_out_parcel(wire, parcel);
}

/* --- rules that are programs ---------------------------------------------------------------------------- */

static void tell_trouble(struct wire *wire, const struct text *trouble)
{
    if (wire->actor == 0)
        wire->actor = ring_actor_new(wire->ring, WIRE_NAME);
    note_record(wire->ring, wire->actor, 0, trouble->bytes, trouble->length, EVENT_FAILED);
    if (wire->judge->aloud)
        dprintf(STDERR_FILENO, "sockrates: %s\n", text_string(trouble));
}

static bool ask_judge(void *owner, uint32_t number)
{
    struct wire *wire = owner;
    struct text trouble = TEXT_EMPTY;
    bool fits = wire->judge->ask(wire->court, number, &wire->seen, &trouble);
    if (trouble.length > 0)
        tell_trouble(wire, &trouble);
    text_free(&trouble);
    return fits;
}

/* What is known of connections is what the ring still tells: lab.packets() counts from there, too. */
static void begin_flows(struct wire *wire)
{
    uint64_t end = ring_next(wire->ring), capacity = ring_capacity(wire->ring);
    struct event event;
    struct seen_packet seen;
    wire->flows = packet_flows_new();
    for (uint64_t number = end > capacity ? end - capacity : 0; number < end; number++)
        if (ring_read(wire->ring, number, &event))
            packet_flows_see(wire->flows, &event, &seen);
}

/* The rule with its program; its number, 0 when there are too many, -1 when that is no program. */
static int64_t add_program(struct wire *wire, const struct rule *rule, size_t length)
{
    if (wire->court == NULL && wire->judge != NULL)
        wire->court = wire->judge->begin(wire->schedule);
    if (wire->court == NULL)
        return -1;
    uint32_t number = schedule_add_rule(wire->schedule, rule);
    if (number == 0)
        return 0;
    if (!wire->judge->learn(wire->court, number, wire->attached, length)) {
        schedule_end_rule(wire->schedule, number);
        return -1;
    }
    if (wire->programs++ == 0)
        begin_flows(wire);
    return number;
}

static int64_t end_rule(struct wire *wire, uint32_t number)
{
    bool asked = schedule_asks(wire->schedule, number);
    int64_t count = schedule_end_rule(wire->schedule, number);
    if (asked) {
        wire->judge->forget(wire->court, number);
        if (--wire->programs == 0)
            packet_flows_free(wire->flows);
    }
    return count;
}

/* --- packets that no host sent -------------------------------------------------------------------------- */

/* As if it came at that port now; chance and rules have no part in it. */
static int64_t inject(struct wire *wire, int from, size_t length)
{
    int64_t now = clock_now();
    struct record record = begin_record(wire, from, wire->attached, length, now);
    struct packet packet;
    record.event->arg[2] = PACKET_INJECTED;
    look_at(wire, &record, &packet);
    ring_publish(record.event);
    if (schedule_idle(wire->schedule) || !schedule_plugged(wire->schedule))
        put_out(wire, &record, from, wire->attached, length, PACKET_INJECTED);
    else
        keep(wire, &record, from, wire->attached, length, PACKET_INJECTED, now);
    return (int64_t)record.stamp - 1;
}

/* --- orders --------------------------------------------------------------------------------------------- */

struct wire_answer {
    uint64_t ticket;
    int64_t value;
};

static void answer(struct wire *wire, uint64_t ticket, int64_t value)
{
    struct wire_answer answer = {ticket, value};
    send(wire->orders, &answer, sizeof answer, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void end_step(struct wire *wire, int64_t value)
{
    answer(wire, wire->waiting, value);
    wire->stepped = value;
    wire->waiting = 0;
}

/* Answers a step as soon as there is a packet, or no patience is left. */
static void answer_step(struct wire *wire)
{
    struct parcel *parcel = wire->waiting != 0 ? schedule_step(wire->schedule) : NULL;
    if (parcel != NULL) {
        int64_t number = (int64_t)parcel->record.stamp - 1;
        put_out_parcel(wire, parcel);
        end_step(wire, number);
    } else if (wire->waiting != 0 && clock_now() >= wire->until) {
        end_step(wire, WIRE_NO_PACKET);
    }
}

/* What the step came to that may have been answered meanwhile. */
static int64_t cancel_step(struct wire *wire)
{
    int64_t value = wire->waiting != 0 ? WIRE_CANCELLED : wire->stepped;
    wire->waiting = 0;
    return value;
}

static void begin_step(struct wire *wire, const struct wire_order *order)
{
    wire->waiting = order->ticket;
    wire->until = clock_after(order->patience);
    if (!schedule_paused(wire->schedule))
        end_step(wire, WIRE_NOT_PAUSED);
}

/* Numbers that can be added up and mean something. */
static bool is_sound(const struct wire_order *order, size_t attached)
{
    const struct manner *manner = &order->manner;
    const struct rule *rule = &order->rule;
    switch (order->kind) {
    case WIRE_MANNER:
        return order->number < SCHEDULE_HOSTS && manner->delay >= 0 && manner->delay <= WIRE_LONGEST &&
               manner->jitter >= 0 && manner->jitter <= WIRE_LONGEST && manner->rate >= 0;
    case WIRE_INJECT:
        return order->number < SCHEDULE_HOSTS && attached > 0 && attached <= FRAME_MOST;
    case WIRE_RULE:
        return rule->hold >= 0 && rule->hold <= WIRE_LONGEST &&
               (rule->fate == PACKET_DROPPED || rule->fate == PACKET_HELD);
    default:
        return true;
    }
}

static int64_t carry_out(struct wire *wire, const struct wire_order *order, size_t attached)
{
    switch (order->kind) {
    case WIRE_MANNER:
        schedule_set_manner(wire->schedule, (int)order->number, &order->manner);
        return 0;
    case WIRE_RULE:
        return order->rule.asks ? add_program(wire, &order->rule, attached)
                                : schedule_add_rule(wire->schedule, &order->rule);
    case WIRE_INJECT:
        return inject(wire, (int)order->number, attached);
    case WIRE_OFF:
        return end_rule(wire, order->number);
    case WIRE_COUNT:
        return schedule_count(wire->schedule, order->number);
    case WIRE_PLUG:
    case WIRE_UNPLUG:
        schedule_plug(wire->schedule, order->kind == WIRE_PLUG);
        return 0;
    case WIRE_CANCEL:
        return cancel_step(wire);
    case WIRE_PAUSE:
    case WIRE_RESUME:
        schedule_pause(wire->schedule, order->kind == WIRE_PAUSE);
        return 0;
    default:
        return 0;
    }
}

/* False when nobody is there any more. */
static bool obey(struct wire *wire)
{
    struct wire_order order;
    struct iovec parts[] = {{&order, sizeof order}, {wire->attached, sizeof wire->attached}};
    ssize_t length = recvmsg(wire->orders, &(struct msghdr){.msg_iov = parts, .msg_iovlen = 2}, MSG_DONTWAIT);
    if (length == 0)
        return false;
    if (length < (ssize_t)sizeof order)
        return length > 0 || errno == EAGAIN || errno == EINTR;
    size_t attached = (size_t)length - sizeof order;
    if (order.kind == WIRE_STEP)
        begin_step(wire, &order);
    else
        answer(wire, order.ticket, is_sound(&order, attached) ? carry_out(wire, &order, attached) : -1);
    return true;
}

static void wait_for(struct wire *wire, struct pollfd ready[3])
{
    int64_t next = schedule_next(wire->schedule);
    if (wire->waiting != 0 && wire->until < next)
        next = wire->until;
    int64_t left = next == CLOCK_NEVER ? 0 : next - clock_now();
    struct timespec timeout = {.tv_sec = 0};
    if (left > 0)
        timeout = (struct timespec){left / CLOCK_SECOND, left % CLOCK_SECOND};
    if (ppoll(ready, 3, next == CLOCK_NEVER ? NULL : &timeout, NULL) < 0)
        ready[2].revents = 0;
}

_Noreturn void wire_run(const int ports[2], int orders, struct ring *ring, const struct wire_judge *judge)
{
    /* Nothing static: every program would begin with that much more memory. */
    struct wire *wire = memory_new(1, sizeof *wire);
    wire->ports[0] = ports[0];
    wire->ports[1] = ports[1];
    wire->orders = orders;
    wire->ring = ring;
    wire->judge = judge;
    wire->parcels = memory_new(SCHEDULE_MOST, sizeof *wire->parcels);
    wire->schedule = schedule_new();
    schedule_ask_of(wire->schedule, ask_judge, wire);
    struct pollfd ready[] = {{ports[0], POLLIN, 0}, {ports[1], POLLIN, 0}, {orders, POLLIN, 0}};
    /* Delays are exact to some microseconds. */
    prctl(PR_SET_TIMERSLACK, 1UL);
    do {
        put_out_due(wire);
        answer_step(wire);
        wait_for(wire, ready);
        /* What came before an order is done with as before. */
        bool orders_came = ready[2].revents != 0;
        forward(wire, (const bool[]){ready[0].revents != 0 || orders_came, ready[1].revents != 0 || orders_came});
    } while (ready[2].revents == 0 || obey(wire));
    schedule_free(wire->schedule);
    free(wire->parcels);
    free(wire);
    _exit(0);
}

/* --- who gives them ------------------------------------------------------------------------------------- */

static struct status is_gone(void)
{
    return (struct status){.kind = STATUS_PLAIN, .call = "lab", .text = "the wire of this network is gone"};
}

static bool give(int wire, struct wire_order *order, const void *attached, size_t length)
{
    struct iovec parts[] = {{order, sizeof *order}, {(void *)attached, length}};
    order->ticket = (uint64_t)clock_now();
    return sendmsg(wire, &(struct msghdr){.msg_iov = parts, .msg_iovlen = 2}, MSG_NOSIGNAL) > 0;
}

/*
 * Waits for the answer, and passes over those to earlier orders; true when it is there.  False when the wire is gone,
 * or, unless `patient`, with errno EINTR at a signal.
 */
static bool hear(int wire, uint64_t ticket, bool patient, int64_t *value)
{
    struct wire_answer answer = {.ticket = 0};
    struct pollfd ready = {.fd = wire, .events = POLLIN};
    while (answer.ticket != ticket) {
        if (poll(&ready, 1, -1) < 0 && errno == EINTR && !patient)
            return false;
        ssize_t length = recv(wire, &answer, sizeof answer, MSG_DONTWAIT);
        if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR)) {
            errno = EPIPE;
            return false;
        }
        if (length != sizeof answer)
            answer.ticket = 0;
    }
    *value = answer.value;
    return true;
}

struct status wire_tell(int wire, struct wire_order order, const void *attached, size_t length, int64_t *answer)
{
    return give(wire, &order, attached, length) && hear(wire, order.ticket, true, answer) ? STATUS_OK : is_gone();
}

/* At a signal the step is taken back before a handler runs: it may give orders of its own. */
struct status wire_step(struct net *net, int wire, int64_t patience, int64_t *answer)
{
    int64_t until = clock_after(patience);
    struct status status = STATUS_OK;
    while (status_fine(status)) {
        int64_t left = until - clock_now();
        struct wire_order order = {.kind = WIRE_STEP, .patience = left > 0 ? left : 0};
        if (!give(wire, &order, NULL, 0))
            return is_gone();
        if (hear(wire, order.ticket, false, answer))
            return STATUS_OK;
        if (errno != EINTR)
            return is_gone();
        net->pending = 1;
        status = wire_tell(wire, (struct wire_order){.kind = WIRE_CANCEL}, NULL, 0, answer);
        if (!status_fine(status) || *answer != WIRE_CANCELLED)
            return status;
        status = net_safe_point(net, "lab.step");
    }
    return status;
}
