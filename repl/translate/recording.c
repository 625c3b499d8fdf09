#include "translate/recording.h"

#include "base/memory.h"
#include "net/net.h"
#include "trace/left.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* --- one operation -------------------------------------------------------------------------------------- */

const struct event *recording_first(const struct recording *recording, const struct operation *operation)
{
    return timeline_event(recording->timeline, operation->first);
}

const struct event *recording_last(const struct recording *recording, const struct operation *operation)
{
    return timeline_event(recording->timeline, operation->last);
}

bool recording_raised(const struct recording *recording, const struct operation *operation)
{
    const struct operations *operations = recording->operations;
    uint32_t index = recording_index(recording, operation);
    for (size_t i = index + 1; i < operations->count; i++) {
        const struct operation *next = &operations->list[i];
        if (next->kind == EVENT_HANDLER && next->interrupted == index && next->result < 0)
            return true;
        if (next->kind == EVENT_CALL && next->actor == operation->actor && next->handler == operation->handler)
            break;
    }
    return operation->error == EINTR;
}

const struct traced_socket *recording_socket(const struct recording *recording, const struct operation *operation)
{
    int s = recording->sockets->of_event[operation->first];
    return s >= 0 ? &recording->sockets->list[s] : NULL;
}

char *recording_name(const struct recording *recording, const struct operation *operation, int place)
{
    const struct event *event = recording_last(recording, operation);
    const char *names = event_names(event), *blank = memchr(names, ' ', event->names_length);
    size_t first = blank ? (size_t)(blank - names) : event->names_length;
    size_t length = place == 0 ? first : blank ? event->names_length - first - 1 : 0;
    return length > 0 ? memory_copy_bytes(place == 0 ? names : blank + 1, length) : NULL;
}

const struct operation *recording_print(const struct recording *recording, const struct operation *operation)
{
    const struct operations *operations = recording->operations;
    for (uint32_t i = recording_index(recording, operation) + 1; i < operations->count; i++)
        if (operations->list[i].actor == operation->actor && operations->list[i].kind != EVENT_STATE)
            return operations->list[i].kind == EVENT_PRINT && operation->handler == OPERATION_NONE
                       ? &operations->list[i]
                       : NULL;
    return NULL;
}

/* --- functions ------------------------------------------------------------------------------------------ */

enum event_function recording_function(const struct recording *recording, const struct operation *operation)
{
    unsigned function = recording_first(recording, operation)->function;
    return operation->kind == EVENT_CALL && function < FUNCTION_COUNT ? function : FUNCTION_NONE;
}

/* The same call goes on: what it sends is the rest of what it was given; nothing else does it make twice. */
static bool goes_on(const struct recording *recording, const struct operation *first, const struct operation *before,
                    const struct operation *next)
{
    if (recording_function(recording, next) != recording_function(recording, first) || next->handler != first->handler)
        return false;
    if (first->call != CALL_SEND)
        return next->call != first->call && first->call != CALL_CONNECT;
    int64_t rest = recording_first(recording, before)->arg[0] - before->result;
    return before->error == 0 && rest > 0 && recording_first(recording, next)->arg[0] == rest;
}

const struct operation *recording_function_end(const struct recording *recording, const struct operation *operation)
{
    const struct operations *operations = recording->operations;
    const struct operation *last = operation;
    for (uint32_t i = recording_index(recording, operation) + 1; i < operations->count; i++) {
        const struct operation *next = &operations->list[i];
        if (next->kind != EVENT_CALL || next->actor != operation->actor || next->handler != operation->handler)
            continue;
        if (!goes_on(recording, operation, last, next))
            break;
        last = next;
    }
    return last;
}

const struct operation *recording_function_part(const struct recording *recording, const struct operation *first,
                                                const struct operation *last, enum event_call call)
{
    for (const struct operation *one = last; one >= first; one--)
        if (one->actor == first->actor && one->call == call &&
            recording_function(recording, one) == recording_function(recording, first))
            return one;
    return NULL;
}

