#include "net/socket.h"

#include "net/policy.h"

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

static struct status call_at_once(struct net *net, const struct net_socket *s, struct net_call *call, ssize_t *result)
{
    struct net_deadline forever = NET_DEADLINE(NET_FOREVER);
    return socket_call(net, s, call, &forever, result);
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
    struct net_call call = {.call = CALL_NONBLOCK, .run = run_nonblock, .arg = {timeout != NET_FOREVER, timeout}};
    return call_at_once(net, s, &call, NULL);
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
    policy_tie(net, (int)fd, family);
    return settle(net, s, (int)fd, type);
}

static bool read_option(int fd, int option, int *value)
{
    socklen_t length = sizeof *value;
    return getsockopt(fd, SOL_SOCKET, option, value, &length) == 0;
}

struct status socket_adopt(struct net *net, struct net_socket *s, int fd, int family, int type, int protocol)
{
    struct address name = {.length = sizeof name.storage};
    if (!policy_knows(net, fd))
        return status_errno("getsockname", EBADF);
    /* Whatever is said of it, it must be open and a socket. */
    if (getsockname(fd, &name.any, &name.length) != 0 && (errno == EBADF || errno == ENOTSOCK))
        return status_errno("getsockname", errno);
    if ((family == -1 && !read_option(fd, SO_DOMAIN, &family)) || (type == -1 && !read_option(fd, SO_TYPE, &type)) ||
        (protocol == -1 && !read_option(fd, SO_PROTOCOL, &protocol)))
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
        if (!status_fine(status) && i == 0) {
            policy_forget(net, fds[1]);
            close(fds[1]);
        }
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
    while (net->open != NULL) {
        int fd = socket_detach(net, net->open);
        policy_forget(net, fd);
        close(fd);
    }
}

void socket_move(struct net *net, struct net_socket *to, struct net_socket *from)
{
    *to = *from;
    to->fd = socket_detach(net, from);
    enlist(net, to);
}

/* --- the descriptor ------------------------------------------------------------------------------------- */

static ssize_t run_dup(struct net_call *call)
{
    return fcntl(call->fd, F_DUPFD_CLOEXEC, 0);
}

struct status socket_duplicate(struct net *net, int fd, int *copy)
{
    struct net_call call = {.call = CALL_DUP, .run = run_dup, .fd = fd};
    ssize_t result = -1;
    struct status status = net_call_once(net, &call, &result);
    *copy = (int)result;
    return status;
}

static ssize_t run_inheritable(struct net_call *call)
{
    return fcntl(call->fd, F_GETFD);
}

struct status socket_inheritable(struct net *net, struct net_socket *s, bool *inheritable)
{
    struct net_call call = {.call = CALL_INHERITED, .run = run_inheritable};
    ssize_t flags = 0;
    struct status status = call_at_once(net, s, &call, &flags);
    *inheritable = (flags & FD_CLOEXEC) == 0;
    return status;
}

static ssize_t run_set_inheritable(struct net_call *call)
{
    return fcntl(call->fd, F_SETFD, (int)call->arg[0]);
}

struct status socket_set_inheritable(struct net *net, struct net_socket *s, bool inheritable)
{
    struct net_call call = {.call = CALL_INHERIT, .run = run_set_inheritable, .arg = {inheritable ? 0 : FD_CLOEXEC}};
    return call_at_once(net, s, &call, NULL);
}

/* --- addresses ------------------------------------------------------------------------------------------ */

static ssize_t run_bind(struct net_call *call)
{
    return bind(call->fd, &call->address->any, call->address->length);
}

struct status socket_bind(struct net *net, struct net_socket *s, struct address *address)
{
    struct net_call call = {.call = CALL_BIND, .run = run_bind, .address = address};
    return call_at_once(net, s, &call, NULL);
}

static ssize_t run_listen(struct net_call *call)
{
    return listen(call->fd, (int)call->arg[0]);
}

