#include "net/waiting.h"

#include "net/policy.h"
#include "trace/call.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What a call that waits needs beside its arguments. */
struct waiting {
    struct net_deadline deadline;
    void *list; /* of the call's own type */
};

/* Nothing is ready and time is left: the wait was longer than the call can count, and is made again. */
static struct status wait_through(struct net *net, struct net_call *call, int64_t timeout, size_t *ready)
{
    struct waiting *waiting = call->more;
    struct net_deadline *deadline = &waiting->deadline;
    *deadline = (struct net_deadline){.timeout = timeout};
    if (timeout > 0)
        deadline->moment = clock_after(timeout);
    struct status status;
    ssize_t count;
    do {
        count = 0;
        status = net_call(net, call, deadline, &count);
    } while (status_fine(status) && count == 0 && (timeout < 0 || (timeout > 0 && clock_now() < deadline->moment)));
    *ready = status_fine(status) ? (size_t)count : 0;
    return status.kind == STATUS_TIMED_OUT ? STATUS_OK : status;
}

static int milliseconds_left(const struct net_deadline *deadline)
{
    if (deadline->timeout <= 0)
        return (int)deadline->timeout;
    return clock_poll_timeout(deadline->moment);
}

/* --- select --------------------------------------------------------------------------------------------- */

/* The descriptors below 64, for the record. */
static int64_t mask_of(const fd_set *set)
{
    uint64_t mask = 0;
    for (int fd = 0; fd < 64; fd++)
        if (FD_ISSET(fd, set))
            mask |= UINT64_C(1) << fd;
    return (int64_t)mask;
}

static void record_masks(int64_t masks[3], const struct wait_sets *sets)
{
    masks[0] = mask_of(&sets->read);
    masks[1] = mask_of(&sets->write);
    masks[2] = mask_of(&sets->except);
}

/*
 * select(2) changes the sets, so every attempt begins with those that were asked for.  Not pselect(2), whose sixth
 * argument valgrind loses when a signal interrupts it.
 */
static ssize_t run_select(struct net_call *call)
{
    struct waiting *waiting = call->more;
    struct wait_sets *asked = waiting->list, sets = *asked;
    struct timeval left = {0}, *limit = waiting->deadline.timeout < 0 ? NULL : &left;
    int64_t time = waiting->deadline.timeout > 0 ? waiting->deadline.moment - clock_now() : 0;
    int64_t microseconds = time > 0 ? (time + 999) / 1000 : 0;
    left = (struct timeval){microseconds / 1000000, microseconds % 1000000};
    int count = select(sets.beyond, &sets.read, &sets.write, &sets.except, limit);
    if (count > 0) {
        record_masks(call->arg, &sets);
        *asked = sets;
    }
    return count;
}

struct status wait_select(struct net *net, struct wait_sets *sets, int64_t timeout)
{
    struct waiting waiting = {.list = sets};
    int64_t masks[3];
    size_t ready;
    struct net_call call = {.call = CALL_SELECT,
                            .run = run_select,
                            .fd = -1,
                            .arg = {0, 0, 0, timeout},
                            .data = masks,
                            .length = sizeof masks,
                            .more = &waiting};
    for (int fd = 0; fd < sets->beyond; fd++)
        if ((FD_ISSET(fd, &sets->read) || FD_ISSET(fd, &sets->write) || FD_ISSET(fd, &sets->except)) &&
            !policy_knows(net, fd))
            return status_errno("select", EBADF);
    record_masks(masks, sets);
    memcpy(call.arg, masks, sizeof masks);
    struct status status = wait_through(net, &call, timeout, &ready);
    if (ready > 0)
        return status;
    FD_ZERO(&sets->read);
    FD_ZERO(&sets->write);
    FD_ZERO(&sets->except);
    return status;
}

/* --- poll ----------------------------------------------------------------------------------------------- */

static int64_t ready_mask(const struct pollfd *list, size_t count)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < count && i < 64; i++)
        if (list[i].revents != 0)
            mask |= UINT64_C(1) << i;
    return (int64_t)mask;
}

