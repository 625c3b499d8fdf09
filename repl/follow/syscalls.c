#include "follow/syscalls.h"

#include "base/clock.h"
#include "base/memory.h"
#include "follow/scatter.h"
#include "trace/call.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#define NO_FD (-1)

/* How a call is decoded: argument numbers count from 0; where 0 means none, no call has the thing there. */
struct row {
    uint16_t call;    /* enum event_call */
    int8_t fd;        /* the descriptor; NO_FD: none */
    bool anyway;      /* worth a record whatever the descriptor is */
    uint8_t holds[4]; /* for each arg[] of the record: 1 + the argument */
    uint8_t address;  /* a pointer; its length is the next argument */
    uint8_t name;     /* an address given back; where its length is, is the next argument */
    uint8_t data;     /* bytes that are sent; how many is the next argument */
    uint8_t room;     /* bytes that are received */
    uint8_t interest; /* enum syscall_interest of what is no call on a descriptor */
    /* Instead of, or after all that: false when it is not worth a record. */
    bool (*enter)(const struct invocation *call, struct event *event);
    void (*leave)(const struct invocation *call, struct event *event);
};

static bool is_socket(const struct invocation *call, int fd)
{
    return handles_kind(call->handles, fd) == HANDLE_SOCKET;
}

/* --- sockets -------------------------------------------------------------------------------------------- */

static void leave_pair(const struct invocation *call, struct event *event)
{
    int pair[2];
    if (event->result < 0 || !invocation_take(call, 3, pair, sizeof pair))
        return;
    event->fd = pair[0];
    event->arg[3] = pair[1];
}

/* send(2) is sendto(2) without an address. */
static bool enter_send(const struct invocation *call, struct event *event)
{
    if (call->arguments[4] == 0)
        event->call = CALL_SEND;
    return true;
}

static bool enter_receive(const struct invocation *call, struct event *event)
{
    if (call->arguments[4] == 0)
        event->call = CALL_RECV;
    return true;
}

static bool enter_sendfile(const struct invocation *call, struct event *event)
{
    int64_t offset = 0;
    if (call->arguments[2] != 0 && !invocation_take(call, 2, &offset, sizeof offset))
        offset = 0;
    event->arg[1] = offset;
    return true;
}

/* From a socket, or to one. */
static bool enter_splice(const struct invocation *call, struct event *event)
{
    int from = invocation_int(call, 0), to = invocation_int(call, 2);
    int64_t length = (int64_t)call->arguments[4];
    bool sends = is_socket(call, to);
    event->call = sends ? CALL_SPLICE : CALL_SPLICE_FROM;
    event->fd = sends ? to : from;
    event->arg[sends ? 0 : 1] = sends ? from : to;
    event->arg[sends ? 1 : 0] = length;
    return sends || is_socket(call, from);
}

/* --- descriptors ---------------------------------------------------------------------------------------- */

static bool enter_fcntl(const struct invocation *call, struct event *event)
{
    int value = invocation_int(call, 2);
    switch (invocation_int(call, 1)) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        event->call = CALL_DUP;
        return true;
    case F_SETFD:
        event->call = CALL_INHERIT;
        event->arg[0] = (value & FD_CLOEXEC) != 0;
        return true;
    case F_GETFD:
        event->call = CALL_INHERITED;
        return true;
    case F_SETFL:
        event->call = CALL_NONBLOCK;
        event->arg[0] = (value & O_NONBLOCK) != 0;
        event->arg[1] = event->arg[0] ? 0 : -1;
        return true;
    case F_GETFL:
        event->call = CALL_GET_FLAGS;
        return true;
    default:
        return false;
    }
}

static bool enter_ioctl(const struct invocation *call, struct event *event)
{
    int value = 0;
    if (call->arguments[1] != FIONBIO || !invocation_take(call, 2, &value, sizeof value))
        return false;
    event->arg[0] = value != 0;
    event->arg[1] = value != 0 ? 0 : -1;
    return true;
}

