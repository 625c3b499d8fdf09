#include "lua/runtime.h"

#include "lab/network.h"
#include "lua/errors.h"
#include "net/watch.h"

#include <lauxlib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* --- being stopped -------------------------------------------------------------------------------------- */

static void push_interrupt(lua_State *L)
{
    error_push(L, "KeyboardInterrupt", 0, NULL, "");
}

static int raise_interrupt(lua_State *L)
{
    struct runtime *runtime = runtime_of(L);
    handlers_rest(&runtime->handlers);
    runtime->net.pending = 0;
    push_interrupt(L);
    return lua_error(L);
}

void runtime_raise(lua_State *L)
{
    raise_interrupt(L);
}

/* --- hooks: ours at the next safe point, else the script's own ------------------------------------------ */

/* What debug.sethook() set on a coroutine: kept in a table in the registry, by coroutine. */
struct own_hook {
    lua_Hook function;
    int mask, count;
};

static const char own_hooks_key = 0;

static void safe_point(lua_State *L, lua_Debug *where);

/* At the next instruction of the coroutine, safe_point() runs. */
static void set_hook(lua_State *L)
{
    lua_sethook(L, safe_point, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

static void restore_hook(lua_State *L)
{
    struct own_hook own = {0};
    int top = lua_gettop(L);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &own_hooks_key) == LUA_TTABLE) {
        lua_pushthread(L);
        if (lua_rawget(L, -2) == LUA_TUSERDATA)
            own = *(const struct own_hook *)lua_touserdata(L, -1);
    }
    lua_settop(L, top);
    lua_sethook(L, own.function, own.mask, own.count);
}

/* Safe in a signal handler. */
static void set_hooks(struct runtime *runtime)
{
    runtime->net.pending = 1;
    set_hook(runtime->running);
    if (runtime->running != runtime->main)
        set_hook(runtime->main);
}

/* A coroutine begins or goes on: what waits is for whoever runs. */
static void pass_hook(struct runtime *runtime, lua_State *L)
{
    if (runtime->stop || runtime->handlers.waiting)
        set_hook(L);
}

/*
 * In a hook no other hook runs, so that nobody could stop a handler that runs there: it gets a coroutine of
 * its own.
 */
static void answer_in_hook(struct runtime *runtime, lua_State *L)
{
    lua_State *answering = lua_newthread(L), *before = runtime->running;
    runtime->running = answering;
    bool fine = handlers_run(&runtime->handlers, &runtime->net, answering);
    runtime->running = before;
    pass_hook(runtime, L);
    if (runtime->stop)
        raise_interrupt(L);
    if (!fine) {
        lua_xmove(answering, L, 1);
        runtime->raised_in_hook = true;
        lua_error(L);
    }
    lua_pop(L, 1);
}

/* Runs at the next instruction after a signal, and again and again once the chunk is to stop. */
static void safe_point(lua_State *L, lua_Debug *where)
{
    (void)where;
    struct runtime *runtime = runtime_of(L);
    if (runtime->stop)
        raise_interrupt(L);
    restore_hook(L);
    if (!runtime->handlers.waiting)
        return;
    runtime->net.pending = 0;
    answer_in_hook(runtime, L);
}

/* The door asks after EINTR: did a signal leave something to raise? */
static bool interrupted(void *owner)
{
    struct runtime *runtime = owner;
    lua_State *L = runtime->running;
    runtime->net.pending = 0;
    bool fine = runtime->stop || !runtime->handlers.waiting || handlers_run(&runtime->handlers, &runtime->net, L);
    if (!fine)
        pass_hook(runtime, L);
    if (runtime->stop) {
        handlers_rest(&runtime->handlers);
        push_interrupt(L);
    } else if (fine) {
        return false;
    }
    error_keep(L);
    return true;
}

void runtime_answer_signals(lua_State *L)
{
    error_check(L, net_safe_point(&runtime_of(L)->net, "raise"));
}

