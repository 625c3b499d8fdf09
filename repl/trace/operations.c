#include "trace/operations.h"

#include "base/clock.h"
#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* So many that do one thing after another are told apart at once. */
#define DOERS 1024
#define NONE  OPERATION_NONE

/* The operation that each of those who act is in, as far as it may go on. */
struct grouping {
    struct operations *operations;
    uint32_t current[DOERS];
    uint32_t handler[DOERS]; /* that each is in */
};

/* Who does one thing after another: an actor in one chunk, or one of the threads of a program. */
static size_t doer(const struct event *event)
{
    return (event->actor + event->chunk * (size_t)61) % DOERS;
}

/* connect(2) that went on alone: the wait is over, and this asks what became of it. */
static bool collects_attempt(const struct operation *operation, const struct event *event)
{
    return operation_act(operation) == ACT_CONNECT && operation->waits > 0 && !operation->timed_out &&
           event_asks_for_error(event);
}

static bool belongs(const struct operation *operation, const struct event *event)
{
    if (operation->kind != EVENT_CALL || operation->fd != event->fd || operation->actor != event->actor ||
        operation->chunk != event->chunk)
        return false;
    if (event->flags & EVENT_WAIT)
        return true;
    return (event->flags & EVENT_RETRY && event->call == operation->call) || collects_attempt(operation, event);
}

/* A signal came last, but the time was over: poll(2) counts whole milliseconds. */
static bool is_late(const struct operation *operation, const struct event *event)
{
    return event->error == EINTR && operation->deadline != 0 && event->end >= operation->deadline - CLOCK_MILLISECOND;
}

/* Takes in what the newest of its events says. */
static void extend(struct operation *operation, const struct event *event, uint32_t index)
{
    bool wait = event->flags & EVENT_WAIT;
    int64_t left = event_argument(event, ARG_TIMEOUT_MS) * CLOCK_MILLISECOND;
    int64_t within = event_argument(event, ARG_WITHIN);
    operation->last = index;
    operation->end = event->end;
    operation->error = event->error;
    operation->interruptions += event->error == EINTR;
    operation->waits += wait;
    if (wait && operation->deadline == 0 && left > 0)
        operation->deadline = event->begin + left;
    if (wait && operation->asked == 0)
        operation->asked = within > 0 ? within : left;
    operation->timed_out = wait && event->end != 0 && (event->result == 0 || is_late(operation, event));
    if (operation->timed_out)
        operation->error = 0;
    if (!wait)
        operation->result = event->result;
    if (event_asks_for_error(event) && operation_act(operation) == ACT_CONNECT) {
        operation->error = (int)event_argument(event, ARG_VALUE);
        operation->result = operation->error ? -1 : 0;
    }
}

#define LONGEST (INT64_C(100) * 366 * 24 * 3600 * CLOCK_SECOND)

/* A time that is no whole number of milliseconds was computed from what is left: then to the next 50 ms. */
static int64_t round_asked(int64_t asked)
{
    const int64_t step = 50 * CLOCK_MILLISECOND;
    return asked % CLOCK_MILLISECOND == 0 ? asked : (asked + step - 1) / step * step;
}

static int64_t asked_of(const struct event *event)
{
    enum call_argument kind = call_of(event)->asked;
    int64_t asked = kind == ARG_NONE ? 0 : event_argument(event, kind);
    if (asked <= 0)
        return 0;
    /* A record may say anything; nothing waits for a century. */
    const int64_t most = kind == ARG_TIMEOUT_MS ? LONGEST / CLOCK_MILLISECOND : LONGEST;
    asked = asked < most ? asked : most;
    return kind == ARG_TIMEOUT_MS ? asked * CLOCK_MILLISECOND : round_asked(asked);
}