/* --- waiting -------------------------------------------------------------------------------------------- */

/* So many are looked at for a socket. */
#define POLLED_MOST 1024

static bool watches(const struct invocation *call, const struct pollfd *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_socket(call, list[i].fd))
            return true;
    return false;
}

static bool enter_polling(const struct invocation *call, struct event *event, int64_t timeout)
{
    struct pollfd list[POLLED_MOST];
    uint64_t all = (uint32_t)call->arguments[1];
    size_t count = all < POLLED_MOST ? (size_t)all : POLLED_MOST;
    if (count == 0 || !invocation_take(call, 0, list, count * sizeof *list) || !watches(call, list, count))
        return false;
    event->arg[1] = timeout;
    if (all == 1) {
        event->call = CALL_POLL;
        event->fd = list[0].fd;
        event->arg[0] = list[0].events;
        return true;
    }
    size_t kept = count < EVENT_ROOM / sizeof *list ? count : EVENT_ROOM / sizeof *list;
    event->call = CALL_POLL_LIST;
    event->arg[0] = (int64_t)all;
    event->data_length = (uint16_t)(kept * sizeof *list);
    memcpy(event->payload, list, event->data_length);
    return true;
}

/* So many seconds and parts of one, in nanoseconds; -1 for what is no time that anybody waits. */
static int64_t nanoseconds(int64_t seconds, int64_t parts, int64_t unit)
{
    if (seconds < 0 || seconds > INT32_MAX || parts < 0 || parts >= CLOCK_SECOND / unit)
        return -1;
    return seconds * CLOCK_SECOND + parts * unit;
}

/* A struct timespec there; -1 for none. */
static int64_t time_at(const struct invocation *call, int index)
{
    struct timespec time;
    return invocation_take(call, index, &time, sizeof time) ? nanoseconds(time.tv_sec, time.tv_nsec, 1) : -1;
}

static int64_t milliseconds_at(const struct invocation *call, int index)
{
    int64_t time = time_at(call, index);
    return time < 0 ? -1 : (time + CLOCK_MILLISECOND - 1) / CLOCK_MILLISECOND;
}

#ifdef __NR_poll
static bool enter_poll(const struct invocation *call, struct event *event)
{
    return enter_polling(call, event, invocation_int(call, 2));
}
#endif

static bool enter_ppoll(const struct invocation *call, struct event *event)
{
    return enter_polling(call, event, milliseconds_at(call, 2));
}

static void leave_poll(const struct invocation *call, struct event *event)
{
    struct pollfd list[64];
    size_t count = event->call == CALL_POLL ? 1 : (size_t)event->arg[0];
    if (event->result <= 0)
        return;
    count = count < 64 ? count : 64;
    if (!invocation_take(call, 0, list, count * sizeof *list))
        return;
    if (event->call == CALL_POLL)
        event->arg[2] = list[0].revents;
    else
        for (size_t i = 0; i < count; i++)
            event->arg[2] |= (int64_t)((uint64_t)(list[i].revents != 0) << i);
}

/* The descriptors below 64 of the three sets. */
static void read_sets(const struct invocation *call, int64_t masks[3])
{
    int count = invocation_int(call, 0);
    for (int i = 0; i < 3; i++) {
        uint64_t mask = 0;
        if (count <= 0 || !invocation_take(call, 1 + i, &mask, sizeof mask))
            mask = 0;
        masks[i] = (int64_t)(count < 64 ? mask & ((UINT64_C(1) << (count > 0 ? count : 0)) - 1) : mask);
    }
}

static bool enter_sets(const struct invocation *call, struct event *event, int64_t timeout)
{
    read_sets(call, event->arg);
    uint64_t all = (uint64_t)event->arg[0] | (uint64_t)event->arg[1] | (uint64_t)event->arg[2];
    bool found = false;
    for (int fd = 0; fd < 64; fd++)
        found = found || (all >> fd & 1 && is_socket(call, fd));
    event->data_length = 3 * sizeof *event->arg;
    memcpy(event->payload, event->arg, event->data_length);
    event->arg[3] = timeout;
    return found;
}

