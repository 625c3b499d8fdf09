/*
 * net.h: the one door for system calls on sockets.  Floor: net.
 *
 * Everything that touches a socket goes through net_call(): there, and only there, a call is recorded,
 * EINTR is answered, and a deadline is kept.
 */
#ifndef SOCKRATES_NET_NET_H
#define SOCKRATES_NET_NET_H

#include "base/clock.h"
#include "base/status.h"
#include "trace/address.h"
#include "trace/ring.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

struct net_socket;
struct net_watch;
struct net_watcher;
struct net_policy;

/* A host that is known by name, with numeric addresses; NULL ends them. */
struct net_name {
    const char *name, *addresses[3];
};

/* What a call needs to know of the process it runs in. */
struct net {
    struct ring *ring;                               /* where calls are recorded; never NULL */
    struct ring *common;                             /* the one that all share, where `ring` is not it; or NULL */
    int actor;                                       /* as whom */
    uint32_t chunk;                                  /* which chunk is being evaluated */
    void (*place)(void *owner, struct event *event); /* fills in line and function; NULL to record none */
    /*
     * Called after EINTR, and when `pending` was set by a signal handler: runs what waits for it.  True
     * when that raised: the call is left with STATUS_INTERRUPTED.
     */
    bool (*interrupted)(void *owner);
    void *owner;
    volatile sig_atomic_t pending;
    const struct net_gate *gate;       /* asked for every call; NULL: everything may be done */
    struct net_policy *policy;         /* what the gate knows, see policy.h */
    bool isolated;                     /* in a network of its own: whatever it sends stays there */
    const struct net_name *names;      /* hosts of that network, ended by a NULL name; NULL for none */
    bool confined;                     /* may only reach this machine */
    int64_t default_timeout;           /* nanoseconds for new sockets; NET_FOREVER */
    struct net_socket *open;           /* every open socket of this process */
    uint16_t flags;                    /* enum event_flag, of every call */
    const struct net_watcher *watcher; /* told of every call; NULL for nobody */
    struct net_watch *watch;           /* what it knows, see watch.h */
};

void net_init(struct net *net, struct ring *ring);

/* What everybody sees. */
static inline struct ring *net_common_ring(const struct net *net)
{
    return net->common != NULL ? net->common : net->ring;
}

/* Timeouts: nanoseconds, or one of these. */
#define NET_FOREVER INT64_C(-1)
#define NET_NOW     INT64_C(0)

/* A timeout that becomes a moment when the first call begins, so that retries use what is left. */
struct net_deadline {
    int64_t timeout;
    int64_t moment; /* 0: not begun */
};

#define NET_DEADLINE(nanoseconds) ((struct net_deadline){.timeout = (nanoseconds)})

/*
 * One system call, ready to be made.  `run` makes it, once, from the fields beside it, and returns what it
 * returned, errno set.  `arg` goes into the record as the call's row says (trace/call.h).
 */
struct net_call {
    enum event_call call;
    ssize_t (*run)(struct net_call *call);
    int fd;
    const int *current; /* where the descriptor stands, for retries: a signal handler may close it; or NULL */
    short wait;         /* POLLIN or POLLOUT: what to wait for after EAGAIN; 0: never wait */
    bool gives;         /* address and data come out of the call instead of going in */
    size_t given;       /* so many bytes, where the result does not say; 0: it does */
    uint16_t flags;     /* enum event_flag */
    int64_t arg[4];
    struct address *address; /* NULL without */
    void *data;              /* NULL without; the first bytes are recorded */
    size_t length;           /* of data */
    void *more;              /* whatever else `run` needs */
};

/* What sendmsg(2) and recvmsg(2) move besides one block of bytes; `more` of their calls. */
struct net_message {
    struct iovec *parts;
    size_t count;
    void *control;           /* ancillary data; NULL for none */
    size_t control_length;   /* room, then how much came */
    struct address *address; /* NULL: none is given or wanted */
    int flags;               /* what came with a received message: MSG_TRUNC, ... */
};

/*
 * Asked before every call: anything but fine, and it is not made.  Told what it returned, errno set, before anybody
 * else.
 */
struct net_gate {
    struct status (*allow)(const struct net *net, const struct net_call *call);
    void (*note)(const struct net *net, const struct net_call *call, ssize_t result);
};

/* Told of every call: before it, before its record ends (`error` is its errno), and after. */
struct net_watcher {
    void (*before)(struct net *net, const struct net_call *call);
    void (*within)(const struct net_call *call, struct event *event, int error);
    void (*after)(struct net *net, const struct net_call *call, ssize_t result);
};

/*
 * Makes the call through the door.  After EINTR it runs `interrupted` and calls again; after EAGAIN it
 * waits with poll(2) until the deadline if that has a timeout, and calls again.  *result may be NULL.
 */
struct status net_call(struct net *net, struct net_call *call, struct net_deadline *deadline, ssize_t *result);

/* The same, made exactly once: EINTR and EAGAIN are results like any other. */
struct status net_call_once(struct net *net, struct net_call *call, ssize_t *result);

/*
 * Waits until the descriptor is ready for `events` (POLLIN, POLLOUT) or the deadline has passed.  It is read
 * again after each signal: a handler may have closed it, and then that is EBADF.
 */
struct status net_wait(struct net *net, const int *fd, short events, struct net_deadline *deadline);

/* Runs what a signal left to do; STATUS_INTERRUPTED when that raised. */
struct status net_safe_point(struct net *net, const char *call);

#endif
