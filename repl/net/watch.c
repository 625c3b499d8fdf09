#include "net/watch.h"

#include "base/array.h"
#include "base/memory.h"
#include "net/diag.h"
#include "net/socket.h"
#include "trace/call.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNKNOWN     0
#define CLOSED_MOST 32

/* A connection whose descriptor is gone while the kernel still ends it. */
struct closing {
    int fd; /* it had */
    int state;
    struct address local, remote;
};

struct net_watch {
    uint8_t *states; /* by descriptor: as TCP_INFO counts them; UNKNOWN for what is no TCP socket */
    size_t count;
    struct closing closing[CLOSED_MOST]; /* a ring: the newest push out the oldest */
    size_t next;
    struct address local, remote; /* of the socket that is being closed */
    int before_close;
};

/* --- asking --------------------------------------------------------------------------------------------- */

static int state_of(int fd)
{
    struct tcp_info info;
    socklen_t length = sizeof info;
    bool known = fd >= 0 && getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0;
    return known ? info.tcpi_state : UNKNOWN;
}

static bool names_of(int fd, struct address *local, struct address *remote)
{
    const struct net_socket s = {.fd = fd};
    return socket_name_quietly(&s, false, local) && socket_name_quietly(&s, true, remote);
}

/* The state of a connection that has no descriptor; TCP_CLOSE when the kernel has forgotten it. */
static int state_by_address(const struct closing *closing)
{
    struct diag_about about;
    int fd = diag_open();
    if (fd < 0)
        return UNKNOWN;
    enum diag_answer answer = diag_ask(fd, &closing->local, &closing->remote, &about);
    close(fd);
    if (answer == DIAG_FAILED)
        return UNKNOWN;
    /* Once the connection is forgotten, the one that listens on its port is found. */
    return answer == DIAG_FORGOTTEN || about.state == TCP_LISTEN ? TCP_CLOSE : about.state;
}

/* --- recording ------------------------------------------------------------------------------------------ */

static void record(struct net *net, int fd, int before, int after)
{
    struct event *event = ring_begin(net->ring, EVENT_STATE, 0);
    event->actor = (uint16_t)net->actor;
    event->chunk = net->chunk;
    if (net->place != NULL)
        net->place(net->owner, event);
    event->fd = fd;
    event->arg[0] = before;
    event->arg[1] = after;
    ring_publish(event);
    ring_end(event, 0, 0);
}

static uint8_t *known(struct net_watch *watch, int fd)
{
    while ((size_t)fd >= watch->count)
        ARRAY_ADD(watch->states, watch->count, UNKNOWN);
    return &watch->states[fd];
}

static void look_at(struct net *net, int fd)
{
    int after = state_of(fd);
    if (fd < 0 || after == UNKNOWN)
        return;
    uint8_t *before = known(net->watch, fd);
    /* A fresh socket is closed; that is no change. */
    if (after != *before && !(*before == UNKNOWN && after == TCP_CLOSE))
        record(net, fd, *before, after);
    *before = (uint8_t)after;
}

static void look_at_closing(struct net *net, struct closing *closing)
{
    int after = closing->local.length > 0 ? state_by_address(closing) : UNKNOWN;
    if (after == UNKNOWN || after == closing->state)
        return;
    record(net, closing->fd, closing->state, after);
    closing->state = after;
    /* It stays for a minute; nobody waits for that. */
    if (after == TCP_CLOSE || after == TCP_TIME_WAIT)
        closing->local.length = 0;
}

/* --- at the door ---------------------------------------------------------------------------------------- */

static void before_call(struct net *net, const struct net_call *call)
{
    struct net_watch *watch = net->watch;
    watch->before_close = UNKNOWN;
    if (call_row(call->call)->act != ACT_CLOSE || call->fd < 0)
        return;
    int state = state_of(call->fd);
    if (state != UNKNOWN && state != TCP_CLOSE && state != TCP_LISTEN &&
        names_of(call->fd, &watch->local, &watch->remote))
        watch->before_close = state;
}

/* What connect(2) chose for its own end: by it both sides of a picture find each other. */
static void within_call(const struct net_call *call, struct event *event, int error)
{
    struct address local;
    const struct net_socket s = {.fd = call->fd};
    if (call_row(call->call)->act != ACT_CONNECT || (error != 0 && error != EINPROGRESS) ||
        !socket_name_quietly(&s, false, &local) || local.any.sa_family == AF_UNIX ||
        event->address_length + local.length > EVENT_ROOM)
        return;
    memcpy(event->payload + event->address_length, &local.any, local.length);
    event->data_length = local.length;
}

static void remember_closing(struct net *net, int fd)
{
    struct net_watch *watch = net->watch;
    struct closing *closing = &watch->closing[watch->next++ % CLOSED_MOST];
    *closing = (struct closing){fd, watch->before_close, watch->local, watch->remote};
    look_at_closing(net, closing);
}

static void after_call(struct net *net, const struct net_call *call, ssize_t result)
{
    switch (call_row(call->call)->act) {
    case ACT_CLOSE:
        if ((size_t)call->fd < net->watch->count)
            net->watch->states[call->fd] = UNKNOWN;
        if (net->watch->before_close != UNKNOWN)
            remember_closing(net, call->fd);
        break;
    case ACT_ACCEPT:
        look_at(net, (int)result);
        break;
    case ACT_RECEIVE:
    case ACT_SEND:
        if (result <= 0)
            look_at(net, call->fd);
        break;
    case ACT_CONNECT:
    case ACT_LISTEN:
    case ACT_SHUTDOWN:
    case ACT_WAIT:
    case ACT_GET_OPTION:
        look_at(net, call->fd);
        break;
    default:
        break;
    }
}

static const struct net_watcher watcher = {before_call, within_call, after_call};

void watch_begin(struct net *net)
{
    watch_end(net);
    net->watch = memory_new(1, sizeof *net->watch);
    net->watcher = &watcher;
}

void watch_end(struct net *net)
{
    if (net->watch != NULL)
        free(net->watch->states);
    free(net->watch);
    net->watch = NULL;
    net->watcher = NULL;
}

void watch_look(struct net *net)
{
    if (net->watch == NULL)
        return;
    for (size_t fd = 0; fd < net->watch->count; fd++)
        if (net->watch->states[fd] != UNKNOWN)
            look_at(net, (int)fd);
    for (size_t i = 0; i < CLOSED_MOST; i++)
        look_at_closing(net, &net->watch->closing[i]);
}