struct status socket_listen(struct net *net, struct net_socket *s, int backlog)
{
    struct net_call call = {.call = CALL_LISTEN, .run = run_listen, .arg = {backlog < 0 ? 0 : backlog}};
    return call_at_once(net, s, &call, NULL);
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

struct status socket_name(struct net *net, struct net_socket *s, struct address *address)
{
    struct net_call call = {.call = CALL_GETSOCKNAME, .run = run_name, .gives = true, .address = address};
    return call_at_once(net, s, &call, NULL);
}

struct status socket_peer_name(struct net *net, struct net_socket *s, struct address *address)
{
    struct net_call call = {.call = CALL_GETPEERNAME, .run = run_peer_name, .gives = true, .address = address};
    return call_at_once(net, s, &call, NULL);
}

bool socket_name_quietly(const struct net_socket *s, bool peer, struct address *address)
{
    struct net_call call = {.fd = s->fd, .address = address};
    return s->fd >= 0 && (peer ? run_peer_name(&call) : run_name(&call)) == 0;
}

int socket_type_quietly(const struct net_socket *s)
{
    int type;
    return s->fd >= 0 && read_option(s->fd, SO_TYPE, &type) ? type : -1;
}

/* --- connecting ----------------------------------------------------------------------------------------- */

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
                            .arg = {level, option, *length},
                            .data = value,
                            .length = *length,
                            .gives = true};
    struct status status = call_at_once(net, s, &call, NULL);
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
                            .arg = {level, option, length, number},
                            .data = (void *)value,
                            .length = length};
    return call_at_once(net, s, &call, NULL);
}

/* What became of an attempt that the kernel carries on alone: waits for it, then collects its result. */
static struct status collect_attempt(struct net *net, struct net_socket *s, struct net_deadline *deadline)
{
    struct status status = net_wait(net, &s->fd, POLLOUT, deadline);
    int error = 0;
    socklen_t length = sizeof error;
    if (status_fine(status))
        status = socket_option(net, s, SOL_SOCKET, SO_ERROR, &error, &length);
    if (status_fine(status) && error != 0 && error != EISCONN)
        status = status_errno("connect", error);
    status.call = "connect";
    return status;
}

/*
 * connect(2) is called once: after EINTR the attempt goes on in the kernel, and a second call would get EALREADY.
 * Not so with UNIX sockets: what waits for room in a full queue has not begun, and is begun again.
 */
static struct status attempt(struct net *net, struct net_socket *s, struct address *address, bool *interrupted)
{
    struct net_call call = {.call = CALL_CONNECT, .run = run_connect, .address = address};
    bool again = address->any.sa_family == AF_UNIX && s->timeout != NET_NOW;
    struct status status;
    do {
        call.fd = s->fd;
        status = net_call_once(net, &call, NULL);
        *interrupted = status.error == EINTR;
        if (!*interrupted)
            break;
        net->pending = 1;
        call.flags |= EVENT_RETRY;
        struct status raised = net_safe_point(net, "connect");
        if (!status_fine(raised))
            return raised;
    } while (again);
    return status;
}

struct status socket_connect(struct net *net, struct net_socket *s, struct address *address)
{
    struct status status = net_safe_point(net, "connect");
    if (!status_fine(status))
        return status;
    struct net_deadline deadline = NET_DEADLINE(s->timeout);
    if (s->timeout > 0)
        deadline.moment = clock_after(s->timeout);
    bool interrupted;
    status = attempt(net, s, address, &interrupted);
    if (status.kind == STATUS_INTERRUPTED)
        return status;
    if ((interrupted && s->timeout != NET_NOW) || (status.error == EINPROGRESS && s->timeout > 0))
        return collect_attempt(net, s, &deadline);
    return status;
}

/* --- accepting and ending ------------------------------------------------------------------------------- */

static ssize_t run_accept(struct net_call *call)
{
    call->address->length = sizeof call->address->storage;
    return accept4(call->fd, &call->address->any, &call->address->length, SOCK_CLOEXEC);
}

struct status socket_accept(struct net *net, struct net_socket *s, struct net_socket *accepted, struct address *from)
{
    struct net_call call = {.call = CALL_ACCEPT, .run = run_accept, .wait = POLLIN, .gives = true, .address = from};
    ssize_t fd;
    struct net_deadline deadline = NET_DEADLINE(s->timeout);
    struct status status = socket_call(net, s, &call, &deadline, &fd);
    if (!status_fine(status))
        return status;
    accepted->family = s->family;
    accepted->protocol = s->protocol;
    return settle(net, accepted, (int)fd, s->type);
}

static ssize_t run_shutdown(struct net_call *call)
{
    return shutdown(call->fd, (int)call->arg[0]);
}

struct status socket_shutdown(struct net *net, struct net_socket *s, int how)
{
    struct net_call call = {.call = CALL_SHUTDOWN, .run = run_shutdown, .arg = {how}};
    return call_at_once(net, s, &call, NULL);
}
