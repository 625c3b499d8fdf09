#include "lab/relay.h"

#include "base/clock.h"
#include "base/memory.h"
#include "lab/interrupt.h"
#include "net/diag.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* How long a piece is waited for that nobody reads: its reader may wait for something else. */
#define PATIENCE (200 * CLOCK_MILLISECOND)

/* How soon a reader is asked for again. */
#define LOOK_AGAIN (50 * CLOCK_MICROSECOND)

/* Of what comes at once; it always fits where there is room at all. */
#define PIECE_MOST 8192

/* One way of a connection. */
struct flow {
    struct net_socket *in, *out;
    struct net *in_net, *out_net;
    enum relay_way way;
    char bytes[PIECE_MOST];
    size_t begin, end; /* what waits among them */
    uint64_t sent;     /* since the connection began */
    uint64_t passed;   /* since the manner holds */
    size_t piece;      /* the number of the one that is being put out */
    uint32_t left;     /* bytes of it to come; 0: it has not begun */
    bool ended;        /* nothing more comes in */
    bool shut;         /* and that was passed on */
    bool unread;       /* a piece was put out that must be read before the next */
    int64_t patience;  /* the moment at which that is given up */
    int64_t ready;     /* the moment at which the next one may go */
};

struct connection {
    struct net_socket client, server;
    struct flow flows[RELAY_WAYS];
    bool disturbed; /* the manner is for this one, too */
    bool over;
    bool stalled;
};

struct state {
    struct relay *relay;
    struct relay_manner manner; /* that holds now */
    bool holds;                 /* not before the board is armed */
    struct net *net, inner;     /* inner: for what nobody shall see */
    struct net *upstream;       /* one of both */
    struct net_socket *listener;
    struct net_socket filler; /* fills the queue of a door that is full */
    struct connection *connections[RELAY_CONNECTIONS];
    size_t count;
    uint32_t taken; /* connections since the manner holds */
};

/* --- what is seen --------------------------------------------------------------------------------------- */

static void note_applied(struct state *state)
{
    if (state->relay->board != NULL)
        atomic_fetch_add(&state->relay->board->applied, 1);
}

/* So many bytes of the flow will have passed. */
static void note_length(struct state *state, const struct flow *flow, uint64_t passed)
{
    struct relay_board *board = state->relay->board;
    if (board == NULL || !state->manner.ways[flow->way])
        return;
    uint64_t longest = atomic_load(&board->longest[flow->way]);
    while (longest < passed && !atomic_compare_exchange_weak(&board->longest[flow->way], &longest, passed))
        ;
}

/* Before anything is sent: who gets it may be done with everything at once, and nobody asks later. */
static void note_sending(struct state *state, const struct flow *flow, size_t length, const struct relay_manner *manner)
{
    if (!state->holds)
        return;
    note_length(state, flow, flow->passed + length);
    if (manner->pieces[flow->way][0] > 0 || manner->delay > 0 || manner->pause > 0 || manner->rate > 0)
        note_applied(state);
}

/* --- clients -------------------------------------------------------------------------------------------- */

