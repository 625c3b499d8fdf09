#include "lab/bodies.h"

#include "base/memory.h"

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

/* --- any number of clients ------------------------------------------------------------------------------ */

#define CLIENTS_MOST 256

struct crowd {
    struct net_socket clients[CLIENTS_MOST];
    struct pollfd ready[1 + CLIENTS_MOST]; /* the listener, then the clients */
    nfds_t count;
    char *memories; /* of each client, `size` bytes */
    size_t size;
};

static void *memory_of(struct crowd *crowd, nfds_t client)
{
    return crowd->memories + client * crowd->size;
}

/* The last client takes the place of the one that left. */
static void drop(struct crowd *crowd, struct net *net, nfds_t gone)
{
    socket_close(net, &crowd->clients[gone]);
    crowd->count--;
    if (gone == crowd->count)
        return;
    socket_move(net, &crowd->clients[gone], &crowd->clients[crowd->count]);
    crowd->ready[1 + gone] = crowd->ready[1 + crowd->count];
    memcpy(memory_of(crowd, gone), memory_of(crowd, crowd->count), crowd->size);
}

static void take_client(struct crowd *crowd, struct net *net, struct net_socket *listener)
{
    struct net_socket *client = &crowd->clients[crowd->count];
    struct address from;
    if (!status_fine(socket_accept(net, listener, client, &from)))
        return;
    memset(memory_of(crowd, crowd->count), 0, crowd->size);
    crowd->count++;
    crowd->ready[crowd->count] = (struct pollfd){.fd = client->fd, .events = POLLIN};
}

void peer_serve_clients(struct net *net, struct net_socket *listener, peer_service *serve, size_t size)
{
    struct crowd crowd = {.ready = {{.fd = listener->fd}}, .size = size, .memories = memory_new(CLIENTS_MOST, size)};
    net->flags |= EVENT_APART;
    for (;;) {
        /* Waiting for whom to serve next belongs in no lesson's picture: it is not recorded. */
        crowd.ready[0].events = crowd.count < CLIENTS_MOST ? POLLIN : 0;
        if (poll(crowd.ready, 1 + crowd.count, -1) < 0)
            continue;
        bool asked = crowd.ready[0].revents & POLLIN;
        for (nfds_t i = crowd.count; i > 0; i--)
            if (crowd.ready[i].revents != 0 && !serve(net, &crowd.clients[i - 1], memory_of(&crowd, i - 1)))
                drop(&crowd, net, i - 1);
        if (asked)
            take_client(&crowd, net, listener);
    }
}

/* --- an echo -------------------------------------------------------------------------------------------- */

static bool echo_once(struct net *net, struct net_socket *client, void *memory)
{
    char data[65536];
    size_t received, sent;
    struct status status = socket_receive(net, client, data, sizeof data, 0, &received);
    (void)memory;
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

int peer_echo(void *self, struct net *net, struct net_socket *listener)
{
    (void)self;
    if (listener->type == SOCK_DGRAM)
        echo_datagrams(net, listener);
    else
        peer_serve_clients(net, listener, echo_once, 0);
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
    {.name = "refused", .brief = "nobody listens there", .body = peer_idle, .deaf = true, .datagrams = true},
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
