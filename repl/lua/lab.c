#include "lua/lab.h"

#include "base/text.h"
#include "lab/peer.h"
#include "lab/relay.h"
#include "lab/web.h"
#include "lua/arguments.h"
#include "lua/calling.h"
#include "lua/errors.h"
#include "lua/keywords.h"
#include "lua/module.h"
#include "lua/object.h"
#include "lua/runtime.h"
#include "lua/socket.h"
#include "net/diag.h"
#include "net/resolve.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- peer objects --------------------------------------------------------------------------------------- */

struct peer_object {
    struct object object;
    struct peer *peer;
    struct peer *other; /* the same once more, see struct lab; or NULL */
};

static const struct object_kind peer_kind;

/* The object outlives nothing: peers belong to the runtime's lab until the state is closed. */
static void push_peer(lua_State *L, struct peer *peer, struct peer *other)
{
    struct peer_object *object = object_push(L, &peer_kind, sizeof *object);
    object->peer = peer;
    object->other = other;
}

static struct peer *peer_check(lua_State *L, int index)
{
    struct peer_object *object = object_check(L, index, &peer_kind, "a peer");
    return object->peer;
}

static int p_stop(lua_State *L)
{
    struct peer *peer = peer_check(L, 1);
    struct net as_peer = runtime_of(L)->net;
    as_peer.actor = peer->actor;
    if (peer_alive(peer))
        peer_note(&as_peer, "stopped", strlen("stopped"), EVENT_ENDED);
    peer_stop(peer);
    return 0;
}

static int p_alive(lua_State *L)
{
    lua_pushboolean(L, peer_alive(peer_check(L, 1)));
    return 1;
}

static const struct function_row methods[] = {
    {"stop", p_stop},
    {"alive", p_alive},
    {NULL, NULL},
};

static bool peer_field(lua_State *L, void *object, const char *name)
{
    const struct peer *peer = ((struct peer_object *)object)->peer;
    bool unix_peer = peer->address.any.sa_family == AF_UNIX;
    if (strcmp(name, "address") == 0) {
        push_address(L, &peer->address);
    } else if (strcmp(name, "name") == 0) {
        lua_pushstring(L, ring_actor_name(runtime_of(L)->net.ring, peer->actor));
    } else if (strcmp(name, "pid") == 0) {
        lua_pushinteger(L, peer->process);
    } else if (strcmp(name, "port") == 0 && !unix_peer) {
        lua_pushinteger(L, address_port(&peer->address));
    } else if (strcmp(name, "host") == 0 && !unix_peer) {
        char host[ADDRESS_HOST_ROOM];
        address_host(&peer->address, host);
        lua_pushstring(L, host);
    } else {
        return false;
    }
    return true;
}

static int p_text(lua_State *L)
{
    struct peer *peer = peer_check(L, 1);
    struct text text = TEXT_EMPTY;
    text_format(&text, "<peer %s at ", ring_actor_name(runtime_of(L)->net.ring, peer->actor));
    address_write(&text, &peer->address);
    text_add(&text, peer_alive(peer) ? ">" : ", gone>");
    push_text(L, &text);
    return 1;
}

static const struct object_kind peer_kind = {
    .name = "lab.peer",
    .methods = (const struct function_row *const[]){methods, NULL},
    .field = peer_field,
    .fixed = "a peer's fields cannot be set",
    .metamethods = (const luaL_Reg[]){{"__tostring", p_text}, {NULL, NULL}},
};

const struct address *lab_peer_address(lua_State *L, int index, const struct address **program)
{
    const struct peer_object *object = object_test(L, index, &peer_kind);
    if (object == NULL || object->peer == NULL)
        return NULL;
    *program = object->other != NULL ? &object->other->address : &object->peer->address;
    return &object->peer->address;
}

struct peer *lab_peer_at(lua_State *L, int index)
{
    const struct peer_object *object = object_test(L, index, &peer_kind);
    return object != NULL ? object->peer : NULL;
}