#ifdef __NR_select
static bool enter_select(const struct invocation *call, struct event *event)
{
    struct timeval time;
    bool some = invocation_take(call, 4, &time, sizeof time);
    return enter_sets(call, event, some ? nanoseconds(time.tv_sec, time.tv_usec, CLOCK_MICROSECOND) : -1);
}
#endif

static bool enter_pselect(const struct invocation *call, struct event *event)
{
    return enter_sets(call, event, time_at(call, 4));
}

static void leave_select(const struct invocation *call, struct event *event)
{
    if (event->result >= 0)
        read_sets(call, event->arg);
}

static bool enter_epoll_change(const struct invocation *call, struct event *event)
{
    struct epoll_event change;
    if (invocation_take(call, 3, &change, sizeof change)) {
        event->arg[2] = change.events;
        event->arg[3] = (int64_t)change.data.u64;
    }
    return true;
}

static bool enter_epoll_exactly(const struct invocation *call, struct event *event)
{
    event->arg[1] = milliseconds_at(call, 3);
    return true;
}

/* It is a number of 32 bits. */
static bool enter_epoll(const struct invocation *call, struct event *event)
{
    event->arg[1] = invocation_int(call, 3);
    return true;
}

static void leave_epoll(const struct invocation *call, struct event *event)
{
    const size_t most = EVENT_ROOM / sizeof(struct epoll_event);
    size_t count = event->result <= 0 ? 0 : (size_t)event->result < most ? (size_t)event->result : most;
    if (count > 0 && invocation_take(call, 1, event->payload, count * sizeof(struct epoll_event)))
        event->data_length = (uint16_t)(count * sizeof(struct epoll_event));
}

/* --- options -------------------------------------------------------------------------------------------- */

/* What options may be as a number, and all that is kept of them. */
static void take_value(const struct invocation *call, struct event *event, size_t length)
{
    size_t kept = length < EVENT_ROOM ? length : EVENT_ROOM;
    int number = 0;
    event->data_length = (uint16_t)tracee_read(call->process, call->arguments[3], event->payload, kept);
    if (length == sizeof number && event->data_length == sizeof number)
        memcpy(&number, event->payload, sizeof number);
    event->arg[3] = number;
}

static bool enter_set_option(const struct invocation *call, struct event *event)
{
    event->arg[2] = invocation_int(call, 4);
    take_value(call, event, (uint32_t)call->arguments[4]);
    return true;
}

static bool enter_get_option(const struct invocation *call, struct event *event)
{
    uint32_t room = 0;
    if (invocation_take(call, 4, &room, sizeof room))
        event->arg[2] = room;
    return true;
}

static void leave_get_option(const struct invocation *call, struct event *event)
{
    uint32_t length = 0;
    if (event->result < 0 || !invocation_take(call, 4, &length, sizeof length))
        return;
    event->arg[2] = length;
    take_value(call, event, length);
}

/* --- the rows ------------------------------------------------------------------------------------------- */

#define SPAWN                                   \
    {                                           \
        .fd = NO_FD, .interest = SYSCALL_SPAWN, \
    }