void runtime_forget_signals(struct runtime *runtime)
{
    handlers_forget(&runtime->handlers);
    runtime->stop = 0;
    runtime->net.pending = 0;
    restore_hook(runtime->running);
    restore_hook(runtime->main);
}

void runtime_stop(struct runtime *runtime)
{
    if (runtime->calm)
        return;
    runtime->stop = 1;
    set_hooks(runtime);
    handlers_kick(&runtime->handlers);
}

/* A signal for a Lua handler was noted.  Safe in a signal handler. */
static bool notice(void *owner)
{
    struct runtime *runtime = owner;
    if (!runtime->calm)
        set_hooks(runtime);
    return !runtime->calm;
}

/* A timer that rings between two chunks rings in the next one. */
static void hold_timers(bool hold)
{
    sigset_t timers;
    sigemptyset(&timers);
    sigaddset(&timers, SIGALRM);
    sigaddset(&timers, SIGVTALRM);
    sigaddset(&timers, SIGPROF);
    sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &timers, NULL);
}

void runtime_rest(struct runtime *runtime, bool calm)
{
    runtime->calm = calm;
    runtime->stop = 0;
    handlers_rest(&runtime->handlers);
    runtime->net.pending = 0;
    runtime->raised_in_hook = false;
    runtime->running = runtime->main;
    restore_hook(runtime->main);
    if (runtime->timers)
        hold_timers(calm);
    if (!calm && runtime->handlers.waiting)
        set_hooks(runtime);
}

/* --- coroutines: a hook must be set on the one that runs ------------------------------------------------ */

/* resume(co, ...): the original, upvalue 1, with `running` kept true meanwhile. */
static int tracked_resume(lua_State *L)
{
    struct runtime *runtime = runtime_of(L);
    lua_State *coroutine = lua_tothread(L, 1), *before = runtime->running;
    int arguments = lua_gettop(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    if (coroutine != NULL) {
        runtime->running = coroutine;
        pass_hook(runtime, coroutine);
    }
    /* Protected, so that `running` never outlives its coroutine. */
    int status = lua_pcall(L, arguments, LUA_MULTRET, 0);
    runtime->running = before;
    pass_hook(runtime, L);
    return status == LUA_OK ? lua_gettop(L) : lua_error(L);
}

int runtime_call_on(lua_State *L, lua_State *other, int arguments, int results)
{
    struct runtime *runtime = runtime_of(L);
    lua_State *before = runtime->running;
    runtime->running = other;
    pass_hook(runtime, other);
    int status = lua_pcall(other, arguments, results, 0);
    runtime->running = before;
    pass_hook(runtime, L);
    return status;
}

/* Closes a coroutine, and with it what it was to close: `running` is true meanwhile. */
static int close_tracked(lua_State *L, lua_State *coroutine)
{
    struct runtime *runtime = runtime_of(L);
    lua_State *before = runtime->running;
    runtime->running = coroutine;
    pass_hook(runtime, coroutine);
    int status = lua_resetthread(coroutine);
    runtime->running = before;
    pass_hook(runtime, L);
    return status;
}

/* close(co): true, or false and the error. */
static int tracked_close(lua_State *L)
{
    lua_State *coroutine = lua_tothread(L, 1);
    bool rests = coroutine != NULL && coroutine != L &&
                 (lua_status(coroutine) != LUA_OK || lua_getstack(coroutine, 0, &(lua_Debug){0}) == 0);
    if (!rests) {
        lua_pushvalue(L, lua_upvalueindex(1));
        lua_insert(L, 1);
        lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
        return lua_gettop(L);
    }
    if (close_tracked(L, coroutine) == LUA_OK) {
        lua_pushboolean(L, true);
        return 1;
    }
    lua_pushboolean(L, false);
    lua_xmove(coroutine, L, 1);
    return 2;
}

/* What wrap() returns: resumes upvalue 2 with upvalue 1 and passes errors on, closing the coroutine. */
static int wrapped(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_insert(L, 2);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    if (lua_toboolean(L, 1)) {
        lua_remove(L, 1);
        return lua_gettop(L);
    }
    lua_State *coroutine = lua_tothread(L, lua_upvalueindex(2));
    if (lua_status(coroutine) > LUA_YIELD)
        close_tracked(L, coroutine);
    lua_settop(L, 2);
    return lua_error(L);
}

/* wrap(f): create(f), upvalue 2, resumed by the tracked resume, upvalue 1. */
static int tracked_wrap(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, -2);
    lua_pushcclosure(L, wrapped, 2);
    return 1;
}

