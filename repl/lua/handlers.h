/*
 * handlers.h: signals caught in C and answered in Lua.  Floor: lua.
 *
 * The C handler only notes the signal.  The Lua function runs at the next safe point: when the call that
 * blocks comes back with EINTR, or between two instructions.  C handlers are installed without SA_RESTART.
 */
#ifndef SOCKRATES_LUA_HANDLERS_H
#define SOCKRATES_LUA_HANDLERS_H

#include "net/net.h"

#include <lua.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

#define HANDLERS_MOST 65 /* signals are counted from 1 to 64 */

/*
 * Wakes a call that began to block just after a signal was noted, before anybody looked: nobody else may use
 * this signal.
 */
#define HANDLERS_KICK 63

enum handler_kind {
    HANDLER_DEFAULT,
    HANDLER_IGNORE,
    HANDLER_LUA,
    HANDLER_FOREIGN, /* a C handler that is not ours; the SIGINT of a front */
};

struct handlers {
    const volatile sig_atomic_t *pending; /* true while a signal waits to be answered, whosesoever */
    volatile sig_atomic_t waiting;        /* something is noted */
    volatile sig_atomic_t noted[HANDLERS_MOST];
    /* Called in the C handler: makes the next safe point come soon; false when nothing runs that could block.
     */
    bool (*notice)(void *owner);
    void *owner;
    enum handler_kind interrupt;   /* what becomes of a SIGINT whose C handler belongs to the front */
    uint64_t restarts;             /* signals whose handler has SA_RESTART: bit number */
    int depth;                     /* handlers that run inside each other */
    volatile sig_atomic_t kicking; /* the timer runs */
    bool kicks;                    /* there is a timer: */
    timer_t timer;
};

void handlers_init(struct handlers *handlers, const volatile sig_atomic_t *pending, bool (*notice)(void *owner),
                   void *owner);
void handlers_free(struct handlers *handlers);

/*
 * Installs what is to happen; a HANDLER_LUA's function must have been stored before.  HANDLER_FOREIGN gives a
 * front its SIGINT back.
 */
struct status handlers_set(struct handlers *handlers, struct net *net, int number, enum handler_kind kind);
enum handler_kind handlers_get(const struct handlers *handlers, int number);

/* Whether calls are to come back with EINTR from now on; a foreign handler is left alone. */
struct status handlers_interrupt(struct handlers *handlers, struct net *net, int number, bool interrupt);

/* Keeps the value on top of the stack as the signal's function and pops it; pushes it, or nil. */
void handlers_store(lua_State *L, int number);
void handlers_load(lua_State *L, int number);

/*
 * From now on handlers_kick(), which is safe in a signal handler, interrupts calls again and again until
 * nothing is pending: one that began to block just as the signal came is not left waiting.
 */
void handlers_arm(struct handlers *handlers);
void handlers_kick(struct handlers *handlers);

/* What was pending is answered: stops kicking. */
void handlers_rest(struct handlers *handlers);

/*
 * For a front's own handler of SIGINT, when the signal may be the learner's: true when the learner has said
 * what is to happen, and it is taken care of.  Safe in a signal handler.
 */
bool handlers_take_interrupt(struct handlers *handlers);

/* Runs the functions of all noted signals; false when one raised: the error stands on top of the stack. */
bool handlers_run(struct handlers *handlers, struct net *net, lua_State *L);

/* After a fork: nothing is noted, and the timer stayed with the parent. */
void handlers_forget(struct handlers *handlers);

#endif