static const struct row rows[] = {
    [__NR_socket] = {CALL_SOCKET, NO_FD, .holds = {1, 2, 3}},
    [__NR_socketpair] = {CALL_SOCKETPAIR, NO_FD, .holds = {1, 2, 3}, .leave = leave_pair},
    [__NR_connect] = {CALL_CONNECT, 0, true, .address = 1},
    [__NR_bind] = {CALL_BIND, 0, true, .address = 1},
    [__NR_listen] = {CALL_LISTEN, 0, true, .holds = {2}},
    [__NR_accept] = {CALL_ACCEPT, 0, true, .name = 1},
    [__NR_accept4] = {CALL_ACCEPT4, 0, true, .holds = {4}, .name = 1},
    [__NR_shutdown] = {CALL_SHUTDOWN, 0, true, .holds = {2}},
    [__NR_sendto] = {CALL_SENDTO, 0, true, .holds = {3, 4}, .address = 4, .data = 1, .enter = enter_send},
    [__NR_recvfrom] = {CALL_RECVFROM, 0, true, .holds = {3, 4}, .name = 4, .room = 1, .enter = enter_receive},
    [__NR_sendmsg] = {CALL_SENDMSG, 0, true, .holds = {0, 3}, .enter = scatter_enter_send},
    [__NR_recvmsg] = {CALL_RECVMSG, 0, true, .holds = {0, 3}, .enter = scatter_enter_receive,
                      .leave = scatter_leave_receive},
    [__NR_sendmmsg] = {CALL_SENDMMSG, 0, true, .holds = {0, 4, 3}, .enter = scatter_enter_send},
    [__NR_recvmmsg] = {CALL_RECVMMSG, 0, true, .holds = {0, 4, 3}, .enter = scatter_enter_receive,
                       .leave = scatter_leave_receive},
    [__NR_read] = {CALL_READ, 0, .holds = {3}, .room = 1},
    [__NR_write] = {CALL_WRITE, 0, .holds = {3}, .data = 1},
    [__NR_readv] = {CALL_READV, 0, .holds = {0, 3}, .enter = scatter_enter_readv, .leave = scatter_leave_readv},
    [__NR_writev] = {CALL_WRITEV, 0, .holds = {0, 3}, .enter = scatter_enter_writev},
    [__NR_sendfile] = {CALL_SENDFILE, 0, .holds = {2, 0, 4}, .enter = enter_sendfile},
    [__NR_splice] = {CALL_SPLICE, NO_FD, .enter = enter_splice},
    [__NR_close] = {CALL_CLOSE, 0},
    [__NR_close_range] = {.fd = NO_FD, .interest = SYSCALL_RANGE},
    [__NR_dup] = {CALL_DUP, 0},
    [__NR_dup3] = {CALL_DUP2, 0, .holds = {2}},
    [__NR_fcntl] = {CALL_NONBLOCK, 0, .enter = enter_fcntl},
    [__NR_ioctl] = {CALL_IOCTL, 0, .enter = enter_ioctl},
    [__NR_ppoll] = {CALL_POLL, NO_FD, .enter = enter_ppoll, .leave = leave_poll},
    [__NR_pselect6] = {CALL_SELECT, NO_FD, .enter = enter_pselect, .leave = leave_select},
    [__NR_epoll_create1] = {CALL_EPOLL_CREATE, NO_FD, .holds = {1}},
    [__NR_epoll_ctl] = {CALL_EPOLL_CTL, 0, true, .holds = {2, 3}, .enter = enter_epoll_change},
    [__NR_epoll_pwait] = {CALL_EPOLL, 0, true, .holds = {3}, .enter = enter_epoll, .leave = leave_epoll},
    [__NR_epoll_pwait2] = {CALL_EPOLL, 0, true, .holds = {3}, .enter = enter_epoll_exactly, .leave = leave_epoll},
    [__NR_setsockopt] = {CALL_SETSOCKOPT, 0, true, .holds = {2, 3}, .enter = enter_set_option},
    [__NR_getsockopt] = {CALL_GETSOCKOPT, 0, true, .holds = {2, 3}, .enter = enter_get_option,
                         .leave = leave_get_option},
    [__NR_getsockname] = {CALL_GETSOCKNAME, 0, .name = 1},
    [__NR_getpeername] = {CALL_GETPEERNAME, 0, .name = 1},
    [__NR_clone] = SPAWN,
    [__NR_clone3] = SPAWN,
    [__NR_io_uring_setup] = {.fd = NO_FD, .interest = SYSCALL_RING},
    [__NR_restart_syscall] = {.fd = NO_FD, .interest = SYSCALL_RESTART},
#ifdef __NR_poll /* older processors have these as well */
    [__NR_poll] = {CALL_POLL, NO_FD, .enter = enter_poll, .leave = leave_poll},
    [__NR_select] = {CALL_SELECT, NO_FD, .enter = enter_select, .leave = leave_select},
    [__NR_epoll_create] = {CALL_EPOLL_CREATE, NO_FD},
    [__NR_epoll_wait] = {CALL_EPOLL, 0, true, .holds = {3}, .enter = enter_epoll, .leave = leave_epoll},
    [__NR_dup2] = {CALL_DUP2, 0, .holds = {2}},
    [__NR_fork] = SPAWN,
    [__NR_vfork] = SPAWN,
#endif
};