/* Small pieces are packets of their own.  No program of a lesson does that, so no picture shows it. */
static void send_at_once(struct net *net, struct net_socket *s)
{
    const int on = 1;
    struct net quiet = *net;
    quiet.flags |= EVENT_SETUP;
    if (s->family != AF_UNIX)
        socket_set_option(&quiet, s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void flow_begin(struct flow *flow, enum relay_way way, struct net *in_net, struct net_socket *in,
                       struct net *out_net, struct net_socket *out)
{
    flow->way = way;
    flow->in = in;
    flow->out = out;
    flow->in_net = in_net;
    flow->out_net = out_net;
}

static void connection_end(struct state *state, struct connection *connection)
{
    socket_close(state->net, &connection->client);
    socket_close(state->upstream, &connection->server);
    connection->over = true;
}

static bool is_disturbed(const struct state *state)
{
    return state->holds && (state->manner.connections == 0 || state->taken <= state->manner.connections);
}

static void take_client(struct state *state)
{
    struct connection *connection = memory_new(1, sizeof *connection);
    struct address from, to = state->relay->to;
    connection->client = connection->server = NET_SOCKET_CLOSED;
    struct status status = socket_accept(state->net, state->listener, &connection->client, &from);
    if (status_fine(status))
        status = socket_open(state->upstream, &connection->server, to.any.sa_family, SOCK_STREAM, 0);
    if (status_fine(status))
        status = socket_connect(state->upstream, &connection->server, &to);
    if (!status_fine(status)) {
        connection_end(state, connection);
        free(connection);
        return;
    }
    send_at_once(state->net, &connection->client);
    send_at_once(state->upstream, &connection->server);
    flow_begin(&connection->flows[RELAY_TO_PEER], RELAY_TO_PEER, state->net, &connection->client, state->upstream,
               &connection->server);
    flow_begin(&connection->flows[RELAY_TO_CLIENT], RELAY_TO_CLIENT, state->upstream, &connection->server, state->net,
               &connection->client);
    state->taken += state->holds;
    connection->disturbed = is_disturbed(state);
    state->connections[state->count++] = connection;
}

static void forget_ended(struct state *state)
{
    size_t kept = 0;
    for (size_t i = 0; i < state->count; i++)
        if (state->connections[i]->over)
            free(state->connections[i]);
        else
            state->connections[kept++] = state->connections[i];
    state->count = kept;
}

/* --- pieces --------------------------------------------------------------------------------------------- */

static const struct relay_manner *manner_of(const struct state *state, const struct connection *connection,
                                            const struct flow *flow)
{
    static const struct relay_manner none = {.end = RELAY_GOES_ON};
    return state->holds && connection->disturbed && state->manner.ways[flow->way] ? &state->manner : &none;
}

/* How long the piece with this number is; 0: no pieces any more. */
static uint32_t piece_length(const struct relay_manner *manner, const struct flow *flow)
{
    const uint32_t *pieces = manner->pieces[flow->way];
    if (manner->alike)
        return pieces[0];
    return flow->piece < RELAY_PIECES ? pieces[flow->piece] : 0;
}

/* How much may go now of what waits. */
static size_t next_length(const struct relay_manner *manner, struct flow *flow)
{
    size_t length = flow->end - flow->begin;
    if (flow->left == 0)
        flow->left = piece_length(manner, flow);
    if (flow->left > 0 && flow->left < length)
        length = flow->left;
    if (manner->rate > 0) {
        size_t part = (size_t)(manner->rate / 8 / 50) + 1; /* of a 50th of a second */
        length = part < length ? part : length;
    }
    if (manner->end != RELAY_GOES_ON) {
        uint64_t room = (uint64_t)manner->after[flow->way] - flow->passed;
        length = room < length ? (size_t)room : length;
    }
    return length;
}

static bool is_read(const struct state *state, const struct flow *flow)
{
    return diag_unread(state->relay->diag, flow->out->fd, flow->sent) <= 0;
}

/* True when what was put out before is read, or nobody can be waited for any longer. */
static bool may_go_on(const struct state *state, struct flow *flow, int64_t now)
{
    if (flow->unread && now < flow->patience && !is_read(state, flow))
        return false;
    flow->unread = false;
    return now >= flow->ready;
}

/* --- passing on ----------------------------------------------------------------------------------------- */

/* The socket goes with a reset. */
static void reset(struct net *net, struct net_socket *s)
{
    static const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    socket_set_option(net, s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_close(net, s);
}

/* What has come and nobody has read would make a reset of the close. */
static void drain(const struct net *net, struct net_socket *s)
{
    char bytes[4096];
    size_t received = 1;
    struct net quiet = *net;
    struct pollfd ready = {.fd = s->fd, .events = POLLIN};
    quiet.flags |= EVENT_SETUP;
    while (received > 0 && poll(&ready, 1, 0) > 0)
        if (!status_fine(socket_receive(&quiet, s, bytes, sizeof bytes, 0, &received)))
            break;
}

static void come_to_end(struct state *state, struct connection *connection, struct flow *flow, enum relay_end end)
{
    note_applied(state);
    switch (end) {
    case RELAY_RESETS:
        reset(flow->out_net, flow->out);
        connection_end(state, connection);
        break;
    case RELAY_CLOSES:
        drain(flow->out_net, flow->out);
        connection_end(state, connection);
        break;
    case RELAY_HALF_CLOSES:
        socket_shutdown(flow->out_net, flow->out, SHUT_WR);
        flow->ended = flow->shut = true;
        flow->begin = flow->end = 0;
        break;
    default:
        connection->stalled = true;
        break;
    }
}

static void put_out(struct state *state, struct connection *connection, struct flow *flow,
                    const struct relay_manner *manner, int64_t now)
{
    size_t length = next_length(manner, flow), sent = 0;
    if (manner->interrupts && state->relay->board != NULL && interrupt_waiting(state->relay->board->learner))
        note_applied(state);
    note_sending(state, flow, length, manner);
    if (!status_fine(socket_send(flow->out_net, flow->out, flow->bytes + flow->begin, length, 0, &sent))) {
        connection_end(state, connection);
        return;
    }
    flow->begin += sent;
    flow->sent += sent;
    if (!state->holds)
        return;
    flow->passed += sent;
    if (flow->left > 0) {
        flow->left -= (uint32_t)sent;
        flow->piece += flow->left == 0;
        flow->unread = true;
    }
    flow->unread = flow->unread || manner->end != RELAY_GOES_ON;
    flow->patience = now + PATIENCE;
    flow->ready = now + manner->pause + (manner->rate > 0 ? (int64_t)sent * 8 * CLOCK_SECOND / manner->rate : 0);
    if (flow->begin < flow->end)
        flow->ready += manner->delay;
}

/* Nothing more will go this way. */
static bool is_through(const struct flow *flow)
{
    return flow->shut || (flow->ended && flow->begin == flow->end);
}

static void pass_end(struct flow *flow)
{
    socket_shutdown(flow->out_net, flow->out, SHUT_WR);
    flow->shut = true;
}

/* Does what can be done now. */
static void serve_flow(struct state *state, struct connection *connection, struct flow *flow, bool room)
{
    const struct relay_manner *manner = manner_of(state, connection, flow);
    int64_t now = clock_now();
    if (flow->shut || connection->stalled || !may_go_on(state, flow, now))
        return;
    if (manner->end != RELAY_GOES_ON && flow->passed >= (uint64_t)manner->after[flow->way])
        come_to_end(state, connection, flow, manner->end);
    else if (flow->begin < flow->end && room)
        put_out(state, connection, flow, manner, now);
    else if (is_through(flow) && !is_through(&connection->flows[RELAY_WAYS - 1 - flow->way]))
        pass_end(flow);
}

static void take_in(struct state *state, struct connection *connection, struct flow *flow)
{
    size_t received = 0;
    int64_t delay = manner_of(state, connection, flow)->delay;
    struct status status = socket_receive(flow->in_net, flow->in, flow->bytes, sizeof flow->bytes, 0, &received);
    if (!status_fine(status) && status.error == ECONNRESET) {
        /* A reset is passed on as one. */
        reset(flow->out_net, flow->out);
        connection_end(state, connection);
        return;
    }
    flow->ended = received == 0;
    flow->begin = 0;
    flow->end = received;
    int64_t ready = clock_after(delay);
    flow->ready = ready > flow->ready ? ready : flow->ready;
}

/* --- waiting -------------------------------------------------------------------------------------------- */

enum { AT_BELL, AT_LISTENER, AT_CONNECTIONS };

struct waiting {
    struct pollfd ready[AT_CONNECTIONS + 2 * RELAY_CONNECTIONS];
    int64_t until;
};

static bool wants_more(const struct connection *connection, const struct flow *flow)
{
    return !flow->ended && !connection->stalled && flow->begin == flow->end;
}

/* Something waits that the reader must be ready for, or that has its time. */
static int64_t next_look(const struct state *state, const struct connection *connection, const struct flow *flow)
{
    const struct relay_manner *manner = manner_of(state, connection, flow);
    bool ends = manner->end != RELAY_GOES_ON && flow->passed >= (uint64_t)manner->after[flow->way];
    bool waits = flow->begin < flow->end || (flow->ended && !flow->shut) || ends;
    if (connection->stalled || flow->shut || !waits)
        return CLOCK_NEVER;
    int64_t now = clock_now();
    if (flow->unread)
        return now + LOOK_AGAIN;
    return flow->ready > now || ends || flow->begin == flow->end ? flow->ready : CLOCK_NEVER;
}

static void prepare_flow(const struct state *state, const struct connection *connection, const struct flow *flow,
                         struct waiting *waiting, struct pollfd *in, struct pollfd *out)
{
    int64_t look = next_look(state, connection, flow);
    if (look < waiting->until)
        waiting->until = look;
    if (wants_more(connection, flow))
        in->events |= POLLIN;
    if (look == CLOCK_NEVER && flow->begin < flow->end && !connection->stalled)
        out->events |= POLLOUT;
}

/* A descriptor without a wish is left out: its end would be told again and again. */
static void leave_out_idle(struct pollfd *ready)
{
    if (ready->events == 0)
        ready->fd = -1;
}

static void prepare(const struct state *state, struct waiting *waiting)
{
    const struct relay_board *board = state->relay->board;
    bool accepts = state->count < RELAY_CONNECTIONS && state->manner.door == RELAY_OPEN;
    waiting->until = CLOCK_NEVER;
    waiting->ready[AT_BELL] = (struct pollfd){board != NULL && !state->holds ? board->bell : -1, POLLIN, 0};
    waiting->ready[AT_LISTENER] = (struct pollfd){accepts ? state->listener->fd : -1, POLLIN, 0};
    for (size_t i = 0; i < state->count; i++) {
        const struct connection *connection = state->connections[i];
        struct pollfd *pair = &waiting->ready[AT_CONNECTIONS + 2 * i];
        pair[0] = (struct pollfd){connection->client.fd, 0, 0};
        pair[1] = (struct pollfd){connection->server.fd, 0, 0};
        prepare_flow(state, connection, &connection->flows[RELAY_TO_PEER], waiting, &pair[0], &pair[1]);
        prepare_flow(state, connection, &connection->flows[RELAY_TO_CLIENT], waiting, &pair[1], &pair[0]);
        leave_out_idle(&pair[0]);
        leave_out_idle(&pair[1]);
    }
}

/* --- the door ------------------------------------------------------------------------------------------- */

/* One client that nobody accepts fills a queue of length 0. */
static void fill(struct state *state)
{
    struct address address;
    struct net quiet = *state->net;
    quiet.flags |= EVENT_SETUP;
    quiet.open = NULL;
    if (status_fine(socket_listen(&quiet, state->listener, 0)) &&
        status_fine(socket_name(&quiet, state->listener, &address)) &&
        status_fine(socket_open(&quiet, &state->filler, address.any.sa_family, SOCK_STREAM, 0)))
        socket_connect(&quiet, &state->filler, &address);
}

static void take_manner(struct state *state)
{
    struct relay_board *board = state->relay->board;
    bool ways[RELAY_WAYS];
    memcpy(ways, state->manner.ways, sizeof ways);
    state->manner = board->manner;
    memcpy(state->manner.ways, ways, sizeof ways);
    state->holds = true;
    for (size_t i = 0; i < state->count; i++)
        state->connections[i]->disturbed = true;
    if (state->relay->armed)
        return; /* it was opened as it shall be, and that was noted */
    if (state->manner.door != RELAY_OPEN)
        note_applied(state);
    if (state->manner.door == RELAY_SHUT)
        socket_close(state->net, state->listener);
    else if (state->manner.door == RELAY_FULL)
        fill(state);
}

/* -------------------------------------------------------------------------------------------------------- */

static void serve_connection(struct state *state, struct connection *connection, const struct pollfd pair[2])
{
    struct flow *to_peer = &connection->flows[RELAY_TO_PEER], *to_client = &connection->flows[RELAY_TO_CLIENT];
    const short some = POLLIN | POLLHUP | POLLERR, room = POLLOUT | POLLHUP | POLLERR;
    if (wants_more(connection, to_peer) && (pair[0].revents & some) != 0)
        take_in(state, connection, to_peer);
    if (!connection->over && wants_more(connection, to_client) && (pair[1].revents & some) != 0)
        take_in(state, connection, to_client);
    for (size_t way = 0; way < RELAY_WAYS && !connection->over; way++) {
        struct flow *flow = &connection->flows[way];
        struct pollfd out = {.fd = flow->out->fd, .events = POLLOUT};
        serve_flow(state, connection, flow, flow->begin < flow->end && poll(&out, 1, 0) > 0 && (out.revents & room));
    }
    if (!connection->over && is_through(to_peer) && is_through(to_client))
        connection_end(state, connection);
}

static void wait_for(struct waiting *waiting, size_t connections)
{
    int64_t left = waiting->until == CLOCK_NEVER ? 0 : waiting->until - clock_now();
    struct timespec timeout = {.tv_sec = 0};
    if (left > 0)
        timeout = (struct timespec){left / CLOCK_SECOND, left % CLOCK_SECOND};
    if (ppoll(waiting->ready, AT_CONNECTIONS + 2 * connections, waiting->until == CLOCK_NEVER ? NULL : &timeout, NULL) <
        0)
        for (size_t i = 0; i < AT_CONNECTIONS + 2 * connections; i++)
            waiting->ready[i].revents = 0;
}

static void begin(struct state *state)
{
    const struct relay *relay = state->relay;
    state->manner = relay->manner;
    state->holds = relay->board == NULL;
    state->inner = *state->net;
    state->inner.open = NULL;
    state->upstream = state->net;
    if (relay->board == NULL)
        return;
    /* It stands in the place of its peer: nobody sees that there are two. */
    state->inner.common = state->net->ring;
    state->inner.ring = ring_new(64);
    state->inner.watch = NULL;
    state->inner.watcher = NULL;
    state->upstream = &state->inner;
    state->net->flags |= EVENT_APART;
    if (relay->armed)
        take_manner(state);
}

int peer_relay(void *self, struct net *net, struct net_socket *listener)
{
    struct state *state = memory_new(1, sizeof *state);
    struct waiting *waiting = memory_new(1, sizeof *waiting);
    *state = (struct state){.relay = self, .net = net, .listener = listener, .filler = NET_SOCKET_CLOSED};
    begin(state);
    net->flags |= EVENT_PACED;
    for (;;) {
        prepare(state, waiting);
        wait_for(waiting, state->count);
        if (waiting->ready[AT_BELL].revents != 0) {
            take_manner(state);
            atomic_fetch_add(&state->relay->board->heard, 1);
        }
        for (size_t i = 0; i < state->count; i++)
            serve_connection(state, state->connections[i], &waiting->ready[AT_CONNECTIONS + 2 * i]);
        if (waiting->ready[AT_LISTENER].revents != 0 && listener->fd >= 0)
            take_client(state);
        forget_ended(state);
    }
}
