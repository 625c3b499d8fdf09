#include "views/order.h"

#include "base/clock.h"
#include "base/memory.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#define ACTORS 64
#define NONE   UINT32_MAX

/* `to` comes after something; `next` is another that does. */
struct edge {
    uint32_t to, next;
};

/* The moments of one actor that are left, in its order; of a peer that serves its sockets apart, those of
 * one. */
struct queue {
    uint32_t *moments;
    size_t at, count;
    int64_t now;
    int64_t timer, interval; /* when its alarm rings, 0 never; and how often from then on */
};

/* Moments are known by their key: twice the event, and one more for its end. */
struct order {
    const struct timeline *timeline;
    struct operations *operations;
    const struct sockets *sockets;
    const struct messages *messages;
    struct moment *moments; /* of the step, in real order */
    size_t count;
    struct queue *queues; /* by actor, then by socket */
    size_t queue_count;
    struct edge *edges;
    size_t edge_count, edge_room;
    uint32_t *first_edge; /* by key */
    uint32_t *pending;    /* by key: how many things come before it that did not yet */
    int64_t *ready;       /* by key: when the last of them came */
    int64_t *begins;      /* by event */
    bool *in_step;        /* by key */
};

static uint32_t key_of(uint32_t event, bool end)
{
    return 2 * event + end;
}

static const struct event *event_of(const struct order *order, const struct moment *moment)
{
    return timeline_event(order->timeline, moment->event);
}

static const struct operation *operation_of(const struct order *order, uint32_t event)
{
    return &order->operations->list[order->operations->of_event[event]];
}

/* Who did it: peers are made ready and stopped by the learner. */
static unsigned actor_of(const struct event *event)
{
    return event->flags & (EVENT_SETUP | EVENT_ENDED) ? 0 : event->actor % ACTORS;
}

static struct queue *queue_of(const struct order *order, const struct moment *moment)
{
    const struct event *event = event_of(order, moment);
    int s = order->sockets->of_event[moment->event];
    bool apart = event->flags & EVENT_APART && s >= 0;
    return &order->queues[apart ? ACTORS + (size_t)s : actor_of(event)];
}

/* --- what comes after what ------------------------------------------------------------------------------ */

static void add_edge(struct order *order, uint32_t from, uint32_t to)
{
    if (!order->in_step[from] || !order->in_step[to])
        return;
    if (order->edge_count == order->edge_room) {
        order->edge_room = order->edge_room ? 2 * order->edge_room : 64;
        order->edges = memory_resize(order->edges, order->edge_room, sizeof *order->edges);
    }
    order->edges[order->edge_count] = (struct edge){to, order->first_edge[from]};
    order->first_edge[from] = (uint32_t)order->edge_count++;
    order->pending[to]++;
}

static void receive_after_sending(struct order *order)
{
    for (size_t i = 0; i < order->messages->count; i++) {
        const struct message *message = &order->messages->list[i];
        if (message->sent != MESSAGE_NOWHERE && message->received != MESSAGE_NOWHERE)
            add_edge(order, key_of(message->sent, false), key_of(message->received, true));
    }
}

static bool waits_for_any(const struct event *event)
{
    return event_act(event) == ACT_WAIT;
}

/*
 * What a call found ready is what the same actor receives next; what a call did not find was sent later, also
 * where nobody waited for anybody.
 */
static void find_after_sending(struct order *order)
{
    uint32_t next[ACTORS];
    memset(next, 0xff, sizeof next);
    for (size_t i = order->count; i-- > 0;) {
        const struct moment *moment = &order->moments[i];
        const struct event *event = event_of(order, moment);
        uint32_t *message = &next[actor_of(event)], received = order->messages->received_by[moment->event];
        if (!moment->end || event->kind != EVENT_CALL)
            continue;
        if (received != MESSAGE_NOWHERE) {
            *message = received;
            continue;
        }
        uint32_t sent = *message == NONE ? MESSAGE_NOWHERE : order->messages->list[*message].sent;
        if (sent == MESSAGE_NOWHERE)
            continue;
        int64_t when = timeline_event(order->timeline, sent)->begin;
        /* That a call had to wait before it gave something is chance, and in no picture. */
        bool last = moment->event == operation_of(order, moment->event)->last;
        bool none = (event->error == EAGAIN || (waits_for_any(event) && event->result == 0)) && last;
        bool nothing = none || event->error == EINTR;
        if (nothing && when > moment->at)
            add_edge(order, key_of(moment->event, true), key_of(sent, false));
        else if (waits_for_any(event) && event->result > 0 && when <= moment->at)
            add_edge(order, key_of(sent, false), key_of(moment->event, true));
    }
}

