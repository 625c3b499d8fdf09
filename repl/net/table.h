/*
 * table.h: what the kernel says of this process's sockets.  Floor: net.
 *
 * Read from /proc, without a call on any socket: looking changes nothing and leaves no event.
 */
#ifndef SOCKRATES_NET_TABLE_H
#define SOCKRATES_NET_TABLE_H

#include "net/socket.h"

struct socket_row {
    int fd, family, type;
    const char *state;                  /* "ESTABLISHED"; "new" for a socket the kernel does not list yet */
    struct address local, remote;       /* length 0: none */
    uint64_t receive_queue, send_queue; /* bytes; of a listening socket: clients that wait to be accepted */
    const char *timer;                  /* "retransmit"; NULL when none is running */
    double due;                         /* seconds until it fires */
    unsigned retries;
};

/* The rows of all open sockets, in order of their descriptors; yours to free.  *count of them. */
struct socket_row *socket_table(const struct net *net, size_t *count);

#endif
