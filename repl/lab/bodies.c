#include "lab/bodies.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int peer_idle(void *self, struct net *net, struct net_socket *listener)
{
    (void)self, (void)net, (void)listener;
    for (;;)
        pause();
}

#define ECHO_CLIENTS 256

/* Sends back what has come; false when the client is done with. */
static bool echo_once(struct net *net, struct net_socket *client)
{
    char data[65536];
    size_t received, sent;
    struct status status = socket_receive(net, client, data, sizeof data, 0, &received);
    if (!status_fine(status) || received == 0)
        return false;
    return status_fine(socket_send_all(net, client, data, received, 0, &sent));
}

static void echo_datagrams(struct net *net, struct net_socket *s)
{
    char data[65536];
    struct address from;
    for (;;) {
        size_t received, sent;
        if (status_fine(socket_receive_from(net, s, data, sizeof data, 0, &received, &from)))
            socket_send_to(net, s, data, received, 0, &from, &sent);
    }
}

struct echo {
    struct net_socket clients[ECHO_CLIENTS];
    struct pollfd ready[1 + ECHO_CLIENTS]; /* the listener, then the clients */
    nfds_t count;
};

/* The last client takes the place of the one that left. */
static void echo_drop(struct echo *echo, struct net *net, nfds_t gone)
{
    socket_close(net, &echo->clients[gone]);
    echo->count--;
    if (gone == echo->count)
        return;
    socket_move(net, &echo->clients[gone], &echo->clients[echo->count]);
    echo->ready[1 + gone] = echo->ready[1 + echo->count];
}

static void echo_accept(struct echo *echo, struct net *net, struct net_socket *listener)
{
    struct net_socket *client = &echo->clients[echo->count];
    struct address from;
    if (!status_fine(socket_accept(net, listener, client, &from)))
        return;
    echo->count++;
    echo->ready[echo->count] = (struct pollfd){.fd = client->fd, .events = POLLIN};
}

static void echo_streams(struct net *net, struct net_socket *listener)
{
    struct echo echo = {.ready = {{.fd = listener->fd}}};
    net->flags |= EVENT_APART;
    for (;;) {
        /* Waiting for whom to serve next belongs in no lesson's picture: it is not recorded. */
        echo.ready[0].events = echo.count < ECHO_CLIENTS ? POLLIN : 0;
        if (poll(echo.ready, 1 + echo.count, -1) < 0)
            continue;
        bool asked = echo.ready[0].revents & POLLIN;
        for (nfds_t i = echo.count; i > 0; i--)
            if (echo.ready[i].revents != 0 && !echo_once(net, &echo.clients[i - 1]))
                echo_drop(&echo, net, i - 1);
        if (asked)
            echo_accept(&echo, net, listener);
    }
}

int peer_echo(void *self, struct net *net, struct net_socket *listener)
{
    (void)self;
    if (listener->type == SOCK_DGRAM)
        echo_datagrams(net, listener);
    else
        echo_streams(net, listener);
    return 0;
}

/* --- other ones than were asked for --------------------------------------------------------------------- */

/* How long a slow peer is busy with something else. */
#define BUSY_MS 1000

/* Takes every client and lets go of it. */
static void let_go(struct net *net, struct net_socket *listener, bool reset)
{
    static const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    for (;;) {
        struct net_socket client = NET_SOCKET_CLOSED;
        struct address from;
        if (!status_fine(socket_accept(net, listener, &client, &from)))
            continue;
        if (reset)
            socket_set_option(net, &client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        socket_close(net, &client);
    }
}

static int close_all(void *self, struct net *net, struct net_socket *listener)
{
    (void)self;
    let_go(net, listener, false);
    return 0;
}

static int reset_all(void *self, struct net *net, struct net_socket *listener)
{
    (void)self;
    let_go(net, listener, true);
    return 0;
}

void peer_be_late(const struct net_socket *listener)
{
    /* Neither is recorded: to be late is nothing that a program does. */
    struct pollfd asked = {.fd = listener->fd, .events = POLLIN};
    poll(&asked, 1, -1);
    poll(NULL, 0, BUSY_MS);
}

const struct peer_kind peer_kinds[] = {
    {.name = "echo", .brief = "sends back what comes", .body = peer_echo, .datagrams = true},
    {.name = "refused", .brief = "nobody listens there", .body = peer_idle, .deaf = true},
    {.name = "silent", .brief = "no answer at all", .body = peer_idle, .full = true, .datagrams = true},
    {.name = "slow", .brief = "busy for 1 s at first", .late = true, .datagrams = true},
    {.name = "closing", .brief = "accepts, then closes", .body = close_all},
    {.name = "reset", .brief = "accepts, then resets", .body = reset_all},
    {.name = NULL},
};

const struct peer_kind *peer_kind_named(const char *name)
{
    const struct peer_kind *kind = peer_kinds;
    while (kind->name != NULL && strcmp(kind->name, name) != 0)
        kind++;
    return kind->name != NULL ? kind : NULL;
}
