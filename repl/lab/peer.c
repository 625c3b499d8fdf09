#include "lab/peer.h"

#include "base/child.h"
#include "base/memory.h"
#include "lab/network.h"
#include "lab/relay.h"
#include "lab/relay_datagrams.h"
#include "net/diag.h"
#include "net/policy.h"
#include "net/resolve.h"
#include "net/watch.h"
#include "trace/notes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- the process ---------------------------------------------------------------------------------------- */

/* What the child does before its body: nothing of the learner may stay with it. */
static void become_peer(struct net *net, int actor, pid_t parent, int listener, int client)
{
    child_begin(parent);
    signal(SIGPIPE, SIG_IGN);
    socket_forget_all(net);
    child_close(listener, client, CHILD_HOUSE_DESCRIPTORS - 1);
    policy_forget_all(net);
    policy_learn(net, listener);
    policy_learn(net, client);
    net->actor = actor;
    net->pending = 0;
    net->default_timeout = NET_FOREVER;
    net->place = NULL;
    if (net->watch != NULL)
        watch_begin(net);
}

/* What ends with the process is closed by hand, so that the picture shows it. */
static _Noreturn void leave(struct net *net, int status)
{
    while (net->open != NULL)
        socket_close(net, net->open);
    _exit(status);
}

/* --- where it listens ----------------------------------------------------------------------------------- */

/* One client that nobody accepts fills a queue of length 0; the kernel then drops further SYNs. */
static struct status fill_queue(struct net *net, struct net_socket *listener, struct net_socket *client)
{
    struct address address;
    struct status status = socket_name(net, listener, &address);
    if (status_fine(status))
        status = socket_open(net, client, address.any.sa_family, SOCK_STREAM, 0);
    if (status_fine(status))
        status = socket_connect(net, client, &address);
    return status;
}

/* A deaf one keeps its port and hears nobody but itself, so the kernel answers others that nobody is there. */
static struct status open_datagrams(struct net *net, const struct peer_place *place, struct net_socket *s)
{
    struct address address;
    if (!place->deaf || s->family == AF_UNIX)
        return STATUS_OK;
    struct status status = socket_name(net, s, &address);
    return status_fine(status) ? socket_connect(net, s, &address) : status;
}

static struct status open_stream(struct net *net, const struct peer_place *place, struct net_socket *listener,
                                 struct net_socket *client)
{
    if (place->deaf)
        return STATUS_OK;
    struct status status = socket_listen(net, listener, place->full ? 0 : place->backlog ? place->backlog : 128);
    return status_fine(status) && place->full ? fill_queue(net, listener, client) : status;
}

/* An address of the machine where peers are; a family of no address is AF_INET. */
static void choose_address(const struct lab *lab, const struct peer_place *place, struct address *address)
{
    *address = place->address;
    if (address->length > 0)
        return;
    int family = place->family ? place->family : AF_INET;
    const char *host = family == AF_INET6 ? "::1" : "127.0.0.1";
    if (lab->network != NULL)
        host = place->asked ? network_asked_address() : network_address(NETWORK_PEER, family);
    resolve_numeric(address, family, host);
}

static struct status open_place(struct net *net, const struct peer_place *place, struct net_socket *listener,
                                struct net_socket *client, struct address *address)
{
    struct status status =
        socket_open(net, listener, address->any.sa_family, place->type ? place->type : SOCK_STREAM, 0);
    if (status_fine(status))
        status = socket_bind(net, listener, address);
    if (status_fine(status))
        status = listener->type == SOCK_DGRAM ? open_datagrams(net, place, listener)
                                              : open_stream(net, place, listener, client);
    if (status_fine(status))
        status = socket_name(net, listener, address);
    return status;
}

/* fork(2) says EAGAIN too, but trying again is not what helps. */
static struct status no_process(int error)
{
    return (struct status){.kind = STATUS_PLAIN,
                           .call = "fork",
                           .text = error == ENOMEM
                                       ? "no peer: there is no memory for another process"
                                       : "no peer: there are as many processes as there may be (ulimit -u)"};
}