#define ROWS (sizeof rows / sizeof *rows)

static bool is_known(const struct row *row)
{
    return row->call != CALL_NONE || row->interest != SYSCALL_NOTHING;
}

static const struct row *row_of(const struct invocation *call)
{
    static const struct row none = {.fd = NO_FD};
    return call->number < ROWS && is_known(&rows[call->number]) ? &rows[call->number] : &none;
}

unsigned *syscalls_seen(size_t *count)
{
    unsigned *numbers = memory_new(ROWS, sizeof *numbers);
    *count = 0;
    for (unsigned number = 0; number < ROWS; number++)
        if (is_known(&rows[number]))
            numbers[(*count)++] = number;
    return numbers;
}

/* --- entering and leaving ------------------------------------------------------------------------------- */

static void take_address(const struct invocation *call, struct event *event, uint64_t from, uint64_t length)
{
    if (from == 0 || length == 0 || length > sizeof(struct sockaddr_storage))
        return;
    if (tracee_take(call->process, from, event->payload, (size_t)length))
        event->address_length = (uint16_t)length;
}

static void take_data(const struct invocation *call, struct event *event, uint64_t from, uint64_t length)
{
    size_t room = (size_t)EVENT_ROOM - event->address_length;
    size_t kept = length < room ? (size_t)length : room;
    event->data_length = (uint16_t)tracee_read(call->process, from, event->payload + event->address_length, kept);
}

/* Numbers that the kernel takes as 32 bits are signed; lengths are not. */
static int64_t widen(const struct invocation *call, unsigned argument, unsigned holds)
{
    return holds == ARG_LENGTH ? (int64_t)call->arguments[argument] : (int64_t)(int)call->arguments[argument];
}

static enum syscall_interest interest_in(const struct row *row, int fd, const struct invocation *call)
{
    static const enum syscall_interest by_kind[] = {[HANDLE_NONE] = SYSCALL_NOTHING,
                                                    [HANDLE_SOCKET] = SYSCALL_RECORD,
                                                    [HANDLE_HIDDEN] = SYSCALL_HIDDEN,
                                                    [HANDLE_CLOSED] = SYSCALL_UNKNOWN};
    if (row->fd == NO_FD)
        return SYSCALL_RECORD;
    enum syscall_interest interest = by_kind[handles_kind(call->handles, fd)];
    return row->anyway && interest != SYSCALL_HIDDEN ? SYSCALL_RECORD : interest;
}

enum syscall_interest syscall_enter(const struct invocation *call, struct event *event)
{
    const struct row *row = row_of(call);
    if (row->call == CALL_NONE)
        return (enum syscall_interest)row->interest;
    event->call = row->call;
    event->fd = row->fd == NO_FD ? -1 : invocation_int(call, row->fd);
    enum syscall_interest interest = interest_in(row, event->fd, call);
    if (interest == SYSCALL_NOTHING)
        return interest;
    const uint8_t *holds = call_row(row->call)->holds;
    for (size_t i = 0; i < 4; i++)
        if (row->holds[i] != 0)
            event->arg[i] = widen(call, row->holds[i] - 1u, holds[i]);
    if (row->address != 0)
        take_address(call, event, call->arguments[row->address], (uint32_t)call->arguments[row->address + 1]);
    if (row->data != 0)
        take_data(call, event, call->arguments[row->data], call->arguments[row->data + 1]);
    if (row->enter != NULL && !row->enter(call, event))
        return SYSCALL_NOTHING;
    return interest;
}

