#include "lua/os.h"

#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/module.h"
#include "lua/runtime.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int get_pid(lua_State *L)
{
    lua_pushinteger(L, getpid());
    return 1;
}

static int get_parent(lua_State *L)
{
    lua_pushinteger(L, getppid());
    return 1;
}

static int describe_error(lua_State *L)
{
    argument_count(L, 1, 1, "os.strerror(code)");
    lua_pushstring(L, strerror(argument_integer(L, 1, "the code")));
    return 1;
}

/* --- signals to processes ------------------------------------------------------------------------------- */

/* One that has ended has no number any more: somebody else may have it, and 0 is the whole group. */
static bool is_peer(const struct lab *lab, pid_t process)
{
    for (struct peer *peer = lab->peers; peer != NULL; peer = peer->next)
        if (process > 0 && peer->process == process)
            return peer_alive(peer);
    return false;
}

/* A lesson is other people's code: it reaches its own process, its peers, and from a peer who started it. */
static void check_reach(lua_State *L, const struct runtime *runtime, pid_t process, int number)
{
    bool own = process == getpid(), family = is_peer(&runtime->lab, process);
    bool starter = runtime->lab.closed && process == getppid();
    if (!own && !family && !starter)
        error_throw(L, "PermissionError", "a session may signal only itself and its peers, not process %d", process);
    if (number == SIGSTOP && !family)
        error_throw(L, "PermissionError", "SIGSTOP would freeze the session");
}

static ssize_t run_kill(struct net_call *call)
{
    return kill((pid_t)call->arg[0], (int)call->arg[1]);
}

static int send_signal(lua_State *L)
{
    argument_count(L, 2, 2, "os.kill(pid, signalnum)");
    struct runtime *runtime = runtime_of(L);
    int process = argument_integer(L, 1, "the process"), number = argument_integer(L, 2, "the signal");
    if (runtime->restricted)
        check_reach(L, runtime, process, number);
    struct net_call call = {
        .call = CALL_KILL, .run = run_kill, .fd = -1, .arg = {process, number, process == getpid()}};
    error_check(L, net_call_once(&runtime->net, &call, NULL));
    runtime_answer_signals(L);
    return 0;
}

/* --- the rows ------------------------------------------------------------------------------------------- */

static const struct function_row functions[] = {
    {"getpid", get_pid}, {"getppid", get_parent}, {"strerror", describe_error}, {"kill", send_signal}, {NULL, NULL},
};

void os_extend(lua_State *L)
{
    lua_getglobal(L, "os");
    module_set_functions(L, functions);
    lua_pop(L, 1);
}

const struct module os_module = {
    .name = "os",
    .functions = (const struct function_row *const[]){functions, NULL},
};
