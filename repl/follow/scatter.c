#include "follow/scatter.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

/* So many parts of a message are looked at; the kernel takes up to 1024. */
#define PARTS_MOST 1024

/* So much control data is looked at: descriptors, at most 253 in one message. */
#define CONTROL_MOST 4096

/* --- parts ---------------------------------------------------------------------------------------------- */

struct parts {
    struct iovec list[PARTS_MOST];
    size_t count;
    size_t length; /* of all */
};

static void read_parts(struct parts *parts, const struct invocation *call, uint64_t from, uint64_t count)
{
    parts->count = count < PARTS_MOST ? (size_t)count : PARTS_MOST;
    parts->length = 0;
    if (!tracee_take(call->process, from, parts->list, parts->count * sizeof *parts->list))
        parts->count = 0;
    for (size_t i = 0; i < parts->count; i++)
        parts->length += parts->list[i].iov_len;
}

/* Behind the address: as much of the first `length` bytes of all parts as there is room for. */
static void join_parts(const struct parts *parts, const struct invocation *call, struct event *event, size_t length)
{
    size_t room = (size_t)EVENT_ROOM - event->address_length, done = 0;
    char *to = event->payload + event->address_length;
    length = length < room ? length : room;
    for (size_t i = 0; i < parts->count && done < length; i++) {
        size_t left = length - done, part = parts->list[i].iov_len < left ? parts->list[i].iov_len : left;
        size_t got = tracee_read(call->process, (uint64_t)(uintptr_t)parts->list[i].iov_base, to + done, part);
        done += got;
        if (got < part)
            break;
    }
    event->data_length = (uint16_t)done;
}

bool scatter_enter_writev(const struct invocation *call, struct event *event)
{
    struct parts parts;
    read_parts(&parts, call, call->arguments[1], call->arguments[2]);
    event->arg[0] = (int64_t)parts.length;
    join_parts(&parts, call, event, parts.length);
    return true;
}

bool scatter_enter_readv(const struct invocation *call, struct event *event)
{
    struct parts parts;
    read_parts(&parts, call, call->arguments[1], call->arguments[2]);
    event->arg[0] = (int64_t)parts.length;
    return true;
}

void scatter_leave_readv(const struct invocation *call, struct event *event)
{
    struct parts parts;
    if (event->result <= 0)
        return;
    read_parts(&parts, call, call->arguments[1], call->arguments[2]);
    join_parts(&parts, call, event, (size_t)event->result);
}

/* --- messages ------------------------------------------------------------------------------------------- */

/* That of sendmsg(2), or the first of sendmmsg(2). */
static bool read_header(const struct invocation *call, struct msghdr *header)
{
    return invocation_take(call, 1, header, sizeof *header);
}

static void take_name(const struct invocation *call, struct event *event, const struct msghdr *header)
{
    size_t length = header->msg_namelen;
    if (header->msg_name == NULL || length == 0 || length > sizeof(struct sockaddr_storage))
        return;
    if (tracee_take(call->process, (uint64_t)(uintptr_t)header->msg_name, event->payload, length))
        event->address_length = (uint16_t)length;
}

static bool is_single(const struct event *event)
{
    return event->call == CALL_SENDMSG || event->call == CALL_RECVMSG;
}

/* What both directions know before the call. */
static void take_header(const struct invocation *call, struct event *event, const struct msghdr *header,
                        struct parts *parts)
{
    read_parts(parts, call, (uint64_t)(uintptr_t)header->msg_iov, header->msg_iovlen);
    event->arg[0] = (int64_t)parts->length;
    if (is_single(event))
        event->arg[2] = (int64_t)header->msg_controllen;
}

bool scatter_enter_send(const struct invocation *call, struct event *event)
{
    struct msghdr header;
    struct parts parts;
    if (!read_header(call, &header))
        return true;
    take_header(call, event, &header, &parts);
    take_name(call, event, &header);
    join_parts(&parts, call, event, parts.length);
    return true;
}

bool scatter_enter_receive(const struct invocation *call, struct event *event)
{
    struct msghdr header;
    struct parts parts;
    if (read_header(call, &header))
        take_header(call, event, &header, &parts);
    return true;
}

/* Of recvmmsg(2) the first message; its length stands behind its header. */
void scatter_leave_receive(const struct invocation *call, struct event *event)
{
    struct mmsghdr first;
    struct parts parts;
    if (event->result < 0 || !invocation_take(call, 1, &first.msg_hdr, sizeof first.msg_hdr))
        return;
    size_t length = (size_t)event->result;
    if (!is_single(event)) {
        if (event->result == 0 || !invocation_take(call, 1, &first, sizeof first))
            return;
        length = first.msg_len;
    }
    take_header(call, event, &first.msg_hdr, &parts);
    take_name(call, event, &first.msg_hdr);
    join_parts(&parts, call, event, length < parts.length ? length : parts.length);
}

/* --- descriptors that travel ---------------------------------------------------------------------------- */

static void visit_rights(const struct cmsghdr *rights, scatter_visit *visit, void *owner)
{
    size_t count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
        int fd;
        memcpy(&fd, CMSG_DATA(rights) + i * sizeof fd, sizeof fd);
        visit(owner, fd);
    }
}

static void visit_control(const struct invocation *call, const struct msghdr *theirs, scatter_visit *visit, void *owner)
{
    _Alignas(struct cmsghdr) char control[CONTROL_MOST];
    size_t length = theirs->msg_controllen < sizeof control ? theirs->msg_controllen : sizeof control;
    length = tracee_read(call->process, (uint64_t)(uintptr_t)theirs->msg_control, control, length);
    struct msghdr header = {.msg_control = control, .msg_controllen = length};
    for (struct cmsghdr *one = CMSG_FIRSTHDR(&header); one != NULL; one = CMSG_NXTHDR(&header, one)) {
        size_t at = (size_t)((char *)one - control);
        if (one->cmsg_len < CMSG_LEN(0) || one->cmsg_len > length - at)
            return;
        if (one->cmsg_level == SOL_SOCKET && one->cmsg_type == SCM_RIGHTS)
            visit_rights(one, visit, owner);
    }
}

void scatter_rights(const struct invocation *call, scatter_visit *visit, void *owner)
{
    struct msghdr header;
    bool has = call->number == __NR_recvmsg || call->number == __NR_sendmsg;
    if (has && read_header(call, &header) && header.msg_controllen > 0)
        visit_control(call, &header, visit, owner);
}
