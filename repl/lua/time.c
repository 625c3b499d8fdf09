#include "lua/arguments.h"
#include "lua/errors.h"
#include "lua/module.h"
#include "lua/runtime.h"

#include <errno.h>
#include <time.h>

static lua_Number seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (lua_Number)now.tv_sec + (lua_Number)now.tv_nsec / 1e9;
}

static int monotonic(lua_State *L)
{
    lua_pushnumber(L, seconds_of(CLOCK_MONOTONIC));
    return 1;
}

static int wall(lua_State *L)
{
    lua_pushnumber(L, seconds_of(CLOCK_REALTIME));
    return 1;
}

static ssize_t run_sleep(struct net_call *call)
{
    const struct net_deadline *deadline = call->more;
    struct timespec until = {deadline->moment / CLOCK_SECOND, deadline->moment % CLOCK_SECOND};
    int error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    return error == 0 ? 0 : (errno = error, -1);
}

static int sleep_for(lua_State *L)
{
    argument_count(L, 1, 1, "time.sleep(seconds)");
    if (lua_isnil(L, 1))
        return error_throw(L, "TypeError", "time.sleep() needs a number of seconds, not nil");
    if (lua_type(L, 1) == LUA_TNUMBER && lua_tonumber(L, 1) < 0)
        return error_throw(L, "ValueError", "sleep length must be non-negative");
    int64_t duration = argument_timeout(L, 1);
    struct net_deadline until = {.timeout = duration, .moment = clock_after(duration)};
    struct net_deadline forever = NET_DEADLINE(NET_FOREVER);
    struct net_call call = {.call = CALL_SLEEP, .run = run_sleep, .fd = -1, .arg = {duration}, .more = &until};
    return error_check(L, net_call(&runtime_of(L)->net, &call, &forever, NULL));
}

static const struct function_row functions[] = {
    {"monotonic", monotonic}, {"perf_counter", monotonic}, {"time", wall}, {"sleep", sleep_for}, {NULL, NULL},
};

const struct module time_module = {
    .name = "time",
    .functions = (const struct function_row *const[]){functions, NULL},
};
