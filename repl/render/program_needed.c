/*
 * program_needed.c: which of the recorded calls belong to the program.
 */
#include "render/program.h"

#include "base/memory.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

/* With a listener come those that it accepted, and so whoever connected: accept(2) would wait for them. */
static void need_socket(const struct program *program, bool *sockets, int s)
{
    if (s < 0 || sockets[s])
        return;
    sockets[s] = true;
    need_socket(program, sockets, program->sockets->list[s].other);
    need_socket(program, sockets, program->sockets->list[s].listener);
    for (size_t i = 0; i < program->sockets->count; i++)
        if (program->sockets->list[i].listener == s)
            need_socket(program, sockets, (int)i);
    /* Whoever is connected to, has to be there. */
    const struct trace_address *remote = &program->sockets->list[s].remote;
    if (program->sockets->list[s].other < 0 && remote->length > 0)
        need_socket(program, sockets, sockets_find_local(program->sockets, remote, 0, INT64_MAX));
}

static void need_descriptor(const struct program *program, bool *sockets, const struct event *event, int fd)
{
    for (size_t i = program->sockets->count; i-- > 0;) {
        const struct traced_socket *s = &program->sockets->list[i];
        if (s->actor == event->actor && s->fd == fd && s->born <= event->begin &&
            (s->gone == 0 || s->gone >= event->begin)) {
            need_socket(program, sockets, (int)i);
            return;
        }
    }
}

/* The sockets that a call waits for at once. */
static void need_watched(const struct program *program, bool *sockets, const struct event *event)
{
    int64_t masks[3];
    struct pollfd list[EVENT_ROOM / sizeof(struct pollfd)];
    if (event->call == CALL_SELECT && event->data_length == sizeof masks) {
        memcpy(masks, event_data(event), sizeof masks);
        for (int fd = 0; fd < 64; fd++)
            if ((uint64_t)(masks[0] | masks[1] | masks[2]) >> fd & 1)
                need_descriptor(program, sockets, event, fd);
    } else if (event->call == CALL_POLL_LIST) {
        memcpy(list, event_data(event), event->data_length);
        for (size_t i = 0; i < event->data_length / sizeof *list; i++)
            need_descriptor(program, sockets, event, list[i].fd);
    } else if (event->call == CALL_EPOLL_CTL) {
        need_descriptor(program, sockets, event, (int)event->arg[1]);
    }
}

static bool *needed_sockets(const struct program *program)
{
    bool *sockets = memory_new(program->sockets->count, sizeof *sockets);
    for (size_t i = 0; i < program->operations->count; i++) {
        const struct operation *operation = &program->operations->list[i];
        if (!program_is_earlier(program, operation))
            need_socket(program, sockets, program->sockets->of_event[operation->first]);
    }
    for (size_t i = program->timeline->earlier_count; i < timeline_count(program->timeline); i++) {
        const struct event *event = timeline_event(program->timeline, i);
        struct trace_address to = trace_address_of(event);
        if (event->kind == EVENT_CALL && (event->call == CALL_SENDTO || event->call == CALL_CONNECT))
            need_socket(program, sockets, sockets_find_local(program->sockets, &to, 0, event->begin));
        if (event->kind == EVENT_CALL)
            need_watched(program, sockets, event);
    }
    return sockets;
}

/* The signal that a call sends sooner or later; 0 for none. */
static int64_t signal_sent(const struct program *program, const struct operation *operation)
{
    static const int64_t timers[] = {[ITIMER_REAL] = SIGALRM, [ITIMER_VIRTUAL] = SIGVTALRM, [ITIMER_PROF] = SIGPROF};
    const struct event *event = timeline_event(program->timeline, operation->first);
    switch (operation->kind == EVENT_CALL ? operation->call : CALL_COUNT) {
    case CALL_SETITIMER:
        return event->arg[0] >= 0 && event->arg[0] < 3 ? timers[event->arg[0]] : 0;
    case CALL_ALARM:
        return SIGALRM;
    case CALL_KILL:
        return event->arg[1];
    case CALL_RAISE:
        return event->arg[0];
    default:
        return 0;
    }
}

/* True when the program sees what this call sends: a handler runs in it before the next such call. */
static bool is_answered(const struct program *program, size_t index)
{
    const struct operation *sender = &program->operations->list[index];
    int64_t number = signal_sent(program, sender);
    for (size_t i = index + 1; i < program->operations->count; i++) {
        const struct operation *operation = &program->operations->list[i];
        if (operation->actor != sender->actor)
            continue;
        if (operation->kind == EVENT_HANDLER && program->needed[i] &&
            timeline_event(program->timeline, operation->first)->arg[0] == number)
            return true;
        if (signal_sent(program, operation) == number)
            return false;
    }
    return false;
}

static bool stops_timer(const struct program *program, const struct operation *operation)
{
    const struct event *event = timeline_event(program->timeline, operation->first);
    return (operation->call == CALL_SETITIMER && event->arg[1] == 0) ||
           (operation->call == CALL_ALARM && event->arg[0] == 0);
}

/* A function that was replaced before the program saw it run. */
static bool is_idle(const struct program *program, size_t index)
{
    const struct operation *first = &program->operations->list[index];
    const struct event *event = timeline_event(program->timeline, first->first);
    for (size_t i = index + 1; i < program->operations->count && program_is_earlier(program, first); i++) {
        const struct operation *operation = &program->operations->list[i];
        const struct event *next = timeline_event(program->timeline, operation->first);
        if (operation->actor != first->actor || next->arg[0] != event->arg[0])
            continue;
        if (operation->kind == EVENT_HANDLER && program->needed[i])
            return false;
        if (operation->kind == EVENT_CALL && operation->call == CALL_SIGACTION && !next->arg[2])
            return true;
    }
    return false;
}

/* Signals of earlier steps count when a call that is needed met them, and so does what is installed for them.
 */
static void choose_signals(const struct program *program)
{
    bool runs = false;
    for (size_t i = 0; i < program->operations->count; i++) {
        const struct operation *operation = &program->operations->list[i];
        if (operation->kind == EVENT_HANDLER && operation->interrupted != OPERATION_NONE)
            program->needed[i] = program->needed[operation->interrupted];
    }
    for (size_t i = 0; i < program->operations->count; i++) {
        const struct operation *operation = &program->operations->list[i];
        if (operation->kind == EVENT_CALL && operation->call == CALL_SIGACTION)
            program->needed[i] = !is_idle(program, i);
        if (signal_sent(program, operation) == 0 || !program_is_earlier(program, operation))
            continue;
        program->needed[i] = stops_timer(program, operation) ? runs : is_answered(program, i);
        runs = program->needed[i];
    }
}

/* Of earlier steps what the sockets of this one went through. */
void program_choose(struct program *program, bool all)
{
    bool *sockets = needed_sockets(program);
    program->needed = memory_new(program->operations->count, sizeof *program->needed);
    for (size_t i = 0; i < program->operations->count; i++) {
        const struct operation *operation = &program->operations->list[i];
        int s = program->sockets->of_event[operation->first];
        program->needed[i] = all || !program_is_earlier(program, operation) || (s >= 0 && sockets[s]);
    }
    free(sockets);
    if (!all)
        choose_signals(program);
}