static struct operation begin(const struct event *event, uint32_t index)
{
    return (struct operation){.first = index,
                              .last = index,
                              .kind = event->kind,
                              .call = event->call,
                              .actor = event->actor,
                              .chunk = event->chunk,
                              .fd = event->fd,
                              .begin = event->begin,
                              .end = event->end,
                              .result = event->result,
                              .error = event->error,
                              .asked = asked_of(event),
                              .interruptions = event->kind == EVENT_CALL && event->error == EINTR,
                              .handler = NONE,
                              .interrupted = NONE};
}

/* Out of the handlers that were over by then: what they interrupted goes on. */
static void leave_handlers(struct grouping *grouping, const struct event *event)
{
    uint32_t *handler = &grouping->handler[doer(event)];
    while (*handler != NONE) {
        const struct operation *done = &grouping->operations->list[*handler];
        if (done->end == 0 || done->end > event->begin)
            return;
        grouping->current[doer(event)] = done->interrupted;
        *handler = done->handler;
    }
}

static void take_event(struct grouping *grouping, const struct event *event, uint32_t index)
{
    struct operations *operations = grouping->operations;
    uint32_t *current = &grouping->current[doer(event)], *handler = &grouping->handler[doer(event)];
    leave_handlers(grouping, event);
    if (*current != NONE && event->kind == EVENT_CALL && belongs(&operations->list[*current], event)) {
        extend(&operations->list[*current], event, index);
        operations->of_event[index] = *current;
        return;
    }
    struct operation *operation = &operations->list[operations->count];
    *operation = begin(event, index);
    operation->handler = *handler;
    operations->of_event[index] = (uint32_t)operations->count;
    if (event->kind == EVENT_HANDLER) {
        operation->interrupted = *current;
        *handler = (uint32_t)operations->count;
        *current = NONE;
    } else if (event->kind == EVENT_CALL) {
        *current = (uint32_t)operations->count;
    }
    operations->count++;
}

/* A long note is several records of one actor, with others between them. */
static bool continues_note(const struct timeline *timeline, struct operations *operations, size_t index)
{
    const struct event *event = timeline_event(timeline, index);
    if (event->kind != EVENT_NOTE)
        return false;
    for (size_t before = index; before-- > 0;) {
        const struct event *other = timeline_event(timeline, before);
        if (other->actor != event->actor)
            continue;
        if (other->kind != EVENT_NOTE || !(other->flags & EVENT_CONTINUED))
            return false;
        struct operation *operation = &operations->list[operations->of_event[before]];
        operation->last = (uint32_t)index;
        operation->end = event->end;
        operations->of_event[index] = operations->of_event[before];
        return true;
    }
    return false;
}

struct operations *operations_new(const struct timeline *timeline)
{
    size_t count = timeline_count(timeline);
    struct operations *operations = memory_new(1, sizeof *operations);
    struct grouping grouping = {.operations = operations};
    operations->list = memory_new(count, sizeof *operations->list);
    operations->of_event = memory_new(count, sizeof *operations->of_event);
    for (size_t i = 0; i < DOERS; i++)
        grouping.current[i] = grouping.handler[i] = NONE;
    for (size_t i = 0; i < count; i++)
        if (!continues_note(timeline, operations, i))
            take_event(&grouping, timeline_event(timeline, i), (uint32_t)i);
    return operations;
}

struct operations *operations_copy(const struct operations *operations, const struct timeline *timeline)
{
    size_t events = timeline_count(timeline);
    struct operations *copy = memory_new(1, sizeof *copy);
    copy->count = operations->count;
    copy->list = memory_new(copy->count, sizeof *copy->list);
    copy->of_event = memory_new(events, sizeof *copy->of_event);
    if (copy->count > 0)
        memcpy(copy->list, operations->list, copy->count * sizeof *copy->list);
    memcpy(copy->of_event, operations->of_event, events * sizeof *copy->of_event);
    return copy;
}

void operations_free(struct operations *operations)
{
    if (operations == NULL)
        return;
    free(operations->list);
    free(operations->of_event);
    free(operations);
}
