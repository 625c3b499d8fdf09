#include "session/server.h"

#include "base/child.h"
#include "base/clock.h"
#include "lab/peer.h"
#include "lua/arguments.h"
#include "lua/globals.h"
#include "lua/keywords.h"
#include "lua/lab.h"
#include "lua/object.h"
#include "session/arguments.h"
#include "session/workshop.h"
#include "trace/notes.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* A program listens within that, or it is not waited for. */
#define LISTENS_WITHIN (5 * CLOCK_SECOND)

#define NAP (2 * CLOCK_MILLISECOND)

struct server {
    struct object object;
    struct evaluator *evaluator;
    struct peer *peer; /* a function's; NULL: it is a program */
    pid_t process;
    bool ended;
    int status; /* then: its exit status, or minus the signal that ended it */
    int64_t until;
    uint64_t first_event;
    struct text output;
};

static const struct object_kind server_kind;

static struct server *server_check(lua_State *L)
{
    return object_check(L, 1, &server_kind, "a server");
}

static struct server *push_server(lua_State *L, struct evaluator *evaluator)
{
    struct server *server = object_push(L, &server_kind, sizeof *server);
    server->evaluator = evaluator;
    server->first_event = ring_next(evaluator->runtime->net.ring);
    return server;
}

/* --- programs ------------------------------------------------------------------------------------------- */

static bool hear(void *owner, const char *bytes, size_t length)
{
    struct text *output = &((struct server *)owner)->output;
    text_add_bytes(output, bytes, length);
    return output->length <= WORKSHOP_PRINTED_MOST;
}

static bool is_over(void *owner)
{
    const struct server *server = owner;
    return server->evaluator->runtime->stop != 0 || clock_now() >= server->until;
}

static struct workshop_watcher watcher_of(struct server *server)
{
    return (struct workshop_watcher){.owner = server, .output = hear, .stopping = is_over};
}

/* One that was started after it has ended it. */
static bool is_current(const struct server *server)
{
    return workshop_process(server->evaluator->workshop) == server->process;
}

static void take_program(struct server *server, int64_t moment)
{
    struct workshop_watcher watcher = watcher_of(server);
    struct workshop_end end = {.status = -1, .signal = SIGKILL};
    server->until = CLOCK_NEVER;
    server->ended = !is_current(server) || workshop_wait(server->evaluator->workshop, &watcher, moment, &end);
    server->status = end.status >= 0 ? end.status : -end.signal;
    if (end.failed != NULL)
        text_add(&server->output, end.failed);
    free(end.failed);
}

static void signal_program(struct server *server, int number)
{
    struct workshop_watcher watcher = watcher_of(server);
    server->until = CLOCK_NEVER;
    workshop_signal(server->evaluator->workshop, &watcher, number);
}

/* --- functions ------------------------------------------------------------------------------------------ */

static void take_peer(struct server *server, int64_t moment)
{
    const struct timespec nap = {.tv_nsec = NAP};
    while (peer_alive(server->peer) && clock_now() < moment && !server->evaluator->runtime->stop)
        nanosleep(&nap, NULL);
    server->ended = !peer_alive(server->peer);
    int status = server->peer->status;
    server->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void signal_peer(struct server *server, int number)
{
    const struct timespec nap = {.tv_nsec = NAP};
    int64_t moment = clock_after(CLOCK_SECOND);
    kill(server->process, number);
    while (child_awaits(server->process, number) && clock_now() < moment)
        nanosleep(&nap, NULL);
}

/* What it printed, and what it failed of, are notes in the timeline. */
static void take_notes(struct server *server)
{
    struct notes notes = {0};
    uint64_t next = server->first_event;
    notes_read(&notes, server->evaluator->runtime->net.ring, &next);
    text_clear(&server->output);
    for (size_t i = 0; i < notes.count; i++)
        if (notes.list[i].actor == server->peer->actor) {
            text_add(&server->output, text_string(&notes.list[i].words));
            text_add(&server->output, "\n");
        }
    notes_free(&notes);
}

/* --- both ----------------------------------------------------------------------------------------------- */

/* Lets it go on until that moment, or until it has ended. */
static void take(lua_State *L, struct server *server, int64_t moment)
{
    if (server->ended)
        return;
    if (server->peer != NULL)
        take_peer(server, moment);
    else
        take_program(server, moment);
    runtime_check(server->evaluator->runtime, L);
}

/* server:wait([seconds]): how it ended; nil while it runs. */
static int server_wait(lua_State *L)
{
    struct server *server = server_check(L);
    lua_Number seconds = luaL_optnumber(L, 2, 1);
    take(L, server, clock_after((int64_t)(seconds * (lua_Number)CLOCK_SECOND)));
    lua_pushinteger(L, server->status);
    if (!server->ended)
        lua_pushnil(L);
    return 1;
}

static int server_alive(lua_State *L)
{
    struct server *server = server_check(L);
    take(L, server, clock_now());
    lua_pushboolean(L, !server->ended);
    return 1;
}

/* server:signal(number): it has reached the server when this returns. */
static int server_signal(lua_State *L)
{
    struct server *server = server_check(L);
    int number = argument_integer(L, 2, "signal");
    if (server->peer == NULL && !server->ended && is_current(server))
        signal_program(server, number);
    else if (server->peer != NULL && peer_alive(server->peer))
        signal_peer(server, number);
    return 0;
}

static int server_stop(lua_State *L)
{
    struct server *server = server_check(L);
    if (server->peer != NULL)
        peer_stop(server->peer);
    else if (!server->ended && is_current(server))
        signal_program(server, SIGKILL);
    take(L, server, CLOCK_NEVER);
    return 0;
}

/* server:output(): what it has printed so far. */
static int server_output(lua_State *L)
{
    struct server *server = server_check(L);
    take(L, server, clock_now());
    if (server->peer != NULL)
        take_notes(server);
    lua_pushlstring(L, text_string(&server->output), server->output.length);
    return 1;
}

/* server:worked(): the seconds of processor time that it has used. */
static int server_worked(lua_State *L)
{
    struct server *server = server_check(L);
    lua_pushnumber(L, clock_seconds(child_worked(server->process)));
    return 1;
}

static const struct function_row methods[] = {
    {"alive", server_alive},
    {"output", server_output},
    {"signal", server_signal},
    {"stop", server_stop},
    {"wait", server_wait},
    {"worked", server_worked},
    {NULL, NULL},
};

/* Where it listens stands in its table: address, host and port. */
static bool server_field(lua_State *L, void *object, const char *name)
{
    (void)object;
    lua_getiuservalue(L, 1, 1);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
    return true;
}

static int server_free(lua_State *L)
{
    text_free(&server_check(L)->output);
    return 0;
}

static const struct object_kind server_kind = {
    .name = "server",
    .methods = (const struct function_row *const[]){methods, NULL},
    .field = server_field,
    .fixed = "a server's fields cannot be set",
    .metamethods = (const luaL_Reg[]){{"__gc", server_free}, {NULL, NULL}},
    .values = 1,
};

/* --- starting ------------------------------------------------------------------------------------------- */

/* In the peer: nothing but a close of its own gives a descriptor back there. */
static int serve(lua_State *L)
{
    lua_gc(L, LUA_GCSTOP);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 0);
    return 0;
}