/* What each of the first ones is ready for. */
static int64_t found_bits(const struct pollfd *list, size_t count)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < count && i < CALL_FOUND_MOST; i++) {
        unsigned found = (list[i].revents & POLLIN ? CALL_FOUND_READ : 0) |
                         (list[i].revents & POLLOUT ? CALL_FOUND_WRITE : 0) |
                         (list[i].revents & ~(POLLIN | POLLOUT) ? CALL_FOUND_OTHER : 0);
        bits |= (uint64_t)found << (CALL_FOUND_BITS * i);
    }
    return (int64_t)bits;
}

static ssize_t run_poll(struct net_call *call)
{
    struct waiting *waiting = call->more;
    call->arg[1] = milliseconds_left(&waiting->deadline);
    int count = poll(waiting->list, (nfds_t)call->arg[0], (int)call->arg[1]);
    call->arg[2] = count > 0 ? ready_mask(waiting->list, (size_t)call->arg[0]) : 0;
    call->arg[3] = count > 0 ? found_bits(waiting->list, (size_t)call->arg[0]) : 0;
    return count;
}

struct status wait_poll(struct net *net, struct pollfd *list, size_t count, int64_t timeout, size_t *ready)
{
    struct waiting waiting = {.list = list};
    struct net_call call = {.call = CALL_POLL_LIST,
                            .run = run_poll,
                            .fd = -1,
                            .arg = {(int64_t)count},
                            .data = list,
                            .length = count * sizeof *list,
                            .more = &waiting};
    return wait_through(net, &call, timeout, ready);
}

/* --- epoll ---------------------------------------------------------------------------------------------- */

static ssize_t run_epoll_create(struct net_call *call)
{
    call->fd = epoll_create1((int)call->arg[0] | EPOLL_CLOEXEC);
    return call->fd;
}

struct status wait_epoll_open(struct net *net, int flags, int *epoll)
{
    struct net_call call = {.call = CALL_EPOLL_CREATE, .run = run_epoll_create, .fd = -1, .arg = {flags}};
    ssize_t fd = -1;
    struct status status = net_call_once(net, &call, &fd);
    *epoll = (int)fd;
    return status;
}

static ssize_t run_close(struct net_call *call)
{
    return close(call->fd);
}

struct status wait_epoll_close(struct net *net, int epoll)
{
    struct net_call call = {.call = CALL_CLOSE, .run = run_close, .fd = epoll};
    struct status status = net_call_once(net, &call, NULL);
    return status.error == EINTR ? STATUS_OK : status;
}

static ssize_t run_epoll_ctl(struct net_call *call)
{
    int fd = (int)call->arg[1];
    struct epoll_event event = {.events = (uint32_t)call->arg[2], .data.u64 = 0};
    event.data.fd = fd;
    call->arg[3] = (int64_t)event.data.u64;
    return epoll_ctl(call->fd, (int)call->arg[0], fd, &event);
}

struct status wait_epoll_change(struct net *net, int epoll, int operation, int fd, uint32_t events)
{
    struct net_call call = {.call = CALL_EPOLL_CTL, .run = run_epoll_ctl, .fd = epoll, .arg = {operation, fd, events}};
    return net_call_once(net, &call, NULL);
}

static ssize_t run_epoll_wait(struct net_call *call)
{
    struct waiting *waiting = call->more;
    call->arg[1] = milliseconds_left(&waiting->deadline);
    int count = epoll_wait(call->fd, waiting->list, (int)call->arg[0], (int)call->arg[1]);
    call->given = count > 0 ? (size_t)count * sizeof(struct epoll_event) : 0;
    return count;
}

struct status wait_epoll(struct net *net, const int *epoll, struct epoll_event *events, int room, int64_t timeout,
                         size_t *ready)
{
    struct waiting waiting = {.list = events};
    struct net_call call = {.call = CALL_EPOLL,
                            .run = run_epoll_wait,
                            .fd = *epoll,
                            .current = epoll,
                            .gives = true,
                            .arg = {room},
                            .data = events,
                            .length = (size_t)room * sizeof *events,
                            .more = &waiting};
    return wait_through(net, &call, timeout, ready);
}
