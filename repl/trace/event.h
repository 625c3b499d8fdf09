/*
 * event.h: the record of one thing that happened.  Floor: trace.
 *
 * Every socket call, every note of a peer, every packet the wire saw is one struct event in one ring that
 * the learner's process, its peers and the wire share.  Every view is a reader of these records: call list,
 * ladder, C, Python, JSON.  A record holds no pointers.
 */
#ifndef SOCKRATES_TRACE_EVENT_H
#define SOCKRATES_TRACE_EVENT_H

#include <stdatomic.h>
#include <stdint.h>

enum event_kind {
    EVENT_CALL = 1, /* a system call */
    EVENT_NOTE,     /* text: a peer said, ended or failed; long notes continue in the next record */
    EVENT_HANDLER,  /* a signal handler ran; arg[0] is the signal, result -1 when it raised */
    EVENT_STATE,    /* a socket changed state: arg[0] before, arg[1] after, as TCP_INFO counts them */
    EVENT_PACKET,   /* seen by the wire */
};

/*
 * One list of the calls: the symbol, C's name of the call, what arg[] holds.  Where a row names `address`,
 * the socket address given to or returned by the call stands in the payload; where it names `data`, the
 * first bytes that were sent or received do.  `local` is the address that connecting chose, after the first
 * one, where somebody watches (net/watch.h).
 *
 * POLL: `within` is the whole timeout that a wait serves; `timeout` what is left of it.
 * SELECT: read, write, except are masks of the descriptors below 64, those asked about while the call waits, those
 * that were ready once it returned; data: the three masks asked about.  POLL_LIST: `ready` is a mask of positions
 * in data, which is the array of struct pollfd as it was asked.  GETADDRINFO and those after it: the result is the
 * EAI_ value, or the h_errno value, negative.
 */
/* clang-format off */
#define EVENT_CALLS(row)                                                     \
    row(SOCKET, "socket", "family type protocol")                            \
    row(SOCKETPAIR, "socketpair", "family type protocol second")             \
    row(CONNECT, "connect", "address local")                                 \
    row(BIND, "bind", "address")                                             \
    row(LISTEN, "listen", "backlog")                                         \
    row(ACCEPT, "accept", "address")                                         \
    row(RECV, "recv", "length flags data")                                   \
    row(SEND, "send", "length flags data")                                   \
    row(RECVFROM, "recvfrom", "length flags address data")                   \
    row(SENDTO, "sendto", "length flags address data")                       \
    row(RECVMSG, "recvmsg", "length flags control address data")             \
    row(SENDMSG, "sendmsg", "length flags control address data")             \
    row(SHUTDOWN, "shutdown", "how")                                         \
    row(CLOSE, "close", "")                                                  \
    row(DUP, "dup", "")                                                      \
    row(POLL, "poll", "events timeout_ms revents within_ns")                 \
    row(POLL_LIST, "poll", "count timeout_ms ready data")                    \
    row(SELECT, "select", "read write except timeout_ns data")               \
    row(EPOLL_CREATE, "epoll_create1", "flags")                              \
    row(EPOLL_CTL, "epoll_ctl", "operation descriptor events")               \
    row(EPOLL, "epoll_wait", "maximum timeout_ms")                           \
    row(SETSOCKOPT, "setsockopt", "level option length value data")          \
    row(GETSOCKOPT, "getsockopt", "level option length value data")          \
    row(GETSOCKNAME, "getsockname", "address")                               \
    row(GETPEERNAME, "getpeername", "address")                               \
    row(NONBLOCK, "fcntl", "nonblocking timeout_ns")                         \
    row(INHERIT, "fcntl", "close_on_exec")                                   \
    row(INHERITED, "fcntl", "")                                              \
    row(SENDFILE, "sendfile", "file offset length")                          \
    row(SLEEP, "clock_nanosleep", "timeout_ns")                              \
    row(PAUSE, "pause", "")                                                  \
    row(SETITIMER, "setitimer", "which value_ns interval_ns")                \
    row(ALARM, "alarm", "seconds")                                           \
    row(KILL, "kill", "process signal")                                      \
    row(RAISE, "raise", "signal")                                            \
    row(SIGACTION, "sigaction", "signal handler restart")                    \
    row(GETADDRINFO, "getaddrinfo", "family type data")                      \
    row(GETNAMEINFO, "getnameinfo", "flags address")                         \
    row(GETHOSTBYNAME, "gethostbyname", "data")                              \
    row(GETHOSTBYADDR, "gethostbyaddr", "address")
/* clang-format on */

enum event_call {
#define EVENT_CALL_SYMBOL(symbol, name, arguments) CALL_##symbol,
    EVENT_CALLS(EVENT_CALL_SYMBOL)
#undef EVENT_CALL_SYMBOL
        CALL_COUNT
};

enum event_flag {
    EVENT_RETRY = 1,     /* the same call again, after EINTR or EAGAIN */
    EVENT_WAIT = 2,      /* a poll that serves a timeout, not one that was asked for */
    EVENT_CONTINUED = 4, /* a note that goes on in the next record of the same actor */
    EVENT_FAILED = 8,    /* a note: the peer failed */
    EVENT_ENDED = 32,    /* a note: the peer was stopped, its sockets closed by the kernel */
    EVENT_SETUP = 16,    /* a peer is made ready: no picture shows it */
    EVENT_APART = 64,    /* a peer that serves each of its sockets as if there were no other */
};

#define EVENT_SIZE 256
#define EVENT_ROOM (EVENT_SIZE - 96)

struct event {
    _Atomic uint64_t stamp; /* 1 + its number in the ring, once begun; 0: never written */
    int64_t begin;          /* clock_now() */
    _Atomic int64_t end;    /* 0 while the call has not returned */
    uint16_t kind;          /* enum event_kind */
    uint16_t call;          /* enum event_call */
    uint16_t actor;         /* who: 0 the learner, 1.. peers */
    uint16_t flags;         /* enum event_flag */
    int32_t fd;             /* first argument; -1 where there is none */
    int32_t error;          /* errno, 0 when fine */
    int64_t result;         /* what the call returned */
    uint32_t chunk;         /* which evaluated chunk, counted from 1 in its session; 0 outside of one */
    int32_t line;           /* its line, 0 unknown */
    int64_t arg[4];         /* see EVENT_CALLS */
    uint32_t address_length;
    uint32_t data_length;     /* bytes of data kept; how many there were, arg or result says */
    char payload[EVENT_ROOM]; /* the socket address, then the data */
};

_Static_assert(sizeof(struct event) == EVENT_SIZE, "one event, one fixed size");

/* The call as C names it: "connect". */
const char *event_call_name(enum event_call call);

/* The data kept in the payload, data_length bytes. */
const char *event_data(const struct event *event);

#endif
