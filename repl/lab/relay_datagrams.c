/*
 * relay_datagrams.c: a relay for datagrams, which can be lost on the way.
 */
#include "lab/relay_datagrams.h"

#include "base/clock.h"
#include "base/memory.h"
#include "lab/interrupt.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* So many senders are told apart. */
#define CALLERS 32

#define DATAGRAM_MOST 65536

/* Who sends, and the socket that stands for them before the peer. */
struct caller {
    struct address from;
    struct net_socket upstream;
};

enum { AT_BELL, AT_LISTENER, AT_CALLERS };

struct state {
    struct relay *relay;
    struct relay_manner manner;
    bool holds;
    struct net *net, inner;
    struct net_socket *listener;
    struct caller callers[CALLERS];
    size_t count;
    uint32_t passed; /* datagrams since the manner holds */
    char bytes[DATAGRAM_MOST];
};

/* The one that is in force now; the other end of a door that is shut is told by the kernel. */
static void take_manner(struct state *state)
{
    state->manner = state->relay->board->manner;
    state->holds = true;
    if (state->manner.door == RELAY_SHUT)
        socket_close(state->net, state->listener);
    if (state->manner.door != RELAY_OPEN && !state->relay->armed)
        atomic_fetch_add(&state->relay->board->applied, 1);
}

/* Counts one more datagram that comes; true when it is the one to be lost, or nobody is there to hear it. */
static bool loses_next(struct state *state)
{
    struct relay_board *board = state->relay->board;
    if (!state->holds)
        return false;
    if (!board->wired)
        atomic_fetch_add(&board->packets, 1);
    bool lost = ++state->passed == state->manner.lost && !board->wired;
    if (lost || state->manner.delay > 0)
        atomic_fetch_add(&board->applied, 1);
    return lost || state->manner.door == RELAY_FULL;
}

static void hold(const struct state *state)
{
    if (state->holds && state->manner.delay > 0)
        poll(NULL, 0, (int)(state->manner.delay / CLOCK_MILLISECOND));
}

/* NULL when there are too many. */
static struct caller *caller_of(struct state *state, const struct address *from)
{
    struct address to = state->relay->to;
    for (size_t i = 0; i < state->count; i++)
        if (address_same(&state->callers[i].from, from))
            return &state->callers[i];
    if (state->count == CALLERS)
        return NULL;
    struct caller *caller = &state->callers[state->count];
    *caller = (struct caller){.from = *from, .upstream = NET_SOCKET_CLOSED};
    if (!status_fine(socket_open(&state->inner, &caller->upstream, to.any.sa_family, SOCK_DGRAM, 0)) ||
        !status_fine(socket_connect(&state->inner, &caller->upstream, &to)))
        return NULL;
    state->count++;
    return caller;
}

/* What is lost on its way is in nobody's picture. */
static void pass_to_peer(struct state *state)
{
    struct address from;
    size_t received, sent;
    bool lost = loses_next(state);
    if (!status_fine(socket_receive_from(lost ? &state->inner : state->net, state->listener, state->bytes,
                                         sizeof state->bytes, 0, &received, &from)))
        return;
    struct caller *caller = lost ? NULL : caller_of(state, &from);
    hold(state);
    if (caller != NULL)
        socket_send(&state->inner, &caller->upstream, state->bytes, received, 0, &sent);
}

static void pass_to_caller(struct state *state, struct caller *caller)
{
    size_t received, sent;
    if (!status_fine(
            socket_receive(&state->inner, &caller->upstream, state->bytes, sizeof state->bytes, 0, &received)) ||
        loses_next(state))
        return;
    hold(state);
    if (state->holds && state->manner.interrupts && interrupt_waiting(state->relay->board->learner))
        atomic_fetch_add(&state->relay->board->applied, 1);
    socket_send_to(state->net, state->listener, state->bytes, received, 0, &caller->from, &sent);
}

static void serve(struct state *state, struct pollfd *ready)
{
    ready[AT_BELL] = (struct pollfd){state->holds ? -1 : state->relay->board->bell, POLLIN, 0};
    ready[AT_LISTENER] = (struct pollfd){state->listener->fd, POLLIN, 0};
    for (size_t i = 0; i < state->count; i++)
        ready[AT_CALLERS + i] = (struct pollfd){state->callers[i].upstream.fd, POLLIN, 0};
    size_t count = state->count;
    if (poll(ready, AT_CALLERS + count, -1) < 0)
        return;
    if (ready[AT_BELL].revents != 0) {
        take_manner(state);
        atomic_fetch_add(&state->relay->board->heard, 1);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (ready[AT_CALLERS + i].revents != 0)
            pass_to_caller(state, &state->callers[i]);
    if (ready[AT_LISTENER].revents != 0)
        pass_to_peer(state);
}

int peer_relay_datagrams(void *self, struct net *net, struct net_socket *listener)
{
    struct pollfd ready[AT_CALLERS + CALLERS];
    struct state *state = memory_new(1, sizeof *state);
    state->relay = self;
    state->net = net;
    state->listener = listener;
    state->inner = *net;
    state->inner.open = NULL;
    state->inner.common = net->ring;
    state->inner.ring = ring_new(64);
    state->inner.watch = NULL;
    state->inner.watcher = NULL;
    if (state->relay->armed)
        take_manner(state);
    for (;;)
        serve(state, ready);
}
