#include "terminal/trace.h"

#include "base/array.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/outlet.h"
#include "render/terminal_views.h"
#include "terminal/screen.h"
#include "views/call_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TICK_MS 20

/* So long nothing has come: what is held back, as it may come again, is shown. */
#define IDLE_MS 500

/* A call that was begun and never written down by then: who made it is gone. */
#define WRITTEN_BY_MS 1000

struct tracer {
    pid_t process; /* 0: it has ended */
    int pipe;      /* written to when the script has ended, closed with it in any case */
};

/* A call that had not ended when we looked. */
struct pending {
    uint64_t number;
    int64_t since;
    struct event event; /* kind 0: not written yet */
};

/* In the tracer's process. */
struct tail {
    struct ring *ring;
    int pipe; /* as the script has it: what the ring's writers look at */
    struct look look;
    struct call_stream *stream;
    uint64_t next; /* the number to read next */
    struct pending *pending;
    size_t count;
    int64_t newest; /* when the last one came */
    uint64_t lost;
};

static void write_line(void *self, const struct call_list *list, size_t line)
{
    const struct tail *tail = self;
    char *names[RING_ACTORS];
    struct timeline timeline = {.actors = names, .actor_count = (size_t)ring_actor_count(tail->ring)};
    struct text out = TEXT_EMPTY, shown = TEXT_EMPTY;
    for (size_t i = 0; i < timeline.actor_count; i++)
        names[i] = (char *)ring_actor_name(tail->ring, (int)i);
    terminal_call_line(&out, &timeline, list, line, &tail->look);
    outlet_add(&shown, text_string(&out), out.length); /* names are as they were given */
    fwrite(text_string(&shown), 1, shown.length, stderr);
    text_free(&shown);
    text_free(&out);
}

static void show(struct tail *tail, const struct event *event)
{
    tail->newest = clock_now();
    if ((event_act(event) != ACT_NONE || event->kind == EVENT_HANDLER) && !(event->flags & EVENT_SETUP))
        call_stream_add(tail->stream, event);
}

/* True when it was shown, or never can be. */
static bool try_event(struct tail *tail, struct pending *pending, bool last)
{
    struct event event;
    if (ring_read(tail->ring, pending->number, &event)) {
        memcpy((void *)&pending->event, (const void *)&event, sizeof event);
    } else if (pending->event.kind != 0) {
        last = true; /* later ones have taken its place */
    } else if (last || clock_now() - pending->since > WRITTEN_BY_MS * CLOCK_MILLISECOND) {
        tail->lost++;
        return true;
    }
    if (pending->event.kind == 0 || (pending->event.end == 0 && !last))
        return false;
    show(tail, &pending->event);
    return true;
}

/* What was not written yet may not be pushed out either. */
static uint64_t least_needed(const struct tail *tail)
{
    for (size_t i = 0; i < tail->count; i++)
        if (tail->pending[i].event.kind == 0)
            return tail->pending[i].number;
    return tail->next;
}

static void take_new(struct tail *tail, bool last)
{
    size_t kept = 0;
    for (size_t i = 0; i < tail->count; i++)
        if (!try_event(tail, &tail->pending[i], last))
            memmove((void *)&tail->pending[kept++], (const void *)&tail->pending[i], sizeof *tail->pending);
    tail->count = kept;
    uint64_t begun = ring_next(tail->ring), held = least_needed(tail) + ring_capacity(tail->ring);
    for (uint64_t end = begun < held ? begun : held; tail->next < end; tail->next++) {
        struct pending *pending = ARRAY_MORE(tail->pending, tail->count);
        memset((void *)pending, 0, sizeof *pending);
        pending->number = tail->next;
        pending->since = clock_now();
        tail->count -= try_event(tail, pending, last);
    }
    ring_hold(tail->ring, least_needed(tail), tail->pipe);
    if (last || clock_now() - tail->newest > IDLE_MS * CLOCK_MILLISECOND)
        call_stream_flush(tail->stream);
    fflush(stderr);
}

struct look trace_look(void)
{
    struct screen screen;
    screen_init(&screen, false, THEME_UNKNOWN);
    screen.look.colour = screen.look.colour && isatty(STDERR_FILENO);
    return screen.look;
}

void trace_print(const struct text *text)
{
    struct text out = TEXT_EMPTY;
    outlet_add(&out, text_string(text), text->length);
    fflush(stderr);
    file_write_all(STDERR_FILENO, text_string(&out), out.length);
    text_free(&out);
}

static _Noreturn void follow(struct ring *ring, const int ends[2], bool all)
{
    struct tail tail = {.ring = ring, .pipe = ends[1], .look = trace_look(), .newest = clock_now()};
    struct pollfd ended = {.fd = ends[0], .events = POLLIN};
    /* Lines are as long as the calls are: whoever reads them may search and cut them. */
    tail.look.width = 100000;
    tail.stream = call_stream_new(all, write_line, &tail);
    close(ends[1]);
    signal(SIGINT, SIG_IGN);
    /* What is written is safe already, see write_line(): a guard would take its colours. */
    FILE *plain = fdopen(STDERR_FILENO, "w");
    stderr = plain != NULL ? plain : stderr;
    setvbuf(stderr, NULL, _IOFBF, 1 << 16);
    while (poll(&ended, 1, TICK_MS) == 0)
        take_new(&tail, false);
    take_new(&tail, true);
    if (tail.lost > 0)
        fprintf(stderr, "%llu calls were cut short and are not shown.\n", (unsigned long long)tail.lost);
    fflush(stderr);
    _exit(0);
}

void tracer_stop(struct tracer *tracer)
{
    if (tracer == NULL || tracer->process == 0)
        return;
    /* Peers may have the pipe as well, and end only after us: its closing alone says nothing. */
    (void)!write(tracer->pipe, "", 1);
    close(tracer->pipe);
    child_wait(tracer->process, NULL);
    tracer->process = 0;
}

/* Also when the script leaves by os.exit(): what it did is written before it is gone. */
static void at_exit(int status, void *tracer)
{
    (void)status;
    tracer_stop(tracer);
    free(tracer);
}

struct tracer *tracer_start(struct ring *ring, bool all)
{
    int ends[2];
    if (pipe(ends) != 0)
        return NULL;
    /* Out of the way: the script's own descriptors shall be those that it has without us. */
    ends[0] = child_move_up(ends[0], CHILD_HOUSE_DESCRIPTORS);
    ends[1] = child_move_up(ends[1], CHILD_HOUSE_DESCRIPTORS);
    ring_hold(ring, 0, ends[1]);
    fflush(NULL);
    pid_t process = fork();
    if (process == 0)
        follow(ring, ends, all);
    close(ends[0]);
    if (process < 0) {
        close(ends[1]);
        return NULL;
    }
    struct tracer *tracer = memory_new(1, sizeof *tracer);
    *tracer = (struct tracer){process, ends[1]};
    on_exit(at_exit, tracer);
    return tracer;
}