/* lab.peer(), as it was before the learner's code. */
static int start_function(lua_State *L, struct evaluator *evaluator)
{
    struct server *server = push_server(L, evaluator);
    global_push_new(L, "lab");
    lua_getfield(L, -1, "peer");
    lua_pushnil(L);
    lua_setfield(L, 2, "arguments");
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, serve, 1);
    lua_pushvalue(L, 2);
    lua_call(L, 2, 1);
    server->peer = lab_peer_at(L, -1);
    server->process = server->peer->process;
    lua_setiuservalue(L, 3, 1);
    lua_settop(L, 3);
    return 1;
}

/* {address = {host, port}, host =, port =}: another port each time, where nothing is likely to be. */
static void push_place(lua_State *L, const struct evaluator *evaluator)
{
    bool six = lua_istable(L, 2) && keyword_integer(L, 2, "family", AF_INET) == AF_INET6;
    lua_createtable(L, 0, 3);
    lua_pushstring(L, six ? "::1" : "127.0.0.1");
    lua_setfield(L, -2, "host");
    lua_pushinteger(L, 10000 +
                           ((lua_Integer)getpid() * 17 + (lua_Integer)ring_next(evaluator->runtime->net.ring)) % 20000);
    lua_setfield(L, -2, "port");
    lua_createtable(L, 2, 0);
    lua_getfield(L, -2, "host");
    lua_rawseti(L, -2, 1);
    lua_getfield(L, -2, "port");
    lua_rawseti(L, -2, 2);
    lua_setfield(L, -2, "address");
}

/* nil, and why: it has ended, or it did not listen in time. */
static int does_not_listen(lua_State *L, struct server *server, bool late)
{
    take(L, server, clock_after(CLOCK_SECOND));
    lua_pushnil(L);
    if (late)
        lua_pushfstring(L, "The program did not listen within %d seconds.", (int)(LISTENS_WITHIN / CLOCK_SECOND));
    else if (server->status < 0)
        lua_pushfstring(L, "The program does not listen: signal %d has ended it.", -server->status);
    else
        lua_pushfstring(L, "The program does not listen: it has ended, with status %d.", server->status);
    if (server->output.length > 0) {
        lua_pushfstring(L, " It said:\n%s", text_string(&server->output));
        lua_concat(L, 2);
    }
    return 2;
}

static int start_program(lua_State *L, struct evaluator *evaluator)
{
    struct server *server = push_server(L, evaluator);
    struct workshop_watcher watcher = watcher_of(server);
    push_place(L, evaluator);
    if (!lua_istable(L, 2) || !keyword_push(L, 2, "arguments"))
        lua_getfield(L, -1, "address");
    char **arguments = arguments_of(L, lua_gettop(L), 1);
    server->until = clock_after(LISTENS_WITHIN);
    bool listens = workshop_start(evaluator->workshop, arguments, &watcher);
    arguments_free(arguments);
    bool late = clock_now() >= server->until;
    server->process = workshop_process(evaluator->workshop);
    lua_pop(L, 1);
    lua_setiuservalue(L, 3, 1);
    return listens ? 1 : does_not_listen(L, server, late);
}

int server_start(lua_State *L, struct evaluator *evaluator)
{
    if (lua_isnil(L, 1))
        return start_program(L, evaluator);
    if (lua_isnil(L, 2)) {
        lua_createtable(L, 0, 1);
        lua_pushliteral(L, "server");
        lua_setfield(L, -2, "name");
        lua_replace(L, 2);
    }
    return start_function(L, evaluator);
}