/* --- starting them -------------------------------------------------------------------------------------- */

/* What a peer prints becomes notes in the timeline, without the newline that ends them. */
static void write_note(void *owner, const char *bytes, size_t length)
{
    struct runtime *runtime = owner;
    while (length > 0 && bytes[length - 1] == '\n')
        length--;
    peer_note(&runtime->net, bytes, length, 0);
}

static void become_quiet(struct runtime *runtime)
{
    /* A script's peer prints where the script prints; a session's peer leaves notes. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (runtime->restricted)
        runtime->write = write_note;
    runtime->leave = NULL;
    runtime->read = NULL;
    text_clear(&runtime->input);
    runtime->owner = runtime;
    runtime->lab = (struct lab){.closed = true};
    calling_begin_peer(runtime);
    runtime_forget_signals(runtime);
    /* What the collector finds in a peer is nobody's mistake: the peer ends anyway. */
    lua_setwarnf(runtime->main, NULL, NULL);
}

static int with_traceback(lua_State *L)
{
    luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
    return 1;
}

/* The peer's process: the function stands on top of the stack of the coroutine that called lab.peer(). */
static int run_function(void *self, struct net *net, struct net_socket *listener)
{
    lua_State *L = self;
    struct runtime *runtime = runtime_of(L);
    become_quiet(runtime);
    lua_gc(L, LUA_GCSTOP);
    lua_pushcfunction(L, with_traceback);
    lua_insert(L, -2);
    socket_move(net, socket_push(L), listener);
    lua_gc(L, LUA_GCRESTART);
    int status = lua_pcall(L, 1, 0, -3);
    calling_name_globals(L);
    fflush(stdout);
    if (status == LUA_OK)
        return 0;
    size_t length;
    const char *report = lua_tolstring(L, -1, &length);
    peer_note(net, report, length, EVENT_FAILED);
    if (!runtime->restricted)
        fprintf(stderr, "sockrates: peer %s failed: %s\n", ring_actor_name(net->ring, net->actor), report);
    return 1;
}

static int start(lua_State *L, const struct peer_place *place, peer_body *body, void *self)
{
    struct runtime *runtime = runtime_of(L);
    struct peer *peer, *other = NULL;
    if (runtime->lab.closed)
        return error_throw(L, "OSError", "a peer cannot start peers of its own; start them before it");
    fflush(stdout);
    error_check(L, peer_start(&runtime->lab, &runtime->net, place, body, self, &peer));
    if (runtime->lab.doubled)
        error_check(L, peer_start(&runtime->lab, &runtime->net, place, body, self, &other));
    push_peer(L, peer, other);
    return 1;
}

/* {family=, type=, name=, backlog=, toward=, arp=} of the table at the index. */
static struct peer_place read_options(lua_State *L, int index, const char *name)
{
    struct peer_place place = {.name = name};
    int family = keyword_integer(L, index, "family", AF_INET);
    place.type = keyword_integer(L, index, "type", 0);
    place.backlog = keyword_integer(L, index, "backlog", 0);
    place.asked = keyword_truth(L, index, "arp");
    lab_toward(L, index, place.ways);
    /* Stays on the stack for as long as it is used. */
    if (keyword_push(L, index, "name"))
        place.name = argument_name(L, -1, "name");
    if (family == AF_UNIX)
        address_unix(&place.address, "", 0);
    else if (family == AF_INET || family == AF_INET6)
        place.family = family;
    else
        error_throw(L, "ValueError", "a peer's family is AF_INET, AF_INET6 or AF_UNIX");
    if (place.asked && family != AF_INET)
        error_throw(L, "ValueError", "arp is a question of IPv4: it goes with AF_INET only");
    return place;
}

/* The last argument of every lab function but one, all optional. */
static struct peer_place read_place(lua_State *L, int index, const char *name)
{
    static const char *const known[] = {"family", "type", "name", "backlog", "toward", "arp", NULL};
    if (lua_isnoneornil(L, index))
        return (struct peer_place){.name = name};
    char call[16];
    snprintf(call, sizeof call, "lab.%s", name);
    if (!keywords_at(L, index, call, known))
        error_throw(L, "TypeError", "%s() takes a table of options, not %s", call, argument_kind(L, index));
    return read_options(L, index, name);
}