/* --- more of one operation ------------------------------------------------------------------------------ */

bool recording_watched(const struct event *event, struct pollfd *list, size_t *count)
{
    if (event->call == CALL_POLL) {
        list[0] = (struct pollfd){.fd = event->fd, .events = (short)event->arg[0]};
        *count = 1;
        return true;
    }
    *count = (size_t)event->arg[0];
    if (*count * sizeof *list > event->data_length)
        return false;
    memcpy(list, event_data(event), *count * sizeof *list);
    return true;
}

void recording_masks(const struct event *event, int64_t masks[3])
{
    if (event->data_length == 3 * sizeof *masks)
        memcpy(masks, event_data(event), 3 * sizeof *masks);
    else
        memcpy(masks, event->arg, 3 * sizeof *masks);
}

/* --- what belongs to the program ------------------------------------------------------------------------ */

/* With a listener come those that it accepted, and so whoever connected: accept(2) would wait for them. */
static void need_socket(const struct recording *recording, bool *sockets, int s)
{
    if (s < 0 || sockets[s])
        return;
    sockets[s] = true;
    need_socket(recording, sockets, recording->sockets->list[s].other);
    need_socket(recording, sockets, recording->sockets->list[s].listener);
    for (size_t i = 0; i < recording->sockets->count; i++)
        if (recording->sockets->list[i].listener == s)
            need_socket(recording, sockets, (int)i);
    /* Whoever is connected to, has to be there. */
    const struct address *remote = &recording->sockets->list[s].remote;
    if (recording->sockets->list[s].other < 0 && remote->length > 0)
        need_socket(recording, sockets, sockets_find_local(recording->sockets, remote, 0, INT64_MAX));
}

static void need_descriptor(const struct recording *recording, bool *sockets, const struct event *event, int fd)
{
    for (size_t i = recording->sockets->count; i-- > 0;) {
        const struct traced_socket *s = &recording->sockets->list[i];
        if (s->actor == event->actor && s->fd == fd && s->born <= event->begin &&
            (s->gone == 0 || s->gone >= event->begin)) {
            need_socket(recording, sockets, (int)i);
            return;
        }
    }
}

/* The sockets that a call waits for at once. */
static void need_watched(const struct recording *recording, bool *sockets, const struct event *event)
{
    int64_t masks[3];
    struct pollfd list[EVENT_ROOM / sizeof(struct pollfd)];
    if (event->call == CALL_SELECT && event->data_length == sizeof masks) {
        recording_masks(event, masks);
        for (int fd = 0; fd < 64; fd++)
            if ((uint64_t)(masks[0] | masks[1] | masks[2]) >> fd & 1)
                need_descriptor(recording, sockets, event, fd);
    } else if (event->call == CALL_POLL_LIST) {
        memcpy(list, event_data(event), event->data_length);
        for (size_t i = 0; i < event->data_length / sizeof *list; i++)
            need_descriptor(recording, sockets, event, list[i].fd);
    } else if (event->call == CALL_EPOLL_CTL) {
        need_descriptor(recording, sockets, event, (int)event->arg[1]);
    }
}

/* What others do on connections that were left does not make them needed. */
static bool is_for_nobody(const struct recording *recording, const bool *left, const struct operation *operation)
{
    int s = recording->sockets->of_event[operation->first];
    return s >= 0 && operation->actor != 0 && left[s];
}