static size_t count_living(const struct lab *lab)
{
    size_t count = 0;
    for (struct peer *peer = lab->peers; peer != NULL; peer = peer->next)
        count += peer_alive(peer);
    return count;
}

static bool stands_in(const struct lab *lab, const struct net *net)
{
    return lab->stand_in.kind != NULL && lab->stand_in.actor == ring_actor_count(net->ring);
}

/* Where the one asked for would be; a socket for datagrams has no queue of clients. */
static struct peer_place place_of_kind(const struct peer_kind *kind, const struct peer_place *place)
{
    struct peer_place other = *place;
    other.name = kind->name;
    other.deaf = kind->deaf;
    other.full = kind->full;
    return other;
}

/* Kills it and waits. */
static void end_process(pid_t *process)
{
    if (*process > 0) {
        kill(*process, SIGKILL);
        child_wait(*process, NULL);
    }
    *process = 0;
}

/* --- starting ------------------------------------------------------------------------------------------- */

/* One process that is to be. */
struct launch {
    struct peer_place place;
    struct address address; /* where it shall be, then where it is */
    int actor;
    peer_body *body;
    void *self;
    bool late;
    bool unseen; /* another process has its name: only its notes are recorded */
    pid_t process;
};

/* The calls go to a ring that nobody reads; a note says what it has to say as the actor that is seen. */
static void become_unseen(struct net *net)
{
    net->common = net->ring;
    net->ring = ring_new(64);
    net->watch = NULL;
    net->watcher = NULL;
}

static _Noreturn void run(const struct lab *lab, struct net *net, struct net_socket *open, struct net_socket *listener,
                          const struct launch *launch)
{
    if (lab->network != NULL)
        network_join_peer(lab->network);
    net->open = open;
    if (launch->unseen)
        become_unseen(net);
    if (launch->late)
        peer_be_late(listener);
    leave(net, launch->body(launch->self, net, listener));
}

/* Opens its listener, in the network where it shall be, and starts the process. */
static struct status launch(const struct lab *lab, struct net *net, struct launch *launch)
{
    struct net_socket listener = NET_SOCKET_CLOSED, client = NET_SOCKET_CLOSED;
    struct net own = *net;
    struct status status = STATUS_OK;
    own.actor = launch->actor;
    own.default_timeout = NET_FOREVER;
    own.open = NULL;
    own.watch = NULL;
    own.watcher = NULL;
    own.flags |= EVENT_SETUP;
    /* What is opened here, is opened there. */
    if (lab->network != NULL)
        status = network_go(lab->network, NETWORK_PEER);
    if (status_fine(status))
        status = open_place(&own, &launch->place, &listener, &client, &launch->address);
    if (lab->network != NULL)
        network_go(lab->network, NETWORK_ME);
    pid_t parent = getpid();
    launch->process = status_fine(status) ? fork() : 0;
    if (status_fine(status) && launch->process == 0) {
        become_peer(net, own.actor, parent, listener.fd, launch->place.kept > 0 ? launch->place.kept : client.fd);
        run(lab, net, own.open, &listener, launch);
    }
    if (launch->process < 0)
        status = no_process(errno);
    /* Not recorded: the peer has not closed them, it keeps them. */
    socket_forget_all(&own);
    return status;
}

/* What a program of the learner's has at this end suffers as well; what was there before, or is a check's, does not. */
static void choose_ways(const struct lab *lab, const struct launch *peer, bool armed, bool ways[RELAY_WAYS])
{
    const bool *said = peer->place.ways;
    bool any = said[RELAY_TO_CLIENT] || said[RELAY_TO_PEER];
    ways[RELAY_TO_CLIENT] = any ? said[RELAY_TO_CLIENT] : true;
    ways[RELAY_TO_PEER] = any ? said[RELAY_TO_PEER] : armed && peer->self != NULL && !lab->checking;
}