/* Closing tears down a connection because of what had come and was not read. */
static void reset_after_unread(struct order *order)
{
    const struct messages *messages = order->messages;
    for (size_t i = 0; i < messages->count; i++) {
        const struct message *reset = &messages->list[i];
        for (size_t k = 0; reset->kind == MESSAGE_RESET && reset->sent != MESSAGE_NOWHERE && k < i; k++)
            if (messages->list[k].kind == MESSAGE_DATA && messages->list[k].to == reset->from &&
                messages->list[k].sent != MESSAGE_NOWHERE)
                add_edge(order, key_of(messages->list[k].sent, false), key_of(reset->sent, false));
    }
}

/* Connecting succeeds once somebody listens. */
static void connect_after_listening(struct order *order)
{
    uint32_t *listens = memory_new(order->sockets->count, sizeof *listens);
    for (size_t i = 0; i < order->count; i++) {
        const struct event *event = event_of(order, &order->moments[i]);
        int s = order->sockets->of_event[order->moments[i].event];
        if (event_act(event) == ACT_LISTEN && event->error == 0 && s >= 0)
            listens[s] = key_of(order->moments[i].event, true);
    }
    for (size_t i = 0; i < order->messages->count; i++) {
        const struct message *message = &order->messages->list[i];
        int s = message->kind == MESSAGE_CONNECT ? message->to : -1;
        if (s >= 0 && order->sockets->list[s].listener >= 0)
            s = order->sockets->list[s].listener;
        if (s >= 0 && listens[s] != 0)
            add_edge(order, listens[s], key_of(message->sent, false));
    }
    free(listens);
}

/* What a call did not find ready, but the next one did, was sent in between. */
static void send_between_waits(struct order *order)
{
    const struct moment *last[ACTORS] = {NULL}, *before[ACTORS] = {NULL};
    for (size_t i = 0; i < order->count; i++) {
        const struct moment *moment = &order->moments[i];
        const struct event *event = event_of(order, moment);
        unsigned actor = actor_of(event);
        if (!moment->end)
            continue;
        if (waits_for_any(event) && !(event->flags & EVENT_WAIT)) {
            before[actor] = last[actor];
            last[actor] = moment;
        }
        uint32_t received = order->messages->received_by[moment->event];
        uint32_t sent = received == MESSAGE_NOWHERE ? MESSAGE_NOWHERE : order->messages->list[received].sent;
        if (before[actor] != NULL && sent != MESSAGE_NOWHERE &&
            timeline_event(order->timeline, sent)->begin > before[actor]->at)
            add_edge(order, key_of(before[actor]->event, true), key_of(sent, false));
    }
}

/* What is done with a socket comes after it was accepted, also where sockets are served apart. */
static void serve_after_accepting(struct order *order)
{
    for (size_t i = 0; i < order->sockets->count; i++) {
        const struct queue *queue = &order->queues[ACTORS + i];
        if (queue->count == 0 || !order->sockets->list[i].accepted)
            continue;
        const struct moment *first = &order->moments[queue->moments[0]];
        add_edge(order, key_of(order->sockets->list[i].accept, true), key_of(first->event, first->end));
    }
}

