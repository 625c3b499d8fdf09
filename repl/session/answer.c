#include "session/answer.h"

#include "base/clock.h"
#include "lua/object.h"
#include "lua/socket.h"
#include "session/arguments.h"
#include "session/calls.h"
#include "session/ending.h"
#include "session/server.h"
#include "session/settle.h"
#include "session/workshop.h"
#include "trace/call.h"

#include <stdlib.h>
#include <string.h>

/* So long one call of a program may take. */
#define LONGEST (5 * CLOCK_SECOND)

struct answer {
    struct object object;
    struct evaluator *evaluator;
};

/* answer.NAME: keeps the function; nil for a program. */
struct way {
    struct object object;
    struct evaluator *evaluator;
};

static const struct object_kind way_kind;

/* What a call has come to; its values stand on the stack. */
struct run {
    struct event_range events;
    int64_t elapsed, ended;
    int status;  /* of a program; -1: none */
    size_t open; /* sockets that were left open */
};

/* --- functions ------------------------------------------------------------------------------------------ */

static int collect_nothing(lua_State *L)
{
    lua_pushinteger(L, 0);
    return 1;
}

/* Makes what stands on top of the stack the learner's collectgarbage, and leaves there what that was. */
static void exchange_collector(lua_State *L)
{
    lua_pushglobaltable(L);
    lua_getfield(L, -1, "collectgarbage");
    lua_insert(L, -3);
    lua_insert(L, -2);
    lua_pushliteral(L, "collectgarbage");
    lua_insert(L, -2);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

static size_t count_open(const struct net *net)
{
    size_t count = 0;
    for (const struct net_socket *s = net->open; s != NULL; s = s->next)
        count++;
    return count;
}

static size_t is_open(lua_State *L, int index)
{
    const struct net_socket *s = socket_test(L, index);
    return s != NULL && s->fd >= 0;
}

/* Sockets among the values from the index on, or in lists there: whoever called has them. */
static size_t count_given(lua_State *L, int first)
{
    size_t count = 0;
    for (int i = first, last = lua_gettop(L); i <= last; i++) {
        count += is_open(L, i);
        for (lua_Integer item = 1; lua_istable(L, i) && item <= (lua_Integer)lua_rawlen(L, i); item++) {
            lua_rawgeti(L, i, item);
            count += is_open(L, -1);
            lua_pop(L, 1);
        }
    }
    return count;
}

/*
 * The function's values, or nothing and an error in `failure`, which stands at the index.  What nobody closed stays
 * open: the collector rests meanwhile.
 */
static void call_function(lua_State *L, struct run *run, int arguments, int failure)
{
    struct runtime *runtime = runtime_of(L);
    int first = lua_gettop(L) - arguments;
    bool collects = lua_gc(L, LUA_GCISRUNNING) != 0;
    size_t before = count_open(&runtime->net), after;
    lua_pushcfunction(L, collect_nothing);
    exchange_collector(L);
    lua_insert(L, first++);
    lua_gc(L, LUA_GCSTOP);
    int64_t begin = clock_now();
    bool fine = lua_pcall(L, arguments, LUA_MULTRET, 0) == LUA_OK;
    run->ended = clock_now();
    run->elapsed = run->ended - begin;
    if (!fine)
        lua_replace(L, failure);
    after = count_open(&runtime->net) - count_given(L, first);
    run->open = after > before ? after - before : 0;
    if (collects)
        lua_gc(L, LUA_GCRESTART);
    lua_pushvalue(L, first - 1);
    exchange_collector(L);
    lua_pop(L, 1);
    lua_remove(L, first - 1);
}

/* --- programs ------------------------------------------------------------------------------------------- */

struct patience {
    struct evaluator *evaluator;
    int64_t until;
};

static bool hear(void *owner, const char *bytes, size_t length)
{
    struct text *heard = &((struct patience *)owner)->evaluator->heard;
    text_add_bytes(heard, bytes, length);
    return heard->length <= WORKSHOP_PRINTED_MOST;
}

static bool is_over(void *owner)
{
    const struct patience *patience = owner;
    return patience->evaluator->runtime->stop != 0 || clock_now() >= patience->until;
}

/* The lines that were printed are its values. */
static void push_lines(lua_State *L, const struct text *heard)
{
    const char *at = text_string(heard), *end = at + heard->length;
    luaL_checkstack(L, 8, NULL);
    for (const char *next; at < end; at = next) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        next = newline != NULL ? newline + 1 : end;
        if (!lua_checkstack(L, 8))
            return;
        lua_pushlstring(L, at, (size_t)((newline != NULL ? newline : end) - at));
    }
}

static void call_program(lua_State *L, struct evaluator *evaluator, struct run *run, int arguments, int failure)
{
    struct patience patience = {evaluator, clock_after(LONGEST)};
    const struct workshop_watcher watcher = {.owner = &patience, .output = hear, .stopping = is_over};
    struct outcome *outcome = outcome_new();
    char **given = arguments_of(L, lua_gettop(L) - arguments + 1, arguments);
    int64_t begin = clock_now();
    struct workshop_end end = workshop_run(evaluator->workshop, given, &watcher);
    run->ended = clock_now();
    run->elapsed = run->ended - begin;
    run->status = end.status;
    ending_take(outcome, &end);
    char *words = ending_failure(outcome);
    text_clear(&evaluator->words);
    text_add(&evaluator->words, words != NULL ? words : "");
    free(words);
    arguments_free(given);
    outcome_free(outcome);
    if (evaluator->words.length > 0) {
        lua_pushstring(L, text_string(&evaluator->words));
        lua_replace(L, failure);
    }
    lua_pop(L, arguments);
    push_lines(L, &evaluator->heard);
}