static int echo(lua_State *L)
{
    struct peer_place place = read_place(L, 1, "echo");
    return start(L, &place, peer_echo, NULL);
}

static int web(lua_State *L)
{
    struct peer_place place = read_place(L, 1, "web");
    if (place.type == SOCK_DGRAM)
        return error_throw(L, "ValueError", "a web server needs a stream: type is socket.SOCK_STREAM");
    return start(L, &place, peer_web, NULL);
}

static int refusing(lua_State *L)
{
    struct peer_place place = read_place(L, 1, "refused");
    place.deaf = true;
    return start(L, &place, peer_idle, NULL);
}

static int silent(lua_State *L)
{
    struct peer_place place = read_place(L, 1, "silent");
    place.full = true;
    return start(L, &place, peer_idle, NULL);
}

static int peer(lua_State *L)
{
    if (lua_type(L, 1) != LUA_TFUNCTION)
        return error_throw(L, "TypeError", "lab.peer() takes a function that is given the listener, not %s",
                           argument_kind(L, 1));
    struct peer_place place = read_place(L, 2, "peer");
    lua_pushvalue(L, 1);
    return start(L, &place, run_function, L);
}

/* A peer, or an address of the relay's family. */
static void read_to(lua_State *L, int family, struct address *to)
{
    if (!keyword_push(L, 1, "to"))
        error_throw(L, "TypeError", "lab.relay{to=peer} needs to know where to: a peer, or an address {host, port}");
    const struct peer_object *object = object_test(L, -1, &peer_kind);
    bool path = family == AF_UNIX && lua_type(L, -1) == LUA_TSTRING,
         pair = lua_istable(L, -1) && lua_rawlen(L, -1) >= 2;
    if (object == NULL && !path && !pair)
        error_throw(L, "TypeError", "to is a peer, or an address {host, port}, not %s", argument_kind(L, -1));
    if (object != NULL)
        *to = object->peer->address;
    else
        argument_address(L, lua_gettop(L), family, "lab.relay", to);
}

static int relay(lua_State *L)
{
    struct relay relay = {.diag = -1};
    argument_count(L, 1, 1, "lab.relay{to=peer, pieces=1, ...}");
    if (!keywords_at(L, 1, "lab.relay", lab_relay_names))
        return error_throw(L, "TypeError", "lab.relay() takes values by name, as in lab.relay{to=peer}, not %s",
                           argument_kind(L, 1));
    int family = keyword_integer(L, 1, "family", AF_INET);
    read_to(L, family, &relay.to);
    lab_relay_manner(L, &relay.manner);
    struct peer_place place = read_options(L, 1, "relay");
    if (runtime_of(L)->lab.closed)
        return start(L, &place, peer_relay, &relay);
    struct runtime *runtime = runtime_of(L);
    struct peer *started = NULL;
    fflush(stdout);
    relay.diag = place.kept = diag_open();
    struct status status = peer_start(&runtime->lab, &runtime->net, &place, peer_relay, &relay, &started);
    if (relay.diag >= 0)
        close(relay.diag);
    error_check(L, status);
    push_peer(L, started, NULL);
    return 1;
}

static const struct function_row functions[] = {
    {"relay", relay},   {"echo", echo}, {"web", web}, {"refused", refusing},
    {"silent", silent}, {"peer", peer}, {NULL, NULL},
};

const struct module lab_module = {
    .name = "lab",
    .functions =
        (const struct function_row *const[]){functions, lab_wire_functions, lab_rules_functions, lab_packets_functions,
                                             lab_inject_functions, lab_hosts_functions, NULL},
    .objects = (const struct object_rows[]){{"p", methods}, {"rule", lab_rule_methods}, {NULL, NULL}},
};