/* sethook([coroutine,] hook, mask[, count]): the original, upvalue 1, and a note in upvalue 2 of what it set.
 */
static int tracked_sethook(lua_State *L)
{
    int arguments = lua_gettop(L);
    lua_State *coroutine = lua_isthread(L, 1) ? lua_tothread(L, 1) : L;
    struct own_hook *own = lua_newuserdatauv(L, sizeof *own, 0);
    /* Once more when a signal came in between: what stands there then is ours. */
    do {
        lua_pushvalue(L, lua_upvalueindex(1));
        for (int i = 1; i <= arguments; i++)
            lua_pushvalue(L, i);
        lua_call(L, arguments, 0);
        *own = (struct own_hook){lua_gethook(coroutine), lua_gethookmask(coroutine), lua_gethookcount(coroutine)};
    } while (lua_gethook(coroutine) == safe_point);
    if (coroutine == L)
        lua_pushthread(L);
    else
        lua_pushvalue(L, 1);
    lua_insert(L, -2);
    lua_rawset(L, lua_upvalueindex(2));
    pass_hook(runtime_of(L), coroutine);
    return 0;
}

static void track_hooks(lua_State *L)
{
    lua_getglobal(L, "debug");
    lua_getfield(L, -1, "sethook");
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &own_hooks_key);
    lua_pushcclosure(L, tracked_sethook, 2);
    lua_setfield(L, -2, "sethook");
    lua_pop(L, 1);
}

void runtime_track(lua_State *L)
{
    track_hooks(L);
    lua_getglobal(L, "coroutine");
    lua_getfield(L, -1, "resume");
    lua_pushcclosure(L, tracked_resume, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "resume");
    lua_getfield(L, -2, "create");
    lua_pushcclosure(L, tracked_wrap, 2);
    lua_setfield(L, -2, "wrap");
    lua_getfield(L, -1, "close");
    lua_pushcclosure(L, tracked_close, 1);
    lua_setfield(L, -2, "close");
    lua_pop(L, 1);
}

/* --- the state ------------------------------------------------------------------------------------------ */

struct runtime *runtime_new(struct ring *ring, bool restricted, lua_Alloc allocate, void *self)
{
    struct runtime *runtime = calloc(1, sizeof *runtime);
    if (runtime == NULL)
        return NULL;
    lua_State *L = allocate ? lua_newstate(allocate, self) : lua_newstate(blocks_allocate, &runtime->blocks);
    if (L == NULL)
        return blocks_free(&runtime->blocks), free(runtime), NULL;
    net_init(&runtime->net, ring);
    runtime->net.interrupted = interrupted;
    handlers_init(&runtime->handlers, &runtime->net.pending, notice, runtime);
    runtime->net.owner = runtime;
    runtime->main = runtime->running = L;
    runtime->restricted = restricted;
    if (restricted)
        policy_begin(&runtime->net, &runtime->policy);
    *(struct runtime **)lua_getextraspace(L) = runtime;
    signal(SIGPIPE, SIG_IGN);
    return runtime;
}

void runtime_join(struct runtime *runtime, const struct network *network)
{
    runtime->lab.network = network;
    runtime->net.isolated = true;
    runtime->net.names = network_names;
    network_drop_rights();
}

void runtime_free(struct runtime *runtime)
{
    if (runtime == NULL)
        return;
    lab_clear(&runtime->lab);
    lua_close(runtime->main);
    blocks_free(&runtime->blocks);
    handlers_free(&runtime->handlers);
    text_free(&runtime->input);
    watch_end(&runtime->net);
    free(runtime);
}