static bool *needed_sockets(const struct recording *recording)
{
    bool *left = left_find(recording->sockets, recording->timeline->begin);
    bool *sockets = memory_new(recording->sockets->count, sizeof *sockets);
    for (size_t i = 0; i < recording->operations->count; i++) {
        const struct operation *operation = &recording->operations->list[i];
        /* What the kernel says of an old one comes when it comes. */
        if (!recording_is_earlier(recording, operation) && operation->kind != EVENT_STATE &&
            !is_for_nobody(recording, left, operation))
            need_socket(recording, sockets, recording->sockets->of_event[operation->first]);
    }
    /* From the last on: where a socket of an earlier step that is needed once connected to is needed as well. */
    for (size_t i = timeline_count(recording->timeline); i-- > 0;) {
        const struct event *event = timeline_event(recording->timeline, i);
        struct address to = event_address(event);
        int s = recording->sockets->of_event[i];
        bool earlier = i < recording->timeline->earlier_count;
        if (event->kind != EVENT_CALL || (earlier && (s < 0 || !sockets[s])))
            continue;
        if (event->call == CALL_SENDTO || event->call == CALL_CONNECT)
            need_socket(recording, sockets, sockets_find_local(recording->sockets, &to, 0, event->begin));
        if (!earlier)
            need_watched(recording, sockets, event);
    }
    free(left);
    return sockets;
}

