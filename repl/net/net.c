#include "net/net.h"

#include "trace/call.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

void net_init(struct net *net, struct ring *ring)
{
    *net = (struct net){.ring = ring, .default_timeout = NET_FOREVER};
}

/* As much of the address and data as the record has room for. */
static inline void record_payload(struct event *event, const struct net_call *call, size_t length)
{
    size_t room = EVENT_ROOM;
    if (call->address != NULL && call->address->length > 0 && call->address->length <= room) {
        memcpy(event->payload, &call->address->any, call->address->length);
        event->address_length = call->address->length;
        room -= call->address->length;
    }
    if (call->data != NULL && length > 0) {
        event->data_length = (uint32_t)(length < room ? length : room);
        memcpy(event->payload + event->address_length, call->data, event->data_length);
    }
}

static struct event *record_begin(struct net *net, const struct net_call *call)
{
    struct event *event = ring_begin(net->ring, EVENT_CALL, call->call);
    event->actor = (uint16_t)net->actor;
    event->chunk = net->chunk;
    event->flags = call->flags | net->flags;
    event->fd = call->fd;
    if (net->place != NULL)
        net->place(net->owner, event);
    memcpy(event->arg, call->arg, sizeof event->arg);
    if (!call->gives)
        record_payload(event, call, call->length);
    ring_publish(event);
    return event;
}

/* Made once and recorded; returns what the call did, errno set. */
static ssize_t run_recorded(struct net *net, struct net_call *call, int64_t *begin)
{
    struct event *event = record_begin(net, call);
    *begin = event->begin;
    if (net->watcher != NULL)
        net->watcher->before(net, call);
    ssize_t result = call->run(call);
    int error = result < 0 ? errno : 0;
    if (net->gate != NULL)
        net->gate->note(net, call, result);
    event->fd = call->fd;
    memcpy(event->arg, call->arg, sizeof event->arg);
    size_t given = call->given > 0 ? call->given : result > 0 ? (size_t)result : 0;
    if (call->gives && result >= 0)
        record_payload(event, call, given < call->length ? given : call->length);
    if (net->watcher != NULL)
        net->watcher->within(call, event, error);
    ring_end(event, result, error);
    if (net->watcher != NULL)
        net->watcher->after(net, call, result);
    if (result < 0)
        errno = error;
    return result;
}

struct status net_safe_point(struct net *net, const char *call)
{
    if (net->pending && net->interrupted != NULL && net->interrupted(net->owner))
        return (struct status){.kind = STATUS_INTERRUPTED, .call = call};
    return STATUS_OK;
}

/* After a call that failed: fine when it may be made again, now or after a wait. */
static struct status may_retry(struct net *net, struct net_call *call, struct net_deadline *deadline)
{
    struct status status = STATUS_OK;
    if (errno == EINTR)
        net->pending = 1;
    else if (errno == EAGAIN && call->wait != 0 && deadline->timeout > 0)
        status = net_wait(net, call->current ? call->current : &call->fd, call->wait, deadline);
    else
        status = status_errno(NULL, errno);
    if (call->current != NULL)
        call->fd = *call->current;
    call->flags |= EVENT_RETRY;
    status.call = event_call_name(call->call);
    return status;
}

/* Handlers run before the call is made, or made again; they may have closed the socket and used up the time.
 */
static struct status answer_signals(struct net *net, struct net_call *call, const struct net_deadline *deadline)
{
    struct status status = net_safe_point(net, event_call_name(call->call));
    if (call->current != NULL)
        call->fd = *call->current;
    bool again = call->flags & EVENT_RETRY;
    if (status_fine(status) && again && deadline->moment != 0 && clock_now() > deadline->moment)
        status = (struct status){.kind = STATUS_TIMED_OUT, .call = event_call_name(call->call)};
    return status;
}

struct status net_call(struct net *net, struct net_call *call, struct net_deadline *deadline, ssize_t *result)
{
    for (;;) {
        struct status status;
        if (net->pending && deadline != NULL && !status_fine(status = answer_signals(net, call, deadline)))
            return status;
        if (net->gate != NULL && !status_fine(status = net->gate->allow(net, call)))
            return status;
        int64_t begin;
        ssize_t returned = run_recorded(net, call, &begin);
        if (result != NULL)
            *result = returned;
        if (deadline != NULL && deadline->moment == 0 && deadline->timeout > 0)
            deadline->moment = deadline->timeout > INT64_MAX - begin ? CLOCK_NEVER : begin + deadline->timeout;
        if (returned >= 0)
            return STATUS_OK;
        if (deadline == NULL)
            return status_errno(event_call_name(call->call), errno);
        status = may_retry(net, call, deadline);
        if (!status_fine(status))
            return status;
    }
}

struct status net_call_once(struct net *net, struct net_call *call, ssize_t *result)
{
    return net_call(net, call, NULL, result);
}

/* One poll, for what is left until the moment. */
static ssize_t run_poll(struct net_call *call)
{
    const struct net_deadline *deadline = call->more;
    if (call->fd < 0)
        return errno = EBADF, -1;
    struct pollfd ready = {.fd = call->fd, .events = (short)call->arg[0]};
    call->arg[1] = deadline->timeout < 0 ? -1 : clock_poll_timeout(deadline->moment);
    int count = poll(&ready, 1, (int)call->arg[1]);
    call->arg[2] = ready.revents;
    call->arg[3] = deadline->timeout;
    return count;
}

struct status net_wait(struct net *net, const int *fd, short events, struct net_deadline *deadline)
{
    if (deadline->moment == 0 && deadline->timeout >= 0)
        deadline->moment = clock_after(deadline->timeout);
    struct net_call call = {.call = CALL_POLL,
                            .run = run_poll,
                            .fd = *fd,
                            .current = fd,
                            .flags = EVENT_WAIT,
                            .arg = {events},
                            .more = deadline};
    struct status status;
    ssize_t ready = 0;
    do {
        status = net_call(net, &call, deadline, &ready);
        /* Nothing ready and time left: the wait was longer than poll(2) can count. */
    } while (status_fine(status) && ready == 0 && (deadline->timeout < 0 || clock_now() < deadline->moment));
    if (status_fine(status) && ready == 0)
        status = (struct status){.kind = STATUS_TIMED_OUT, .call = "poll"};
    return status;
}