/* --- a call --------------------------------------------------------------------------------------------- */

static void set_integer(lua_State *L, const char *name, lua_Integer value)
{
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

/* How long the learner's own calls took, from the begin of the first to the end of the last: a program needs time to
 * start, which is nobody's choice.  A call in the middle of which the program ended lasted as long as that. */
static int64_t time_of_calls(const struct ring *ring, const struct run *run)
{
    int64_t begin = 0, end = 0;
    struct event event;
    for (uint64_t number = run->events.first; number < run->events.last; number++) {
        if (!ring_read(ring, number, &event) || event.actor != 0 || event_act(&event) == ACT_NONE)
            continue;
        begin = begin == 0 ? event.begin : begin;
        int64_t until = event.end == 0 ? run->ended : event.end;
        end = until > end ? until : end;
    }
    return end > begin ? end - begin : 0;
}

/* A table of all that the call has come to, from the values above `failure`. */
static int push_run(lua_State *L, struct evaluator *evaluator, const struct run *run, int failure)
{
    int count = lua_gettop(L) - failure;
    lua_createtable(L, count, 0);
    for (lua_insert(L, failure + 1); count > 0; count--)
        lua_rawseti(L, failure + 1, count);
    lua_createtable(L, 0, 8);
    lua_rawgeti(L, failure + 1, 1);
    lua_setfield(L, -2, "result");
    lua_pushvalue(L, failure + 1);
    lua_setfield(L, -2, "results");
    lua_pushvalue(L, failure);
    lua_setfield(L, -2, "failure");
    lua_pushlstring(L, text_string(&evaluator->heard), evaluator->heard.length);
    lua_setfield(L, -2, "output");
    lua_pushnumber(L, clock_seconds(run->elapsed));
    lua_setfield(L, -2, "elapsed");
    lua_pushnumber(L, clock_seconds(time_of_calls(evaluator->runtime->net.ring, run)));
    lua_setfield(L, -2, "waited");
    if (run->status >= 0)
        set_integer(L, "status", run->status);
    set_integer(L, "open", (lua_Integer)run->open);
    calls_push(L, evaluator->runtime->net.ring, &run->events, 1);
    lua_setfield(L, -2, "calls");
    return 1;
}

/* The way's function stands on top of the stack, or nil for the program. */
static struct evaluator *push_way(lua_State *L)
{
    const struct way *way = object_check(L, 1, &way_kind, "answer.NAME");
    lua_getiuservalue(L, 1, 1);
    return way->evaluator;
}

/* answer.NAME(...) */
static int way_call(lua_State *L)
{
    struct evaluator *evaluator = push_way(L);
    struct run run = {.events.first = ring_next(evaluator->runtime->net.ring), .status = -1};
    int arguments = lua_gettop(L) - 2;
    lua_pushnil(L);
    lua_replace(L, 1);
    lua_insert(L, 2);
    text_clear(&evaluator->heard);
    if (lua_isfunction(L, 2)) {
        evaluator->hearing = true;
        call_function(L, &run, arguments, 1);
        evaluator->hearing = false;
    } else {
        lua_remove(L, 2);
        call_program(L, evaluator, &run, arguments, 1);
    }
    runtime_check(evaluator->runtime, L);
    settle(evaluator->runtime);
    run.events.last = ring_next(evaluator->runtime->net.ring);
    return push_run(L, evaluator, &run, 1);
}

/* answer.NAME:start([options]) */
static int way_start(lua_State *L)
{
    struct evaluator *evaluator = push_way(L);
    lua_replace(L, 1);
    lua_settop(L, 2);
    return server_start(L, evaluator);
}

static const struct function_row methods[] = {{"start", way_start}, {NULL, NULL}};

static const struct object_kind way_kind = {
    .name = "answer.NAME",
    .methods = (const struct function_row *const[]){methods, NULL},
    .metamethods = (const luaL_Reg[]){{"__call", way_call}, {NULL, NULL}},
    .fixed = "an answer's fields cannot be set",
    .values = 1,
};

/* --- answer --------------------------------------------------------------------------------------------- */

/* A name that is no function of the learner's is nothing; a program goes by any name. */
static bool answer_field(lua_State *L, void *object, const char *name)
{
    struct evaluator *evaluator = ((struct answer *)object)->evaluator;
    bool lua = evaluator->attempt.language == CODE_LUA;
    lua_pushglobaltable(L);
    lua_getfield(L, -1, lua ? name : "");
    lua_remove(L, -2);
    if (lua ? !lua_isfunction(L, -1) : evaluator->workshop == NULL) {
        lua_pop(L, 1);
        return false;
    }
    struct way *way = object_push(L, &way_kind, sizeof *way);
    way->evaluator = evaluator;
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, 1);
    return true;
}

static const struct object_kind answer_kind = {
    .name = "answer",
    .field = answer_field,
    .fixed = "an answer's fields cannot be set",
};

void answer_push(lua_State *L, struct evaluator *evaluator)
{
    struct answer *answer = object_push(L, &answer_kind, sizeof *answer);
    answer->evaluator = evaluator;
}

void answer_end(const struct evaluator *evaluator)
{
    if (evaluator->workshop != NULL)
        workshop_stop(evaluator->workshop);
}
