/*
 * diag.h: what the kernel knows of a connection, asked by its addresses.  Floor: net.
 *
 * For sockets that another process has, or nobody any more (sock_diag(7)); 3 microseconds a question.
 */
#ifndef SOCKRATES_NET_DIAG_H
#define SOCKRATES_NET_DIAG_H

#include "base/status.h"
#include "trace/address.h"

#include <stdbool.h>
#include <stddef.h>

/* A descriptor to ask with, about the network that the process is in now; -1 and errno. */
int diag_open(void);

enum diag_answer { DIAG_KNOWN, DIAG_FORGOTTEN, DIAG_FAILED };

struct diag_about {
    int state;         /* as TCP_INFO counts them */
    uint64_t received; /* bytes, since the connection began */
    uint32_t unread;   /* of them */
};

/* About the end at `local` of the TCP connection with `remote`. */
enum diag_answer diag_ask(int fd, const struct address *local, const struct address *remote, struct diag_about *about);

/*
 * How many of the `sent` bytes of a stream were not read at its other end yet; -1 unknown.  What no program there
 * reads, what has not arrived: both count.
 */
int64_t diag_unread(int fd, int s, uint64_t sent);

/* One of all sockets of a network. */
struct diag_socket {
    int protocol; /* IPPROTO_TCP, IPPROTO_UDP */
    int state;    /* as TCP_INFO counts them */
    struct address local, remote;
    uint32_t received, unsent;    /* bytes that wait; of one that listens: clients that wait, and how many may */
    bool measured;                /* what follows is known: */
    uint32_t timeout, round_trip; /* microseconds: until what is not acknowledged is sent again; smoothed */
    uint32_t window;              /* segments that may be under way */
    uint32_t resent;              /* segments, since the connection began */
};

/* All sockets of the network that the descriptor asks about, as an array that is yours to free; *count of them. */
struct status diag_list(int fd, struct diag_socket **list, size_t *count);

#endif
