#include "views/call_stream.h"

#include "base/memory.h"
#include "trace/ring.h"
#include "views/fold.h"

#include <string.h>

#define KEYS (2 * FOLD_LONGEST)
#define HELD (4 * FOLD_LONGEST)

/* What one actor does. */
struct thread {
    uint64_t keys[KEYS]; /* of the newest calls, those held back too; the newest is the last */
    size_t known;
    size_t period;      /* the last two rounds of so many calls were the same; 0: no two were */
    struct event *held; /* the newest of those that came again after them; HELD at most */
    size_t count;       /* how many came again */
};

struct call_stream {
    struct thread threads[RING_ACTORS];
    bool whole;
    call_stream_show *show;
    void *self;
};

struct call_stream *call_stream_new(bool whole, call_stream_show *show, void *self)
{
    struct call_stream *stream = memory_new(1, sizeof *stream);
    stream->whole = whole;
    stream->show = show;
    stream->self = self;
    return stream;
}

static struct call_line line_of(const struct event *event)
{
    return (struct call_line){.kind = event->kind == EVENT_HANDLER ? CALL_LINE_HANDLER : CALL_LINE, .event = event};
}

static void show_event(struct call_stream *stream, const struct event *event)
{
    struct call_line line = line_of(event);
    stream->show(stream->self, &(struct call_list){.lines = &line, .count = 1}, 0);
}

static struct event *held_at(const struct thread *thread, size_t index)
{
    return &thread->held[index % HELD];
}

static void show_held(struct call_stream *stream, const struct thread *thread, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        show_event(stream, held_at(thread, i));
}

/* "send, recv: 97 more times" is told by a list that ends with one round of them. */
static void show_fold(struct call_stream *stream, const struct thread *thread, size_t last_round)
{
    struct call_line lines[FOLD_LONGEST + 1];
    for (size_t i = 0; i < thread->period; i++)
        lines[i] = line_of(held_at(thread, last_round + i));
    lines[thread->period] = (struct call_line){.kind = CALL_LINE_FOLD,
                                               .event = lines[0].event,
                                               .period = thread->period,
                                               .times = last_round / thread->period};
    stream->show(stream->self, &(struct call_list){.lines = lines, .count = thread->period + 1}, thread->period);
}

static void flush(struct call_stream *stream, struct thread *thread)
{
    size_t period = thread->period, rounds = period > 0 ? thread->count / period : 0, shown = 0;
    if (rounds + 2 >= CALL_ROUNDS_LEAST) {
        shown = (rounds - 1) * period;
        show_fold(stream, thread, shown);
    }
    show_held(stream, thread, shown, thread->count);
    thread->period = thread->count = 0;
}

static void remember(struct thread *thread, uint64_t key)
{
    memmove(thread->keys, thread->keys + 1, (KEYS - 1) * sizeof *thread->keys);
    thread->keys[KEYS - 1] = key;
    thread->known++;
}

/* The shortest round that has just come twice; 0 for none. */
static size_t find_period(const struct thread *thread)
{
    for (size_t period = 1; period <= FOLD_LONGEST && 2 * period <= thread->known; period++)
        if (memcmp(&thread->keys[KEYS - period], &thread->keys[KEYS - 2 * period], period * sizeof *thread->keys) == 0)
            return period;
    return 0;
}

static void hold(struct thread *thread, const struct event *event)
{
    if (thread->held == NULL)
        thread->held = memory_new(HELD, sizeof *thread->held);
    memcpy((void *)held_at(thread, thread->count++), (const void *)event, sizeof *event);
}

void call_stream_add(struct call_stream *stream, const struct event *event)
{
    struct thread *thread = &stream->threads[event->actor % RING_ACTORS];
    uint64_t key = call_list_key(event, 0);
    bool again = thread->period > 0 && key == thread->keys[KEYS - thread->period];
    remember(thread, key);
    if (again) {
        hold(thread, event);
        return;
    }
    flush(stream, thread);
    show_event(stream, event);
    thread->period = stream->whole ? 0 : find_period(thread);
}

void call_stream_flush(struct call_stream *stream)
{
    for (size_t i = 0; i < RING_ACTORS; i++)
        flush(stream, &stream->threads[i]);
}
