/*
 * socket.h: sockets without Lua.  Floor: net.
 *
 * A struct net_socket is a descriptor with what Python's socket remembers about it: family, type, protocol
 * and a timeout.  With a timeout the descriptor itself is non-blocking: calls are tried first, and wait with
 * poll(2) only when the kernel says EAGAIN.  An open socket stands in net->open until it is closed.
 */
#ifndef SOCKRATES_NET_SOCKET_H
#define SOCKRATES_NET_SOCKET_H

#include "net/net.h"

struct net_socket {
    int fd; /* -1 when closed */
    int family, type, protocol;
    int64_t timeout; /* nanoseconds, NET_FOREVER or NET_NOW */
    struct net_socket *next, *previous;
};

#define NET_SOCKET_CLOSED ((struct net_socket){.fd = -1, .timeout = NET_FOREVER})

/* A new socket, close-on-exec.  SOCK_NONBLOCK and SOCK_CLOEXEC in `type` are honoured and not remembered. */
struct status socket_open(struct net *net, struct net_socket *s, int family, int type, int protocol);

/* Takes over an open descriptor; family, type or protocol -1 are read from it. */
struct status socket_adopt(struct net *net, struct net_socket *s, int fd, int family, int type, int protocol);

/* Two connected sockets. */
struct status socket_pair(struct net *net, struct net_socket pair[2], int family, int type, int protocol);

/* Closes it, never twice; ECONNRESET is no failure. */
struct status socket_close(struct net *net, struct net_socket *s);

/* The open socket moves to another place in memory; the old one is closed. */
void socket_move(struct net *net, struct net_socket *to, struct net_socket *from);

/* Gives the descriptor away: the socket is closed afterwards, the descriptor is open. -1 when it was closed. */
int socket_detach(struct net *net, struct net_socket *s);

/* Nanoseconds, NET_FOREVER or NET_NOW; remembered even if the descriptor refuses. */
struct status socket_set_timeout(struct net *net, struct net_socket *s, int64_t timeout);

struct status socket_bind(struct net *net, struct net_socket *s, struct address *address);
struct status socket_listen(struct net *net, struct net_socket *s, int backlog);
struct status socket_accept(struct net *net, struct net_socket *s, struct net_socket *accepted, struct address *from);

/* After EINTR connect(2) is not called again: the attempt goes on in the kernel and is waited for. */
struct status socket_connect(struct net *net, struct net_socket *s, struct address *address);

struct status socket_receive(struct net *net, struct net_socket *s, void *data, size_t room, int flags,
                             size_t *received);
struct status socket_send(struct net *net, struct net_socket *s, const void *data, size_t length, int flags,
                          size_t *sent);
/* Everything, within one timeout; *sent is what the kernel took, also on failure. */
struct status socket_send_all(struct net *net, struct net_socket *s, const void *data, size_t length, int flags,
                              size_t *sent);
/* The same with an address: of the sender (length 0: none), of the receiver. */
struct status socket_receive_from(struct net *net, struct net_socket *s, void *data, size_t room, int flags,
                                  size_t *received, struct address *from);
struct status socket_send_to(struct net *net, struct net_socket *s, const void *data, size_t length, int flags,
                             struct address *to, size_t *sent);
struct status socket_shutdown(struct net *net, struct net_socket *s, int how);

struct status socket_send_message(struct net *net, struct net_socket *s, struct net_message *message, int flags,
                                  size_t *sent);
struct status socket_receive_message(struct net *net, struct net_socket *s, struct net_message *message, int flags,
                                     size_t *received);

/* Sends up to `length` bytes of the file from *offset on, within the deadline; 0 at its end. */
struct status socket_send_file(struct net *net, struct net_socket *s, int file, int64_t *offset, size_t length,
                               struct net_deadline *deadline, size_t *sent);

/* The descriptor's other names and its flag. */
struct status socket_duplicate(struct net *net, int fd, int *copy);
struct status socket_inheritable(struct net *net, struct net_socket *s, bool *inheritable);
struct status socket_set_inheritable(struct net *net, struct net_socket *s, bool inheritable);

struct status socket_name(struct net *net, struct net_socket *s, struct address *address);
struct status socket_peer_name(struct net *net, struct net_socket *s, struct address *address);

/* The same without a record: for repr() and the like, which the learner did not call. */
bool socket_name_quietly(const struct net_socket *s, bool peer, struct address *address);

/* SOCK_STREAM or the like, asked without a record; -1 for what is no socket. */
int socket_type_quietly(const struct net_socket *s);

struct status socket_option(struct net *net, struct net_socket *s, int level, int option, void *value,
                            socklen_t *length);
struct status socket_set_option(struct net *net, struct net_socket *s, int level, int option, const void *value,
                                socklen_t length);

/*
 * For the files beside this one.  A call on the socket's descriptor: within the deadline, or one that never
 * waits.
 */
static inline struct status socket_call(struct net *net, const struct net_socket *s, struct net_call *call,
                                        struct net_deadline *deadline, ssize_t *result)
{
    call->fd = s->fd;
    call->current = &s->fd;
    return net_call(net, call, deadline, result);
}

/* Closes every open socket without recording it: what a forked child does with its parent's. */
void socket_forget_all(struct net *net);

#endif
