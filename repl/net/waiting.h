/*
 * waiting.h: waiting for many descriptors at once.  Floor: net.
 *
 * Timeouts are nanoseconds or NET_FOREVER, and count from the call: signals whose handlers return do not
 * stretch them.  A timeout that passed is no failure: nothing is ready then.
 */
#ifndef SOCKRATES_NET_WAITING_H
#define SOCKRATES_NET_WAITING_H

#include "net/net.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

/* What select(2) is asked about; what is ready takes its place. */
struct wait_sets {
    fd_set read, write, except;
    int beyond; /* the highest descriptor and 1 */
};

struct status wait_select(struct net *net, struct wait_sets *sets, int64_t timeout);

/* *ready descriptors have `revents`. */
struct status wait_poll(struct net *net, struct pollfd *list, size_t count, int64_t timeout, size_t *ready);

struct status wait_epoll_open(struct net *net, int flags, int *epoll);
struct status wait_epoll_close(struct net *net, int epoll);

/* `operation` is EPOLL_CTL_ADD, EPOLL_CTL_MOD or EPOLL_CTL_DEL. */
struct status wait_epoll_change(struct net *net, int epoll, int operation, int fd, uint32_t events);

/* `epoll` is where the descriptor stands: a handler may close it, and EBADF follows. */
struct status wait_epoll(struct net *net, const int *epoll, struct epoll_event *events, int room, int64_t timeout,
                         size_t *ready);

#endif