/* An address that the kernel gave back: at most as long as the room was that the program gave. */
static void take_name(const struct invocation *call, struct event *event, const struct row *row)
{
    uint32_t length = 0;
    if (call->arguments[row->name] != 0 && invocation_take(call, row->name + 1, &length, sizeof length))
        take_address(call, event, call->arguments[row->name], length);
}

void syscall_leave(const struct invocation *call, struct event *event, int64_t result)
{
    const struct row *row = row_of(call);
    event->result = result < 0 ? -1 : result;
    event->error = result < 0 ? (int)-result : 0;
    if (result >= 0 && row->name != 0)
        take_name(call, event, row);
    if (result >= 0 && row->room != 0)
        take_data(call, event, call->arguments[row->room], (uint64_t)result);
    if (row->leave != NULL)
        row->leave(call, event);
}

/* --- what comes of it ----------------------------------------------------------------------------------- */

/* What was a socket may be closed by another descriptor that takes its number. */
static void track_replaced(const struct invocation *call, struct handles *handles)
{
    if (handles_kind(handles, invocation_int(call, 0)) == HANDLE_NONE)
        handles_close(handles, invocation_int(call, 1));
}

void syscall_track_early(const struct invocation *call, struct handles *handles)
{
    bool closes = call->arguments[1] == FIOCLEX;
    switch (call->number) {
    case __NR_close:
        handles_close(handles, invocation_int(call, 0));
        break;
    case __NR_close_range:
        handles_close_range(handles, (unsigned)call->arguments[0], (unsigned)call->arguments[1],
                            call->arguments[2] & CLOSE_RANGE_CLOEXEC);
        break;
    case __NR_fcntl:
        if (invocation_int(call, 1) == F_SETFD)
            handles_set_closes(handles, invocation_int(call, 0), invocation_int(call, 2) & FD_CLOEXEC);
        break;
    case __NR_ioctl:
        if (closes || call->arguments[1] == FIONCLEX)
            handles_set_closes(handles, invocation_int(call, 0), closes);
        break;
#ifdef __NR_dup2
    case __NR_dup2:
#endif
    case __NR_dup3:
        track_replaced(call, handles);
        break;
    default:
        break;
    }
}

static bool copy_closes(const struct invocation *call)
{
    if (call->number == __NR_fcntl)
        return invocation_int(call, 1) == F_DUPFD_CLOEXEC;
    return call->number == __NR_dup3 && invocation_int(call, 2) & O_CLOEXEC;
}

void syscall_track(const struct invocation *call, const struct event *event, struct handles *handles, bool hidden)
{
    int fd = (int)event->result;
    if (event->error != 0)
        return;
    switch (call_row(event->call)->act) {
    case ACT_CREATE:
        handles_open(handles, fd, hidden, event->arg[1] & SOCK_CLOEXEC);
        break;
    case ACT_PAIR:
        handles_open(handles, event->fd, hidden, event->arg[1] & SOCK_CLOEXEC);
        handles_open(handles, (int)event->arg[3], hidden, event->arg[1] & SOCK_CLOEXEC);
        break;
    case ACT_ACCEPT:
        handles_open(handles, fd, hidden, event->call == CALL_ACCEPT4 && event->arg[0] & SOCK_CLOEXEC);
        break;
    case ACT_COPY:
        handles_duplicate(handles, invocation_int(call, 0), fd, copy_closes(call));
        break;
    default:
        break;
    }
}

struct syscall_sharing syscall_shares(const struct invocation *call)
{
    uint64_t flags = call->arguments[0];
    if (call->number == __NR_clone3 && !invocation_take(call, 0, &flags, sizeof flags))
        flags = 0;
    else if (call->number != __NR_clone && call->number != __NR_clone3)
        flags = 0; /* fork and vfork */
    return (struct syscall_sharing){.thread = flags & CLONE_THREAD, .handles = flags & CLONE_FILES};
}