/* A relay with the peer's name in its place, at an address of its own. */
static struct status stand_before(const struct lab *lab, struct net *net, const struct launch *peer,
                                  struct launch *before)
{
    struct relay relay = {
        .to = peer->address, .board = lab->board, .armed = atomic_load(&lab->board->armed) != 0, .diag = diag_open()};
    enum relay_door door = relay.armed ? lab->board->manner.door : RELAY_OPEN;
    choose_ways(lab, peer, relay.armed, relay.manner.ways);
    *before = (struct launch){.place = peer->place,
                              .actor = peer->actor,
                              .body = peer->place.type == SOCK_DGRAM ? peer_relay_datagrams : peer_relay,
                              .self = &relay};
    before->place.kept = relay.diag;
    before->place.deaf = door == RELAY_SHUT;
    before->place.full = door == RELAY_FULL;
    if (door != RELAY_OPEN)
        atomic_fetch_add(&lab->board->applied, 1); /* who finds it so may be done before the relay has begun */
    choose_address(lab, &before->place, &before->address);
    struct status status = launch(lab, net, before);
    if (relay.diag >= 0)
        close(relay.diag);
    return status;
}

/* Only what somebody who is there says can be passed on badly. */
static bool is_to_be_relayed(const struct lab *lab, const struct peer_place *place, const struct address *address)
{
    bool datagrams = place->type == SOCK_DGRAM;
    return lab->board != NULL && !place->deaf && !place->full && !(datagrams && address->any.sa_family == AF_UNIX);
}

struct status peer_start(struct lab *lab, struct net *net, const struct peer_place *place, peer_body *body, void *self,
                         struct peer **peer)
{
    struct launch own = {.place = *place, .body = body, .self = self}, before = {.process = 0};
    const struct peer_kind *instead = stands_in(lab, net) ? lab->stand_in.kind : NULL;
    if (count_living(lab) >= LAB_PEERS_MOST)
        return (struct status){.kind = STATUS_PLAIN, .call = "fork", .text = "too many peers: 40 may run at once"};
    if (instead != NULL) {
        own.place = place_of_kind(instead, place);
        own.body = instead->body != NULL ? instead->body : body == peer_idle ? peer_echo : body;
        own.late = instead->late;
    }
    own.actor = ring_actor_new(net->ring, own.place.name);
    choose_address(lab, &own.place, &own.address);
    own.unseen = is_to_be_relayed(lab, &own.place, &own.address);
    struct status status = launch(lab, net, &own);
    if (status_fine(status) && own.unseen)
        status = stand_before(lab, net, &own, &before);
    if (!status_fine(status)) {
        end_process(&own.process);
        return status;
    }
    struct peer *started = memory_new(1, sizeof *started);
    *started = (struct peer){.process = own.process,
                             .relay = before.process,
                             .actor = own.actor,
                             .address = own.unseen ? before.address : own.address,
                             .next = lab->peers};
    lab->peers = *peer = started;
    return STATUS_OK;
}

bool peer_alive(struct peer *peer)
{
    if (peer->process > 0 && waitpid(peer->process, &peer->status, WNOHANG) != 0)
        peer->process = 0;
    return peer->process > 0;
}

bool peer_runs(const struct peer *peer)
{
    char state = child_state(peer->process);
    return state == 'R' || state == 'D';
}

int64_t peer_worked(const struct peer *peer)
{
    return peer->process > 0 ? child_worked(peer->process) : 0;
}

void peer_stop(struct peer *peer)
{
    if (peer_alive(peer))
        end_process(&peer->process);
    end_process(&peer->relay);
}

void lab_clear(struct lab *lab)
{
    while (lab->peers != NULL) {
        struct peer *peer = lab->peers;
        lab->peers = peer->next;
        peer_stop(peer);
        free(peer);
    }
}

void peer_note(struct net *net, const char *note, size_t length, unsigned flags)
{
    note_record(net_common_ring(net), net->actor, net->chunk, note, length, flags);
}
