#include "lua/handlers.h"

#include "lua/errors.h"

#include <errno.h>
#include <lauxlib.h>
#include <string.h>

/* The one thing a signal handler must find. */
static struct handlers *volatile catching;

/* Handlers inside each other, each on its own piece of the C stack. */
#define DEEPEST 50

void handlers_init(struct handlers *handlers, const volatile sig_atomic_t *pending, bool (*notice)(void *owner),
                   void *owner)
{
    *handlers = (struct handlers){.pending = pending, .notice = notice, .owner = owner, .interrupt = HANDLER_FOREIGN};
}

/* --- in the C handler ----------------------------------------------------------------------------------- */

static void set_timer(const struct handlers *handlers, long first, long every)
{
    const struct itimerspec when = {{0, every * CLOCK_MILLISECOND}, {0, first * CLOCK_MILLISECOND}};
    if (handlers->kicks)
        timer_settime(handlers->timer, 0, &when, NULL);
}

void handlers_kick(struct handlers *handlers)
{
    handlers->kicking = handlers->kicks;
    set_timer(handlers, 1, 5);
}

void handlers_rest(struct handlers *handlers)
{
    if (!handlers->kicking)
        return;
    handlers->kicking = 0;
    set_timer(handlers, 0, 0);
}

static void note(struct handlers *handlers, int number)
{
    handlers->noted[number] = 1;
    handlers->waiting = 1;
    if (handlers->notice(handlers->owner) && !(handlers->restarts >> number & 1))
        handlers_kick(handlers);
}

static void on_signal(int number)
{
    int error = errno;
    if (catching != NULL)
        note(catching, number);
    errno = error;
}

/* It has done its work by coming. */
static void on_kick(int number)
{
    (void)number;
    int error = errno;
    if (catching != NULL && !*catching->pending)
        handlers_rest(catching);
    errno = error;
}

bool handlers_take_interrupt(struct handlers *handlers)
{
    switch (handlers->interrupt) {
    case HANDLER_FOREIGN:
        return false;
    case HANDLER_IGNORE:
        return true;
    case HANDLER_LUA:
        note(handlers, SIGINT);
        return true;
    case HANDLER_DEFAULT:
        signal(SIGINT, SIG_DFL);
        raise(SIGINT);
    }
    return true;
}

/* --- installing ----------------------------------------------------------------------------------------- */

static enum handler_kind kind_of(const struct sigaction *action)
{
    if (action->sa_handler == SIG_DFL)
        return HANDLER_DEFAULT;
    if (action->sa_handler == SIG_IGN)
        return HANDLER_IGNORE;
    return action->sa_handler == on_signal ? HANDLER_LUA : HANDLER_FOREIGN;
}

static enum handler_kind installed(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 ? kind_of(&action) : HANDLER_FOREIGN;
}

enum handler_kind handlers_get(const struct handlers *handlers, int number)
{
    enum handler_kind kind = installed(number);
    return kind == HANDLER_FOREIGN && number == SIGINT ? handlers->interrupt : kind;
}

/* A kick must only interrupt: its handler does nothing, and nothing restarts. */
void handlers_arm(struct handlers *handlers)
{
    catching = handlers;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = HANDLERS_KICK};
    const struct sigaction action = {.sa_handler = on_kick};
    if (handlers->kicks || sigaction(HANDLERS_KICK, &action, NULL) != 0)
        return;
    handlers->kicks = timer_create(CLOCK_MONOTONIC, &event, &handlers->timer) == 0;
}

static ssize_t run_sigaction(struct net_call *call)
{
    static void (*const functions[])(int) = {
        [HANDLER_DEFAULT] = SIG_DFL, [HANDLER_IGNORE] = SIG_IGN, [HANDLER_LUA] = on_signal};
    int number = (int)call->arg[0];
    const struct sigaction action = {.sa_handler = functions[call->arg[1]]};
    /* A front keeps its SIGINT: it asks what the learner wants with it. */
    if (number == SIGINT && installed(SIGINT) == HANDLER_FOREIGN)
        return 0;
    if (number == HANDLERS_KICK)
        return errno = EINVAL, -1;
    return sigaction(number, &action, NULL);
}