/* A peer begins once it is ready, and is stopped after what it did. */
static void keep_lives(struct order *order)
{
    uint32_t ready[ACTORS], last[ACTORS];
    memset(ready, 0xff, sizeof ready);
    memset(last, 0xff, sizeof last);
    for (size_t i = 0; i < order->count; i++) {
        const struct moment *moment = &order->moments[i];
        const struct event *event = event_of(order, moment);
        unsigned actor = event->actor % ACTORS;
        uint32_t key = key_of(moment->event, moment->end);
        if (event->flags & EVENT_SETUP) {
            ready[actor] = key;
        } else if (event->flags & EVENT_ENDED) {
            if (last[actor] != NONE && !moment->end)
                add_edge(order, last[actor], key);
        } else {
            if (last[actor] == NONE && ready[actor] != NONE)
                add_edge(order, ready[actor], key);
            last[actor] = key;
        }
    }
}

/* --- time ----------------------------------------------------------------------------------------------- */

static void set_timer(struct queue *queue, const struct event *event)
{
    bool sets = event_act(event) == ACT_SET_TIMER && event_argument(event, ARG_TIMER) == ITIMER_REAL;
    if (!sets || event->error != 0)
        return;
    int64_t value = event_argument(event, ARG_TIMER_VALUE) + event_argument(event, ARG_SECONDS) * CLOCK_SECOND;
    queue->timer = value > 0 ? queue->now + value : 0;
    queue->interval = event_argument(event, ARG_TIMER_INTERVAL);
}

static void ring_timer(struct queue *queue)
{
    if (queue->timer > 0)
        queue->timer = queue->interval > 0 ? queue->timer + queue->interval : 0;
}

static bool only_waited(const struct operation *operation, const struct event *event)
{
    bool nothing = waits_for_any(event) && operation->result == 0;
    return operation->error == 0 && (operation->timed_out || nothing || event_act(event) == ACT_SLEEP);
}

/* When an operation that only waited is over; of one that began before the step what is left, in steps of 50
 * ms. */
