#include "terminal/trace.h"

#include "base/array.h"
#include "base/child.h"
#include "base/memory.h"
#include "lab/peer.h"
#include "render/terminal_views.h"
#include "terminal/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TICK_MS 20

struct tracer {
    pid_t process;
    int pipe; /* closed when the script has ended */
};

/* In the tracer's process. */
struct tail {
    struct ring *ring;
    struct look look;
    uint64_t next;     /* the number to read next */
    uint64_t *pending; /* begun, and not ended when we looked */
    size_t count;
    uint64_t lost;
};

static void show(struct tail *tail, const struct event *event)
{
    char *names[RING_ACTORS];
    struct timeline timeline = {.actors = names, .actor_count = (size_t)ring_actor_count(tail->ring)};
    struct text out = TEXT_EMPTY;
    for (size_t i = 0; i < timeline.actor_count; i++)
        names[i] = (char *)ring_actor_name(tail->ring, (int)i);
    if ((event_act(event) != ACT_NONE || event->kind == EVENT_HANDLER) && !(event->flags & EVENT_SETUP))
        terminal_call(&out, &timeline, event, &tail->look);
    fwrite(text_string(&out), 1, out.length, stderr);
    text_free(&out);
}

/* True when it was shown, or is gone for good. */
static bool try_event(struct tail *tail, uint64_t number, bool last)
{
    struct event event;
    if (!ring_read(tail->ring, number, &event)) {
        bool gone = last || ring_next(tail->ring) - number > RING_CAPACITY / 2;
        tail->lost += gone;
        return gone;
    }
    if (event.end == 0 && !last)
        return false;
    show(tail, &event);
    return true;
}

static void take_new(struct tail *tail, bool last)
{
    size_t kept = 0;
    for (size_t i = 0; i < tail->count; i++)
        if (!try_event(tail, tail->pending[i], last))
            tail->pending[kept++] = tail->pending[i];
    tail->count = kept;
    for (uint64_t end = ring_next(tail->ring); tail->next < end; tail->next++) {
        if (try_event(tail, tail->next, last))
            continue;
        ARRAY_ADD(tail->pending, tail->count, tail->next);
    }
    fflush(stderr);
}

struct look trace_look(void)
{
    struct screen screen;
    screen_init(&screen, false, THEME_UNKNOWN);
    screen.look.colour = screen.look.colour && isatty(STDERR_FILENO);
    return screen.look;
}

static _Noreturn void follow(struct ring *ring, int pipe)
{
    struct tail tail = {.ring = ring, .look = trace_look(), .next = ring_next(ring)};
    struct pollfd ended = {.fd = pipe, .events = POLLIN};
    /* Lines are as long as the calls are: whoever reads them may search and cut them. */
    tail.look.width = 100000;
    signal(SIGINT, SIG_IGN);
    setvbuf(stderr, NULL, _IOFBF, 1 << 16);
    while (poll(&ended, 1, TICK_MS) == 0)
        take_new(&tail, false);
    take_new(&tail, true);
    if (tail.lost > 0)
        fprintf(stderr, "%llu calls came too fast and are not shown.\n", (unsigned long long)tail.lost);
    fflush(stderr);
    _exit(0);
}

struct tracer *tracer_start(struct ring *ring)
{
    int ends[2];
    if (pipe(ends) != 0)
        return NULL;
    /* Out of the way: the script's own descriptors shall be those that it has without us. */
    ends[0] = child_move_up(ends[0], LAB_HOUSE_DESCRIPTORS);
    ends[1] = child_move_up(ends[1], LAB_HOUSE_DESCRIPTORS);
    fflush(NULL);
    pid_t process = fork();
    if (process == 0) {
        close(ends[1]);
        follow(ring, ends[0]);
    }
    close(ends[0]);
    if (process < 0) {
        close(ends[1]);
        return NULL;
    }
    struct tracer *tracer = memory_new(1, sizeof *tracer);
    *tracer = (struct tracer){process, ends[1]};
    return tracer;
}

void tracer_stop(struct tracer *tracer)
{
    if (tracer == NULL)
        return;
    close(tracer->pipe);
    child_wait(tracer->process, NULL);
    free(tracer);
}