struct status handlers_set(struct handlers *handlers, struct net *net, int number, enum handler_kind kind)
{
    struct net_call call = {.call = CALL_SIGACTION, .run = run_sigaction, .fd = -1, .arg = {number, kind}};
    if (kind == HANDLER_LUA)
        handlers_arm(handlers);
    if (number == SIGINT)
        handlers->interrupt = kind;
    handlers->restarts &= ~(UINT64_C(1) << number);
    if (kind == HANDLER_FOREIGN)
        return STATUS_OK;
    return net_call_once(net, &call, NULL);
}

static ssize_t run_change(struct net_call *call)
{
    return sigaction((int)call->arg[0], call->more, NULL);
}

struct status handlers_interrupt(struct handlers *handlers, struct net *net, int number, bool interrupt)
{
    struct sigaction action;
    if (sigaction(number, NULL, &action) != 0)
        return status_errno("sigaction", errno);
    if (kind_of(&action) == HANDLER_FOREIGN)
        return STATUS_OK;
    action.sa_flags = interrupt ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
    struct net_call call = {.call = CALL_SIGACTION,
                            .run = run_change,
                            .fd = -1,
                            .arg = {number, kind_of(&action), !interrupt},
                            .more = &action};
    struct status status = net_call_once(net, &call, NULL);
    if (!status_fine(status))
        return status;
    uint64_t bit = UINT64_C(1) << number;
    handlers->restarts = interrupt ? handlers->restarts & ~bit : handlers->restarts | bit;
    return STATUS_OK;
}

/* --- the functions -------------------------------------------------------------------------------------- */

static const char functions_key = 0;

void handlers_store(lua_State *L, int number)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &functions_key) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &functions_key);
    }
    lua_insert(L, -2);
    lua_rawseti(L, -2, number);
    lua_pop(L, 1);
}

void handlers_load(lua_State *L, int number)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &functions_key) == LUA_TNIL)
        return;
    lua_rawgeti(L, -1, number);
    lua_remove(L, -2);
}

static struct event *record(const struct net *net, int number)
{
    struct event *event = ring_begin(net->ring, EVENT_HANDLER, 0);
    event->actor = (uint16_t)net->actor;
    event->chunk = net->chunk;
    if (net->place != NULL)
        net->place(net->owner, event);
    event->arg[0] = number;
    ring_publish(event);
    return event;
}

/* The signal's function with its number; what it returns does not matter. */
static bool run_one(struct net *net, lua_State *L, int number)
{
    handlers_load(L, number);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return true;
    }
    struct event *event = record(net, number);
    lua_pushinteger(L, number);
    bool fine = lua_pcall(L, 1, 0, 0) == LUA_OK;
    ring_end(event, fine ? 0 : -1, 0);
    return fine;
}

/* The signals noted are lost, or they would raise again and again on the way out. */
static bool refuse(struct handlers *handlers, lua_State *L)
{
    handlers->waiting = 0;
    memset((void *)handlers->noted, 0, sizeof handlers->noted);
    error_push(L, "RuntimeError", 0, NULL, "too many signal handlers run inside each other");
    return false;
}

bool handlers_run(struct handlers *handlers, struct net *net, lua_State *L)
{
    bool fine = true;
    if (!lua_checkstack(L, 8))
        return true;
    if (handlers->depth >= DEEPEST)
        return refuse(handlers, L);
    /* In this order: a signal that comes in between is seen below, or notes itself again. */
    handlers_rest(handlers);
    handlers->waiting = 0;
    handlers->depth++;
    for (int number = 1; fine && number < HANDLERS_MOST; number++) {
        if (!handlers->noted[number])
            continue;
        handlers->noted[number] = 0;
        fine = run_one(net, L, number);
    }
    /* A handler that raised leaves the others for the next safe point. */
    for (int number = 1; !fine && number < HANDLERS_MOST; number++)
        if (handlers->noted[number])
            handlers->waiting = 1;
    handlers->depth--;
    return fine;
}

void handlers_free(struct handlers *handlers)
{
    if (catching == handlers)
        catching = NULL;
    if (handlers->kicks)
        timer_delete(handlers->timer);
    handlers->kicks = false;
}

void handlers_forget(struct handlers *handlers)
{
    memset((void *)handlers->noted, 0, sizeof handlers->noted);
    handlers->waiting = 0;
    handlers->restarts = 0;
    handlers->depth = 0;
    handlers->kicks = false;
    handlers->kicking = 0;
    handlers->interrupt = HANDLER_FOREIGN;
}
