#include "net/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static void enlist(struct net *net, struct net_socket *s)
{
    s->previous = NULL;
    s->next = net->open;
    if (net->open != NULL)
        net->open->previous = s;
    net->open = s;
}

static void delist(struct net *net, struct net_socket *s)
{
    if (s->previous != NULL)
        s->previous->next = s->next;
    else if (net->open == s)
        net->open = s->next;
    if (s->next != NULL)
        s->next->previous = s->previous;
    s->next = s->previous = NULL;
}

static struct status closed(enum event_call call)
{
    return status_errno(event_call_name(call), EBADF);
}

/* For calls that never wait. */
static struct status simple(struct net *net, struct net_call *call, ssize_t *result)
{
    struct net_deadline forever = NET_DEADLINE(NET_FOREVER);
    return call->fd < 0 ? closed(call->call) : net_call(net, call, &forever, result);
}

/* For calls that honour the socket's timeout. */
static struct status timed(struct net *net, const struct net_socket *s, struct net_call *call, ssize_t *result)
{
    struct net_deadline deadline = NET_DEADLINE(s->timeout);
    call->fd = s->fd;
    return s->fd < 0 ? closed(call->call) : net_call(net, call, &deadline, result);
}

/* --- creating and closing ------------------------------------------------------------------------------ */

