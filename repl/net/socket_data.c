#include "net/socket.h"

#include <poll.h>
#include <string.h>
#include <sys/sendfile.h>

static struct status transfer(struct net *net, struct net_socket *s, struct net_call *call, size_t *moved)
{
    struct net_deadline deadline = NET_DEADLINE(s->timeout);
    ssize_t count = 0;
    struct status status = socket_call(net, s, call, &deadline, &count);
    *moved = (size_t)count;
    return status;
}

static ssize_t run_receive(struct net_call *call)
{
    return recv(call->fd, call->data, call->length, (int)call->arg[1]);
}

struct status socket_receive(struct net *net, struct net_socket *s, void *data, size_t room, int flags,
                             size_t *received)
{
    struct net_call call = {.call = CALL_RECV,
                            .run = run_receive,
                            .wait = POLLIN,
                            .gives = true,
                            .arg = {(int64_t)room, flags},
                            .data = data,
                            .length = room};
    return transfer(net, s, &call, received);
}

static ssize_t run_receive_from(struct net_call *call)
{
    call->address->length = sizeof call->address->storage;
    return recvfrom(call->fd, call->data, call->length, (int)call->arg[1], &call->address->any, &call->address->length);
}

struct status socket_receive_from(struct net *net, struct net_socket *s, void *data, size_t room, int flags,
                                  size_t *received, struct address *from)
{
    struct net_call call = {.call = CALL_RECVFROM,
                            .run = run_receive_from,
                            .wait = POLLIN,
                            .gives = true,
                            .arg = {(int64_t)room, flags},
                            .address = from,
                            .data = data,
                            .length = room};
    return transfer(net, s, &call, received);
}

static ssize_t run_send(struct net_call *call)
{
    return send(call->fd, call->data, call->length, (int)call->arg[1]);
}

static struct net_call send_call(const void *data, size_t length, int flags)
{
    return (struct net_call){.call = CALL_SEND,
                             .run = run_send,
                             .wait = POLLOUT,
                             .arg = {(int64_t)length, flags},
                             .data = (void *)data,
                             .length = length};
}

struct status socket_send(struct net *net, struct net_socket *s, const void *data, size_t length, int flags,
                          size_t *sent)
{
    struct net_call call = send_call(data, length, flags);
    return transfer(net, s, &call, sent);
}

struct status socket_send_all(struct net *net, struct net_socket *s, const void *data, size_t length, int flags,
                              size_t *sent)
{
    struct net_deadline deadline = NET_DEADLINE(s->timeout);
    *sent = 0;
    for (;;) {
        struct net_call call = send_call((const char *)data + *sent, length - *sent, flags);
        ssize_t count;
        struct status status = socket_call(net, s, &call, &deadline, &count);
        if (!status_fine(status))
            return status;
        *sent += (size_t)count;
        if (*sent >= length)
            return status;
        status = net_safe_point(net, "send");
        if (!status_fine(status))
            return status;
        /* A kernel that takes a little at a time must not stretch the one timeout for everything. */
        if (deadline.moment != 0 && clock_now() >= deadline.moment)
            return (struct status){.kind = STATUS_TIMED_OUT, .call = "send"};
    }
}

static ssize_t run_send_to(struct net_call *call)
{
    return sendto(call->fd, call->data, call->length, (int)call->arg[1], &call->address->any, call->address->length);
}

struct status socket_send_to(struct net *net, struct net_socket *s, const void *data, size_t length, int flags,
                             struct address *to, size_t *sent)
{
    struct net_call call = {.call = CALL_SENDTO,
                            .run = run_send_to,
                            .wait = POLLOUT,
                            .arg = {(int64_t)length, flags},
                            .address = to,
                            .data = (void *)data,
                            .length = length};
    return transfer(net, s, &call, sent);
}

/* --- messages ------------------------------------------------------------------------------------------- */

static struct msghdr header_of(struct net_message *message)
{
    struct msghdr header = {.msg_iov = message->parts,
                            .msg_iovlen = message->count,
                            .msg_control = message->control,
                            .msg_controllen = message->control_length};
    if (message->address != NULL) {
        header.msg_name = &message->address->any;
        header.msg_namelen = message->address->length;
    }
    return header;
}

/* As much of all parts one after the other as a record has room for; how long they are. */
static size_t join_parts(const struct net_message *message, char joined[EVENT_ROOM])
{
    size_t length = 0;
    for (size_t i = 0; i < message->count && length < EVENT_ROOM; i++) {
        size_t left = EVENT_ROOM - length, part = message->parts[i].iov_len;
        size_t taken = part < left ? part : left;
        if (taken > 0)
            memcpy(joined + length, message->parts[i].iov_base, taken);
        length += taken;
    }
    return length;
}

/* The record shows the parts joined, from `joined`, which has to stay; how long all are stands in `length`. */
static struct net_call message_call(struct net_message *message, int flags, char joined[EVENT_ROOM])
{
    struct net_call call = {.address = message->address, .more = message, .arg = {0, flags}};
    for (size_t i = 0; i < message->count; i++)
        call.arg[0] += (int64_t)message->parts[i].iov_len;
    call.data = joined;
    call.length = join_parts(message, joined);
    call.arg[2] = (int64_t)message->control_length;
    return call;
}

static ssize_t run_send_message(struct net_call *call)
{
    struct msghdr header = header_of(call->more);
    return sendmsg(call->fd, &header, (int)call->arg[1]);
}

struct status socket_send_message(struct net *net, struct net_socket *s, struct net_message *message, int flags,
                                  size_t *sent)
{
    char joined[EVENT_ROOM];
    struct net_call call = message_call(message, flags, joined);
    call.call = CALL_SENDMSG;
    call.run = run_send_message;
    call.wait = POLLOUT;
    return transfer(net, s, &call, sent);
}

static ssize_t run_receive_message(struct net_call *call)
{
    struct net_message *message = call->more;
    message->address->length = sizeof message->address->storage;
    struct msghdr header = header_of(message);
    ssize_t count = recvmsg(call->fd, &header, (int)call->arg[1]);
    if (count >= 0) {
        message->address->length = header.msg_namelen;
        message->control_length = (size_t)(call->arg[2] = (int64_t)header.msg_controllen);
        message->flags = header.msg_flags;
        join_parts(message, call->data);
    }
    return count;
}

struct status socket_receive_message(struct net *net, struct net_socket *s, struct net_message *message, int flags,
                                     size_t *received)
{
    char joined[EVENT_ROOM] = {0};
    struct net_call call = message_call(message, flags, joined);
    call.call = CALL_RECVMSG;
    call.run = run_receive_message;
    call.wait = POLLIN;
    call.gives = true;
    return transfer(net, s, &call, received);
}

/* --- files ---------------------------------------------------------------------------------------------- */

static ssize_t run_send_file(struct net_call *call)
{
    off_t offset = call->arg[1];
    ssize_t count = sendfile(call->fd, (int)call->arg[0], &offset, (size_t)call->arg[2]);
    *(int64_t *)call->more = offset;
    return count;
}

struct status socket_send_file(struct net *net, struct net_socket *s, int file, int64_t *offset, size_t length,
                               struct net_deadline *deadline, size_t *sent)
{
    struct net_call call = {.call = CALL_SENDFILE,
                            .run = run_send_file,
                            .wait = POLLOUT,
                            .arg = {file, *offset, (int64_t)length},
                            .more = offset};
    ssize_t count = 0;
    struct status status = socket_call(net, s, &call, deadline, &count);
    *sent = (size_t)count;
    return status;
}
