#include "follow/record.h"

#include <errno.h>
#include <string.h>

/* All but its time and what came of it. */
static void copy_draft(struct event *event, const struct event *draft)
{
    event->actor = draft->actor;
    event->chunk = draft->chunk;
    event->flags = draft->flags;
    event->line = draft->line;
    event->fd = draft->fd;
    memcpy(event->arg, draft->arg, sizeof event->arg);
    event->address_length = draft->address_length;
    event->data_length = draft->data_length;
    memcpy(event->payload, draft->payload, (size_t)draft->address_length + draft->data_length);
}

/* What will be pushed out soon is read before. */
static void keep_past(const struct recorder *recorder)
{
    uint64_t next = ring_next(recorder->ring), quarter = ring_capacity(recorder->ring) / 4;
    if (recorder->past == NULL || next < 2 * quarter || next % quarter != 0)
        return;
    struct earlier earlier = past_before(recorder->past, recorder->ring, next);
    earlier_free(&earlier);
}

static struct event *begin(const struct recorder *recorder, enum event_kind kind, const struct event *draft)
{
    keep_past(recorder);
    struct event *event = ring_begin(recorder->ring, kind, (enum event_call)draft->call);
    if (draft->begin != 0)
        event->begin = draft->begin;
    copy_draft(event, draft);
    ring_publish(event);
    return event;
}

void record_begin(const struct recorder *recorder, struct task *task)
{
    task->event = begin(recorder, EVENT_CALL, &task->draft);
    task->number = atomic_load(&task->event->stamp);
}

static bool is_there(const struct task *task)
{
    return task->event != NULL && atomic_load(&task->event->stamp) == task->number;
}

/* At the moment that it was interrupted, and not later. */
void record_interrupted(struct task *task)
{
    if (is_there(task)) {
        task->event->result = -1;
        task->event->error = EINTR;
        atomic_store_explicit(&task->event->end, task->since, memory_order_release);
    }
    task->event = NULL;
}

void record_end(const struct recorder *recorder, struct task *task)
{
    /* A call that took long may have been pushed out meanwhile: then another's record stands there. */
    if (!is_there(task))
        record_begin(recorder, task);
    copy_draft(task->event, &task->draft);
    ring_end(task->event, task->draft.result, task->draft.error);
    task->event = NULL;
}

void record_passing(const struct recorder *recorder, const struct task *task, int fd, uint64_t number,
                    enum passing what)
{
    struct event draft = {.fd = fd, .arg = {(int64_t)number, what}};
    draft.actor = (uint16_t)task->process->actor;
    ring_end(begin(recorder, EVENT_PASSED, &draft), 0, 0);
}

void record_fork(const struct recorder *recorder, const struct task *task, int child, pid_t process)
{
    struct event draft = {.call = CALL_FORK, .fd = -1, .chunk = task->thread, .arg = {child}};
    draft.actor = (uint16_t)task->process->actor;
    ring_end(begin(recorder, EVENT_CALL, &draft), process, 0);
}

void record_death(const struct recorder *recorder, int actor, const char *how, int signal)
{
    struct event draft = {.fd = -1, .flags = EVENT_ENDED, .actor = (uint16_t)actor, .arg = {signal}};
    size_t length = strlen(how) < EVENT_ROOM ? strlen(how) : EVENT_ROOM;
    draft.data_length = (uint16_t)length;
    memcpy(draft.payload, how, length);
    ring_end(begin(recorder, EVENT_NOTE, &draft), 0, 0);
}