static ssize_t run_nonblock(struct net_call *call)
{
    int flags = fcntl(call->fd, F_GETFL);
    if (flags < 0)
        return -1;
    return fcntl(call->fd, F_SETFL, call->arg[0] ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

struct status socket_set_timeout(struct net *net, struct net_socket *s, int64_t timeout)
{
    s->timeout = timeout;
    struct net_call call = {
        .call = CALL_NONBLOCK, .run = run_nonblock, .fd = s->fd, .arg = {timeout != NET_FOREVER}};
    return simple(net, &call, NULL);
}

static ssize_t run_socket(struct net_call *call)
{
    return socket((int)call->arg[0], (int)call->arg[1] | SOCK_CLOEXEC, (int)call->arg[2]);
}

/* Takes the fresh descriptor in: a timeout makes it non-blocking. */
static struct status settle(struct net *net, struct net_socket *s, int fd, int type)
{
    s->fd = fd;
    s->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    enlist(net, s);
    if (type & SOCK_NONBLOCK) {
        s->timeout = NET_NOW;
        return STATUS_OK;
    }
    s->timeout = net->default_timeout;
    struct status status = STATUS_OK;
    if (s->timeout != NET_FOREVER)
        status = socket_set_timeout(net, s, s->timeout);
    if (!status_fine(status))
        socket_close(net, s);
    return status;
}

struct status socket_open(struct net *net, struct net_socket *s, int family, int type, int protocol)
{
    struct net_call call = {.call = CALL_SOCKET, .run = run_socket, .fd = -1, .arg = {family, type, protocol}};
    struct net_deadline forever = NET_DEADLINE(NET_FOREVER);
    ssize_t fd;
    struct status status = net_call(net, &call, &forever, &fd);
    if (!status_fine(status))
        return status;
    s->family = family;
    s->protocol = protocol;
    return settle(net, s, (int)fd, type);
}

static bool read_option(int fd, int option, int *value)
{
    socklen_t length = sizeof *value;
    return getsockopt(fd, SOL_SOCKET, option, value, &length) == 0;
}

struct status socket_adopt(struct net *net, struct net_socket *s, int fd, int family, int type, int protocol)
{
    if ((family == -1 && !read_option(fd, SO_DOMAIN, &family)) || (type == -1 && !read_option(fd, SO_TYPE, &type)) ||
        (protocol == -1 && !read_option(fd, SO_PROTOCOL, &protocol)) || fcntl(fd, F_GETFD) < 0)
        return status_errno("getsockopt", errno);
    s->family = family;
    s->protocol = protocol;
    return settle(net, s, fd, type);
}

static ssize_t run_socketpair(struct net_call *call)
{
    int *pair = call->more;
    int result = socketpair((int)call->arg[0], (int)call->arg[1] | SOCK_CLOEXEC, (int)call->arg[2], pair);
    if (result == 0) {
        call->fd = pair[0];
        call->arg[3] = pair[1];
    }
    return result;
}

struct status socket_pair(struct net *net, struct net_socket pair[2], int family, int type, int protocol)
{
    int fds[2];
    struct net_call call = {
        .call = CALL_SOCKETPAIR, .run = run_socketpair, .fd = -1, .arg = {family, type, protocol}, .more = fds};
    struct net_deadline forever = NET_DEADLINE(NET_FOREVER);
    struct status status = net_call(net, &call, &forever, NULL);
    for (int i = 0; i < 2 && status_fine(status); i++) {
        pair[i].family = family;
        pair[i].protocol = protocol;
        status = settle(net, &pair[i], fds[i], type);
        if (!status_fine(status) && i == 0)
            close(fds[1]);
    }
    return status;
}

static ssize_t run_close(struct net_call *call)
{
    return close(call->fd);
}

struct status socket_close(struct net *net, struct net_socket *s)
{
    if (s->fd < 0)
        return STATUS_OK;
    /* Linux frees the descriptor even when close(2) reports EINTR: calling again might close another's. */
    struct net_call call = {.call = CALL_CLOSE, .run = run_close, .fd = socket_detach(net, s)};
    struct status status = net_call_once(net, &call, NULL);
    return status.error == ECONNRESET || status.error == EINTR ? STATUS_OK : status;
}

int socket_detach(struct net *net, struct net_socket *s)
{
    int fd = s->fd;
    if (fd >= 0)
        delist(net, s);
    s->fd = -1;
    return fd;
}

void socket_forget_all(struct net *net)
{
    while (net->open != NULL)
        close(socket_detach(net, net->open));
}

void socket_move(struct net *net, struct net_socket *to, struct net_socket *from)
{
    *to = *from;
    to->fd = socket_detach(net, from);
    enlist(net, to);
}

/* --- addresses ------------------------------------------------------------------------------------------ */

static ssize_t run_bind(struct net_call *call)
{
    return bind(call->fd, &call->address->any, call->address->length);
}

struct status socket_bind(struct net *net, struct net_socket *s, struct net_address *address)
{
    struct net_call call = {.call = CALL_BIND, .run = run_bind, .fd = s->fd, .address = address};
    return simple(net, &call, NULL);
}

static ssize_t run_listen(struct net_call *call)
{
    return listen(call->fd, (int)call->arg[0]);
}

struct status socket_listen(struct net *net, struct net_socket *s, int backlog)
{
    struct net_call call = {
        .call = CALL_LISTEN, .run = run_listen, .fd = s->fd, .arg = {backlog < 0 ? 0 : backlog}};
    return simple(net, &call, NULL);
}

static ssize_t run_name(struct net_call *call)
{
    call->address->length = sizeof call->address->storage;
    return getsockname(call->fd, &call->address->any, &call->address->length);
}

static ssize_t run_peer_name(struct net_call *call)
{
    call->address->length = sizeof call->address->storage;
    return getpeername(call->fd, &call->address->any, &call->address->length);
}

struct status socket_name(struct net *net, struct net_socket *s, struct net_address *address)
{
    struct net_call call = {
        .call = CALL_GETSOCKNAME, .run = run_name, .fd = s->fd, .gives = true, .address = address};
    return simple(net, &call, NULL);
}

struct status socket_peer_name(struct net *net, struct net_socket *s, struct net_address *address)
{
    struct net_call call = {
        .call = CALL_GETPEERNAME, .run = run_peer_name, .fd = s->fd, .gives = true, .address = address};
    return simple(net, &call, NULL);
}

bool socket_name_quietly(const struct net_socket *s, bool peer, struct net_address *address)
{
    struct net_call call = {.fd = s->fd, .address = address};
    return s->fd >= 0 && (peer ? run_peer_name(&call) : run_name(&call)) == 0;
}

/* --- connecting ----------------------------------------------------------------------------------------- */

static struct status may_reach(const struct net *net, const struct net_address *address, const char *call)
{
    if (!net->confined || address_is_local(address))
        return STATUS_OK;
    return (struct status){
        .kind = STATUS_PLAIN,
        .call = call,
        .text = "this session may only reach its own machine; start sockrates with --network to allow more"};
}

static ssize_t run_connect(struct net_call *call)
{
    return connect(call->fd, &call->address->any, call->address->length);
}

static ssize_t run_getsockopt(struct net_call *call)
{
    socklen_t length = (socklen_t)call->length;
    int result = getsockopt(call->fd, (int)call->arg[0], (int)call->arg[1], call->data, &length);
    call->arg[2] = call->length = length;
    int number = 0;
    if (result == 0 && length == sizeof number)
        memcpy(&number, call->data, sizeof number);
    call->arg[3] = number;
    return result;
}

struct status socket_option(struct net *net, struct net_socket *s, int level, int option, void *value,
                            socklen_t *length)
{
    struct net_call call = {.call = CALL_GETSOCKOPT,
                            .run = run_getsockopt,
                            .fd = s->fd,
                            .arg = {level, option, *length},
                            .data = value,
                            .length = *length,
                            .gives = true};
    struct status status = simple(net, &call, NULL);
    *length = (socklen_t)call.length;
    return status;
}

static ssize_t run_setsockopt(struct net_call *call)
{
    return setsockopt(call->fd, (int)call->arg[0], (int)call->arg[1], call->data, (socklen_t)call->length);
}

struct status socket_set_option(struct net *net, struct net_socket *s, int level, int option, const void *value,
                                socklen_t length)
{
    int number = 0;
    if (value != NULL && length == sizeof number)
        memcpy(&number, value, sizeof number);
    struct net_call call = {.call = CALL_SETSOCKOPT,
                            .run = run_setsockopt,
                            .fd = s->fd,
                            .arg = {level, option, length, number},
                            .data = (void *)value,
                            .length = length};
    return simple(net, &call, NULL);
}

/* What became of an attempt that the kernel carries on alone: waits for it, then collects its result. */
static struct status collect_attempt(struct net *net, struct net_socket *s, struct net_deadline *deadline)
{
    struct status status = net_wait(net, s->fd, POLLOUT, deadline);
    int error = 0;
    socklen_t length = sizeof error;
    if (status_fine(status))
        status = socket_option(net, s, SOL_SOCKET, SO_ERROR, &error, &length);
    if (status_fine(status) && error != 0 && error != EISCONN)
        status = status_errno("connect", error);
    status.call = "connect";
    return status;
}

struct status socket_connect(struct net *net, struct net_socket *s, struct net_address *address)
{
    if (s->fd < 0)
        return closed(CALL_CONNECT);
    struct status status = may_reach(net, address, "connect");
    if (status_fine(status))
        status = net_safe_point(net, "connect");
    if (!status_fine(status))
        return status;
    struct net_deadline deadline = NET_DEADLINE(s->timeout);
    if (s->timeout > 0)
        deadline.moment = clock_after(s->timeout);
    struct net_call call = {.call = CALL_CONNECT, .run = run_connect, .fd = s->fd, .address = address};
    status = net_call_once(net, &call, NULL);
    bool interrupted = status.error == EINTR;
    if (interrupted) {
        net->pending = 1;
        struct status raised = net_safe_point(net, "connect");
        if (!status_fine(raised))
            return raised;
    }
    if ((interrupted && s->timeout != NET_NOW) || (status.error == EINPROGRESS && s->timeout > 0))
        return collect_attempt(net, s, &deadline);
    return status;
}

/* --- accepting, receiving, sending ---------------------------------------------------------------------- */

static ssize_t run_accept(struct net_call *call)
{
    call->address->length = sizeof call->address->storage;
    return accept4(call->fd, &call->address->any, &call->address->length, SOCK_CLOEXEC);
}

struct status socket_accept(struct net *net, struct net_socket *s, struct net_socket *accepted,
                            struct net_address *from)
{
    struct net_call call = {
        .call = CALL_ACCEPT, .run = run_accept, .wait = POLLIN, .gives = true, .address = from};
    ssize_t fd;
    struct status status = timed(net, s, &call, &fd);
    if (!status_fine(status))
        return status;
    accepted->family = s->family;
    accepted->protocol = s->protocol;
    return settle(net, accepted, (int)fd, s->type);
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
    ssize_t count = 0;
    struct status status = timed(net, s, &call, &count);
    *received = (size_t)count;
    return status;
}

static ssize_t run_receive_from(struct net_call *call)
{
    call->address->length = sizeof call->address->storage;
    return recvfrom(call->fd, call->data, call->length, (int)call->arg[1], &call->address->any,
                    &call->address->length);
}

struct status socket_receive_from(struct net *net, struct net_socket *s, void *data, size_t room, int flags,
                                  size_t *received, struct net_address *from)
{
    struct net_call call = {.call = CALL_RECVFROM,
                            .run = run_receive_from,
                            .wait = POLLIN,
                            .gives = true,
                            .arg = {(int64_t)room, flags},
                            .address = from,
                            .data = data,
                            .length = room};
    ssize_t count = 0;
    struct status status = timed(net, s, &call, &count);
    *received = (size_t)count;
    return status;
}

static ssize_t run_send(struct net_call *call)
{
    return send(call->fd, call->data, call->length, (int)call->arg[1]);
}

static struct status send_within(struct net *net, struct net_socket *s, const void *data, size_t length, int flags,
                                 struct net_deadline *deadline, size_t *sent)
{
    struct net_call call = {.call = CALL_SEND,
                            .run = run_send,
                            .fd = s->fd,
                            .wait = POLLOUT,
                            .arg = {(int64_t)length, flags},
                            .data = (void *)data,
                            .length = length};
    ssize_t count = 0;
    struct status status = s->fd < 0 ? closed(CALL_SEND) : net_call(net, &call, deadline, &count);
    *sent = (size_t)count;
    return status;
}

struct status socket_send(struct net *net, struct net_socket *s, const void *data, size_t length, int flags,
                          size_t *sent)
{
    struct net_deadline deadline = NET_DEADLINE(s->timeout);
    return send_within(net, s, data, length, flags, &deadline, sent);
}

struct status socket_send_all(struct net *net, struct net_socket *s, const void *data, size_t length, int flags,
                              size_t *sent)
{
    struct net_deadline deadline = NET_DEADLINE(s->timeout);
    *sent = 0;
    for (;;) {
        size_t count;
        struct status status =
            send_within(net, s, (const char *)data + *sent, length - *sent, flags, &deadline, &count);
        if (status_fine(status)) {
            *sent += count;
            status = *sent < length ? net_safe_point(net, "send") : status;
        }
        if (!status_fine(status) || *sent >= length)
            return status;
        /* A kernel that takes a little at a time must not stretch the one timeout for everything. */
        if (deadline.moment != 0 && clock_now() >= deadline.moment)
            return (struct status){.kind = STATUS_TIMED_OUT, .call = "send"};
    }
}

static ssize_t run_send_to(struct net_call *call)
{
    return sendto(call->fd, call->data, call->length, (int)call->arg[1], &call->address->any,
                  call->address->length);
}

struct status socket_send_to(struct net *net, struct net_socket *s, const void *data, size_t length, int flags,
                             struct net_address *to, size_t *sent)
{
    struct net_call call = {.call = CALL_SENDTO,
                            .run = run_send_to,
                            .wait = POLLOUT,
                            .arg = {(int64_t)length, flags},
                            .address = to,
                            .data = (void *)data,
                            .length = length};
    ssize_t count = 0;
    struct status status = may_reach(net, to, "sendto");
    if (status_fine(status))
        status = timed(net, s, &call, &count);
    *sent = (size_t)count;
    return status;
}

static ssize_t run_shutdown(struct net_call *call)
{
    return shutdown(call->fd, (int)call->arg[0]);
}

struct status socket_shutdown(struct net *net, struct net_socket *s, int how)
{
    struct net_call call = {.call = CALL_SHUTDOWN, .run = run_shutdown, .fd = s->fd, .arg = {how}};
    return simple(net, &call, NULL);
}
