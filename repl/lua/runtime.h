/*
 * runtime.h: what a Lua state of ours carries with it.  Floor: lua.
 *
 * One struct runtime a state, found from any coroutine of it in a few instructions.  It holds the door to
 * the network, where print() goes, and what signals left to do.
 */
#ifndef SOCKRATES_LUA_RUNTIME_H
#define SOCKRATES_LUA_RUNTIME_H

#include "base/text.h"
#include "lab/peer.h"
#include "lua/blocks.h"
#include "lua/handlers.h"
#include "net/policy.h"

#include <lua.h>

/* What came of asking a person for a line. */
enum runtime_input {
    RUNTIME_LINE,   /* it was added, without its end */
    RUNTIME_NOBODY, /* there is nobody to ask */
    RUNTIME_SIGNAL, /* a signal came meanwhile: look, then go on */
};

struct runtime {
    struct net net;
    struct net_policy policy; /* of a session */
    struct lab lab;
    lua_State *main;
    lua_State *running; /* the coroutine that runs now: where a hook must be set */
    /* Where print() and io.write() go; NULL: standard output. */
    void (*write)(void *owner, const char *bytes, size_t length);
    /* Asks for a line that io.read() wants, or (not `anew`) goes on waiting for it; NULL: there is nobody to ask. */
    enum runtime_input (*read)(void *owner, bool anew, struct text *line);
    struct text input; /* what came and was not read yet */
    /* What os.exit() does in a restricted state; must not return. */
    void (*leave)(void *owner, int status);
    void *owner;
    struct blocks blocks;       /* the state's memory, when nobody else has it */
    volatile sig_atomic_t stop; /* Ctrl-C: the chunk is to end */
    volatile sig_atomic_t calm; /* our own code runs: it is not to be stopped */
    bool raised_in_hook;        /* the error on its way: hooks are switched off where it is handled */
    struct handlers handlers;
    lua_CFunction functions[FUNCTION_COUNT]; /* that calls are told as, once places are asked for */
    uint32_t printing, prints;               /* the chunk that printed last, and how often */
    bool timers;                             /* the chunk set a timer: its signal waits for the next chunk */
    bool restricted;                         /* a session: no files, no programs */
};

/*
 * A bare state, without libraries and modules: see state.h.  `allocate` as lua_newstate has it, NULL for the
 * standard one.  NULL without memory.
 */
struct runtime *runtime_new(struct ring *ring, bool restricted, lua_Alloc allocate, void *self);
void runtime_free(struct runtime *runtime);

/*
 * Makes coroutine.resume and wrap keep `running` true, and debug.sethook's hook come back after a signal; after
 * Lua's own libraries are there.
 */
void runtime_track(lua_State *L);

/* The process is a host of the network: peers are on the other one, and its rights to make networks are given up. */
void runtime_join(struct runtime *runtime, const struct network *network);

static inline struct runtime *runtime_of(lua_State *L)
{
    return *(struct runtime **)lua_getextraspace(L);
}

/*
 * Safe in a signal handler: the running chunk ends with KeyboardInterrupt at its next instruction or
 * returns from the call that blocks it.  It cannot be caught for long: until runtime_rest() every further
 * instruction raises again.
 */
void runtime_stop(struct runtime *runtime);

/* For loops in C that a learner's values can make long: raises KeyboardInterrupt when the chunk is to end. */
void runtime_raise(lua_State *L);
static inline void runtime_check(const struct runtime *runtime, lua_State *L)
{
    if (runtime->stop)
        runtime_raise(L);
}

/*
 * Calls the function below its `arguments` on the stack of another coroutine, as lua_pcall does; signals find it there
 * meanwhile.
 */
int runtime_call_on(lua_State *L, lua_State *other, int arguments, int results);

/*
 * Forgets what was to be stopped.  A calm runtime is not stopped at all: for our own code between the end of a
 * chunk and the next one.
 */
void runtime_rest(struct runtime *runtime, bool calm);

/*
 * Runs the handlers of signals that came, now: for calls that send one.  An error of theirs is raised.
 */
void runtime_answer_signals(lua_State *L);

/* After a fork: the child has nothing to answer. */
void runtime_forget_signals(struct runtime *runtime);

#endif