static int64_t end_of_waiting(const struct order *order, const struct operation *operation)
{
    const int64_t step = 50 * CLOCK_MILLISECOND, begin = order->timeline->begin;
    if (order->in_step[key_of(operation->first, false)])
        return order->begins[operation->first] + operation->asked;
    int64_t left = operation->begin + operation->asked - begin;
    return left > 0 ? begin + (left + step - 1) / step * step : begin;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When the moment comes, as far as this is known. */
static int64_t time_of(const struct order *order, const struct queue *queue, const struct moment *moment)
{
    const struct event *event = event_of(order, moment);
    const struct operation *operation = operation_of(order, moment->event);
    int64_t at = later(queue->now, order->ready[key_of(moment->event, moment->end)]);
    bool rings = moment->end ? event->kind == EVENT_CALL && event->error == EINTR
                             : event->kind == EVENT_HANDLER && event->arg[0] == SIGALRM;
    if (rings && queue->timer > 0)
        at = later(at, queue->timer);
    bool over = moment->end && moment->event == operation->last && event->kind == EVENT_CALL;
    if (over && only_waited(operation, timeline_event(order->timeline, operation->first)))
        at = later(at, end_of_waiting(order, operation));
    return at;
}

static void pass(struct order *order, struct queue *queue, struct moment *moment, int64_t at)
{
    const struct event *event = event_of(order, moment);
    uint32_t key = key_of(moment->event, moment->end);
    moment->at = queue->now = at;
    queue->at++;
    if (!moment->end)
        order->begins[moment->event] = at;
    if (moment->end)
        set_timer(queue, event);
    else if (event->kind == EVENT_HANDLER && event->arg[0] == SIGALRM)
        ring_timer(queue);
    for (uint32_t i = order->first_edge[key]; i != NONE; i = order->edges[i].next) {
        order->pending[order->edges[i].to]--;
        order->ready[order->edges[i].to] = later(order->ready[order->edges[i].to], at);
    }
}

/* --- the order ------------------------------------------------------------------------------------------ */

/* Whose turn it is: the earliest, of those at the same time a peer.  When all seem to wait, as it really was.
 */
static struct queue *next_queue(struct order *order, int64_t *at)
{
    struct queue *best = NULL, *first = NULL;
    int64_t first_at = 0;
    for (size_t i = 1; i <= order->queue_count; i++) {
        struct queue *queue = &order->queues[i % order->queue_count];
        if (queue->at == queue->count)
            continue;
        const struct moment *moment = &order->moments[queue->moments[queue->at]];
        if (first == NULL || moment->at < first_at)
            first = queue, first_at = moment->at;
        if (order->pending[key_of(moment->event, moment->end)] > 0)
            continue;
        int64_t time = time_of(order, queue, moment);
        if (best == NULL || time < *at)
            best = queue, *at = time;
    }
    if (best == NULL && first != NULL)
        *at = time_of(order, first, &order->moments[first->moments[first->at]]);
    return best ? best : first;
}

static void fill_queues(struct order *order)
{
    for (size_t i = 0; i < order->count; i++)
        queue_of(order, &order->moments[i])->count++;
    for (size_t i = 0; i < order->queue_count; i++) {
        order->queues[i].moments = memory_new(order->queues[i].count, sizeof(uint32_t));
        order->queues[i].count = 0;
        order->queues[i].now = order->timeline->begin;
    }
    for (size_t i = 0; i < order->count; i++) {
        struct queue *queue = queue_of(order, &order->moments[i]);
        queue->moments[queue->count++] = (uint32_t)i;
        order->in_step[key_of(order->moments[i].event, order->moments[i].end)] = true;
    }
}

static void run_queues(struct order *order)
{
    struct moment *ordered = memory_new(order->count, sizeof *ordered);
    size_t done = 0;
    int64_t at = 0;
    for (struct queue *queue; (queue = next_queue(order, &at)) != NULL; done++) {
        struct moment *moment = &order->moments[queue->moments[queue->at]];
        pass(order, queue, moment, at);
        ordered[done] = *moment;
    }
    memcpy(order->moments, ordered, done * sizeof *ordered);
    free(ordered);
}

/* The operations of the step take over the times. */
static void give_times(struct order *order)
{
    for (size_t i = 0; i < order->count; i++) {
        const struct moment *moment = &order->moments[i];
        struct operation *operation = &order->operations->list[order->operations->of_event[moment->event]];
        if (!moment->end && moment->event == operation->first)
            operation->begin = moment->at;
        if (moment->end && moment->event == operation->last)
            operation->end = moment->at;
    }
}

static void free_order(struct order *order)
{
    for (size_t i = 0; i < order->queue_count; i++)
        free(order->queues[i].moments);
    free(order->queues);
    free(order->edges);
    free(order->first_edge);
    free(order->pending);
    free(order->ready);
    free(order->begins);
    free(order->in_step);
}

struct moment *order_make(const struct findings *findings, struct operations **operations)
{
    const struct timeline *timeline = &findings->timeline;
    size_t earlier = 0, keys = 2 * timeline_count(timeline), count = findings->moment_count;
    struct moment *moments = memory_new(count, sizeof *moments);
    memcpy(moments, findings->moments, count * sizeof *moments);
    *operations = operations_copy(findings->operations, timeline);
    while (earlier < count && moments[earlier].at < timeline->begin)
        earlier++;
    struct order order = {.timeline = timeline,
                          .operations = *operations,
                          .sockets = findings->sockets,
                          .messages = findings->messages,
                          .moments = moments + earlier,
                          .count = count - earlier,
                          .queues = memory_new(ACTORS + findings->sockets->count, sizeof *order.queues),
                          .queue_count = ACTORS + findings->sockets->count,
                          .first_edge = memory_new(keys, sizeof *order.first_edge),
                          .pending = memory_new(keys, sizeof *order.pending),
                          .ready = memory_new(keys, sizeof *order.ready),
                          .begins = memory_new(keys, sizeof *order.begins),
                          .in_step = memory_new(keys, sizeof *order.in_step)};
    memset(order.first_edge, 0xff, keys * sizeof *order.first_edge);
    fill_queues(&order);
    receive_after_sending(&order);
    find_after_sending(&order);
    send_between_waits(&order);
    reset_after_unread(&order);
    connect_after_listening(&order);
    serve_after_accepting(&order);
    keep_lives(&order);
    run_queues(&order);
    give_times(&order);
    free_order(&order);
    return moments;
}