/* The signal that a call sends sooner or later; 0 for none. */
static int64_t signal_sent(const struct recording *recording, const struct operation *operation)
{
    static const int64_t timers[] = {[ITIMER_REAL] = SIGALRM, [ITIMER_VIRTUAL] = SIGVTALRM, [ITIMER_PROF] = SIGPROF};
    const struct event *event = timeline_event(recording->timeline, operation->first);
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
static bool is_answered(const struct recording *recording, size_t index)
{
    const struct operation *sender = &recording->operations->list[index];
    int64_t number = signal_sent(recording, sender);
    for (size_t i = index + 1; i < recording->operations->count; i++) {
        const struct operation *operation = &recording->operations->list[i];
        if (operation->actor != sender->actor)
            continue;
        if (operation->kind == EVENT_HANDLER && recording->needed[i] &&
            timeline_event(recording->timeline, operation->first)->arg[0] == number)
            return true;
        if (signal_sent(recording, operation) == number)
            return false;
    }
    return false;
}

static bool stops_timer(const struct recording *recording, const struct operation *operation)
{
    const struct event *event = timeline_event(recording->timeline, operation->first);
    return (operation->call == CALL_SETITIMER && event->arg[1] == 0) ||
           (operation->call == CALL_ALARM && event->arg[0] == 0);
}

/* A function that was replaced before the program saw it run. */
static bool is_idle(const struct recording *recording, size_t index)
{
    const struct operation *first = &recording->operations->list[index];
    const struct event *event = timeline_event(recording->timeline, first->first);
    for (size_t i = index + 1; i < recording->operations->count && recording_is_earlier(recording, first); i++) {
        const struct operation *operation = &recording->operations->list[i];
        const struct event *next = timeline_event(recording->timeline, operation->first);
        if (operation->actor != first->actor || next->arg[0] != event->arg[0])
            continue;
        if (operation->kind == EVENT_HANDLER && recording->needed[i])
            return false;
        if (operation->kind == EVENT_CALL && operation->call == CALL_SIGACTION && !next->arg[2])
            return true;
    }
    return false;
}

/* True when a call of the program before this handler ran sent its signal. */
static bool is_sent(const struct recording *recording, uint32_t handler)
{
    const struct operation *list = recording->operations->list;
    int64_t number = recording_first(recording, &list[handler])->arg[0];
    for (uint32_t i = 0; i < handler; i++)
        if (recording->needed[i] && signal_sent(recording, &list[i]) == number)
            return true;
    return false;
}

static bool makes_calls(const struct recording *recording, uint32_t handler)
{
    for (uint32_t i = handler + 1; i < recording->operations->count; i++)
        if (recording->operations->list[i].handler == handler && recording->operations->list[i].kind == EVENT_CALL)
            return true;
    return false;
}

/* It did not block, and the call that said so is too long ago. */
static bool blocks_now(const struct recording *recording, const struct operation *operation)
{
    bool apart = operation->error == EINPROGRESS || operation->error == EALREADY || operation->error == EAGAIN;
    bool asked = operation->call != CALL_CONNECT && recording_first(recording, operation)->arg[1] & MSG_DONTWAIT;
    return recording->timeline->forgotten > 0 && apart && !asked &&
           recording->timeouts[recording_index(recording, operation)] == NET_FOREVER;
}

bool recording_never_ends(const struct recording *recording, const struct operation *operation)
{
    uint32_t index = recording_index(recording, operation);
    bool ended = recording_raised(recording, operation), explained = false;
    for (uint32_t i = index + 1; i < recording->operations->count; i++) {
        const struct operation *handler = &recording->operations->list[i];
        if (handler->kind == EVENT_CALL && handler->actor == operation->actor && handler->handler == operation->handler)
            break;
        if (handler->kind != EVENT_HANDLER || handler->interrupted != index)
            continue;
        explained = true;
        if ((ended || makes_calls(recording, i)) && !is_sent(recording, i))
            return true;
    }
    return operation->end == 0 || (ended && !explained) || blocks_now(recording, operation);
}

/* Signals of earlier steps count when a call that is needed met them, and so does what is installed for them.
 */
static void choose_signals(const struct recording *recording)
{
    bool runs = false;
    for (size_t i = 0; i < recording->operations->count; i++) {
        const struct operation *operation = &recording->operations->list[i];
        if (operation->kind == EVENT_HANDLER && operation->interrupted != OPERATION_NONE)
            recording->needed[i] = recording->needed[operation->interrupted];
    }
    for (size_t i = 0; i < recording->operations->count; i++) {
        const struct operation *operation = &recording->operations->list[i];
        if (operation->kind == EVENT_CALL && operation->call == CALL_SIGACTION)
            recording->needed[i] = !is_idle(recording, i);
        if (signal_sent(recording, operation) == 0 || !recording_is_earlier(recording, operation))
            continue;
        recording->needed[i] = stops_timer(recording, operation) ? runs : is_answered(recording, i);
        runs = recording->needed[i];
    }
}

/* Of earlier steps what the sockets of this one went through. */
static void choose(struct recording *recording, bool all)
{
    bool *sockets = needed_sockets(recording);
    recording->needed = memory_new(recording->operations->count, sizeof *recording->needed);
    for (size_t i = 0; i < recording->operations->count; i++) {
        const struct operation *operation = &recording->operations->list[i];
        int s = recording->sockets->of_event[operation->first];
        bool earlier = recording_is_earlier(recording, operation);
        recording->needed[i] = all || (s >= 0 ? sockets[s] || (!earlier && operation->actor == 0) : !earlier);
    }
    free(sockets);
    if (!all)
        choose_signals(recording);
}

/* --- timeouts ------------------------------------------------------------------------------------------- */

/* What settimeout() was told last, at each operation. */
static void follow_timeouts(struct recording *recording)
{
    int64_t *now = memory_new(recording->sockets->count, sizeof *now);
    recording->timeouts = memory_new(recording->operations->count, sizeof *recording->timeouts);
    for (size_t i = 0; i < recording->sockets->count; i++)
        now[i] = NET_FOREVER;
    for (size_t i = 0; i < recording->operations->count; i++) {
        const struct operation *operation = &recording->operations->list[i];
        const struct event *event = recording_first(recording, operation);
        int s = recording->sockets->of_event[operation->first];
        recording->timeouts[i] = s >= 0 ? now[s] : NET_FOREVER;
        if (s < 0 || operation->kind != EVENT_CALL)
            continue;
        if (operation->call == CALL_NONBLOCK)
            now[s] = event->arg[1];
        else if (operation->call == CALL_SOCKET && event->arg[1] & SOCK_NONBLOCK)
            now[s] = NET_NOW;
    }
    free(now);
}

void recording_open(struct recording *recording, const struct findings *findings, bool all)
{
    recording->timeline = &findings->timeline;
    recording->operations = findings->operations;
    recording->sockets = findings->sockets;
    choose(recording, all);
    follow_timeouts(recording);
}

void recording_close(struct recording *recording)
{
    free(recording->needed);
    free(recording->timeouts);
}
