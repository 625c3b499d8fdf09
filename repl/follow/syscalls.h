/*
 * syscalls.h: how a system call becomes a record.  Floor: follow.
 *
 * One row for each call that may be about sockets: which of its arguments is the descriptor, an address, data, and
 * which numbers the record keeps.  Rows are by the kernel's number, so they are those of the processor that this is
 * built for.
 */
#ifndef SOCKRATES_FOLLOW_SYSCALLS_H
#define SOCKRATES_FOLLOW_SYSCALLS_H

#include "follow/invocation.h"
#include "trace/event.h"

/* The numbers of all calls that must be seen; *count of them, yours to free. */
unsigned *syscalls_seen(size_t *count);

/* What is to be done about a call. */
enum syscall_interest {
    SYSCALL_NOTHING, /* it is about no socket */
    SYSCALL_RECORD,
    SYSCALL_HIDDEN,  /* it is about a socket that the C library opened for itself */
    SYSCALL_UNKNOWN, /* its descriptor was a socket: worth a record when it is closed */
    SYSCALL_RANGE,   /* close_range(2), which tells of no socket by itself */
    SYSCALL_SPAWN,   /* fork(2) and its kin: syscall_shares() says more */
    SYSCALL_RING,    /* io_uring_setup(2) */
    SYSCALL_RESTART, /* the one that a signal interrupted goes on */
};

/* Fills in what is known before the call is made: the event's call, fd, arguments, address and data. */
enum syscall_interest syscall_enter(const struct invocation *call, struct event *event);

/* Fills in what it gave; `result` is what the kernel returned, negative for an error. */
void syscall_leave(const struct invocation *call, struct event *event, int64_t result);

/* What the call will have done to descriptors by its end, whatever comes of it: close(2) gives up a number at once. */
void syscall_track_early(const struct invocation *call, struct handles *handles);

/* What it did to them now that it has returned; `hidden`: what it gave is not to be shown. */
void syscall_track(const struct invocation *call, const struct event *event, struct handles *handles, bool hidden);

/* What a new process or thread will have in common with the one that makes it. */
struct syscall_sharing {
    bool thread, handles;
};

struct syscall_sharing syscall_shares(const struct invocation *call);

#endif
