#include "base/clock.h"
#include "lua/arguments.h"
#include "lua/enums.h"
#include "lua/errors.h"
#include "lua/handlers.h"
#include "lua/module.h"
#include "lua/runtime.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* --- constants ------------------------------------------------------------------------------------------ */

static const struct constant_row signal_rows[] = {
    {"SIGHUP", SIGHUP},
    {"SIGINT", SIGINT},
    {"SIGQUIT", SIGQUIT},
    {"SIGILL", SIGILL},
    {"SIGTRAP", SIGTRAP},
    {"SIGABRT", SIGABRT},
    {"SIGIOT", SIGIOT},
    {"SIGBUS", SIGBUS},
    {"SIGFPE", SIGFPE},
    {"SIGKILL", SIGKILL},
    {"SIGUSR1", SIGUSR1},
    {"SIGSEGV", SIGSEGV},
    {"SIGUSR2", SIGUSR2},
    {"SIGPIPE", SIGPIPE},
    {"SIGALRM", SIGALRM},
    {"SIGTERM", SIGTERM},
    {"SIGSTKFLT", SIGSTKFLT},
    {"SIGCHLD", SIGCHLD},
    {"SIGCLD", SIGCHLD},
    {"SIGCONT", SIGCONT},
    {"SIGSTOP", SIGSTOP},
    {"SIGTSTP", SIGTSTP},
    {"SIGTTIN", SIGTTIN},
    {"SIGTTOU", SIGTTOU},
    {"SIGURG", SIGURG},
    {"SIGXCPU", SIGXCPU},
    {"SIGXFSZ", SIGXFSZ},
    {"SIGVTALRM", SIGVTALRM},
    {"SIGPROF", SIGPROF},
    {"SIGWINCH", SIGWINCH},
    {"SIGIO", SIGIO},
    {"SIGPOLL", SIGPOLL},
    {"SIGPWR", SIGPWR},
    {"SIGSYS", SIGSYS},
    /* Functions in C, because the C library keeps the first two real-time signals for itself. */
    {"SIGRTMIN", 34},
    {"SIGRTMAX", 64},
    {NULL, 0},
};

static const struct constant_row handler_rows[] = {{"SIG_DFL", 0}, {"SIG_IGN", 1}, {NULL, 0}};

static const struct constant_row constants[] = {
    {"ITIMER_REAL", ITIMER_REAL},
    {"ITIMER_VIRTUAL", ITIMER_VIRTUAL},
    {"ITIMER_PROF", ITIMER_PROF},
    {"NSIG", HANDLERS_MOST},
    {NULL, 0},
};

static const struct enum_class signals = {"Signals", "SIG", false, signal_rows};
static const struct enum_class handlers = {"Handlers", "SIG_", false, handler_rows};

/* What the two enumerations hold, and the classes themselves. */
static bool find(lua_State *L, const char *name)
{
    static const struct enum_class *const classes[] = {&signals, &handlers};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strcmp(classes[i]->name, name) == 0)
            return enum_push_class(L, classes[i]), true;
        for (const struct constant_row *row = classes[i]->rows; row->name != NULL; row++)
            if (strcmp(row->name, name) == 0)
                return enum_push(L, classes[i], row->value), true;
    }
    if (strcmp(name, "ItimerError") == 0)
        return error_push_class(L, "OSError"), true;
    return false;
}

static const char *name_at(size_t index)
{
    static const char *const others[] = {"SIG_DFL", "SIG_IGN", "Signals", "Handlers", "ItimerError"};
    const size_t rows = sizeof signal_rows / sizeof *signal_rows - 1, count = sizeof others / sizeof *others;
    return index < rows ? signal_rows[index].name : index - rows < count ? others[index - rows] : NULL;
}

/* --- handlers ------------------------------------------------------------------------------------------- */

static struct net *net_of(lua_State *L)
{
    return &runtime_of(L)->net;
}

static int checked_signal(lua_State *L, int index)
{
    int number = argument_integer(L, index, "the signal");
    if (number < 1 || number >= HANDLERS_MOST)
        error_throw(L, "ValueError", "signal number out of range: 1 to %d", HANDLERS_MOST - 1);
    return number;
}

static int default_int_handler(lua_State *L)
{
    error_push(L, "KeyboardInterrupt", 0, NULL, "");
    return lua_error(L);
}

static void push_handler(lua_State *L, int number)
{
    switch (handlers_get(&runtime_of(L)->handlers, number)) {
    case HANDLER_DEFAULT:
        enum_push(L, &handlers, 0);
        break;
    case HANDLER_IGNORE:
        enum_push(L, &handlers, 1);
        break;
    case HANDLER_LUA:
        handlers_load(L, number);
        break;
    case HANDLER_FOREIGN:
        if (number == SIGINT)
            lua_pushcfunction(L, default_int_handler);
        else
            lua_pushnil(L);
    }
}

static bool can_be_called(lua_State *L, int index)
{
    if (lua_type(L, index) == LUA_TFUNCTION)
        return true;
    if (!lua_getmetatable(L, index))
        return false;
    lua_pushliteral(L, "__call");
    bool called = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    return called;
}

static enum handler_kind checked_handler(lua_State *L, int index, int number)
{
    lua_Integer value;
    if (number == SIGINT && lua_tocfunction(L, index) == default_int_handler &&
        handlers_get(&runtime_of(L)->handlers, SIGINT) != HANDLER_LUA)
        return HANDLER_FOREIGN;
    if (can_be_called(L, index))
        return HANDLER_LUA;
    if (enum_integer(L, index, &value) && (value == 0 || value == 1))
        return value == 0 ? HANDLER_DEFAULT : HANDLER_IGNORE;
    error_throw(L, "TypeError", "a signal handler must be a function, signal.SIG_IGN or signal.SIG_DFL, not %s",
                argument_kind(L, index));
    return HANDLER_DEFAULT;
}

static int set_handler(lua_State *L)
{
    argument_count(L, 2, 2, "signal.signal(signalnum, handler)");
    struct handlers *all = &runtime_of(L)->handlers;
    int number = checked_signal(L, 1);
    enum handler_kind kind = checked_handler(L, 2, number);
    push_handler(L, number);
    /* The old function stays until the kernel has agreed. */
    handlers_load(L, number);
    if (kind == HANDLER_LUA)
        lua_pushvalue(L, 2);
    else
        lua_pushnil(L);
    handlers_store(L, number);
    struct status status = handlers_set(all, net_of(L), number, kind);
    if (status_fine(status))
        return lua_settop(L, 3), 1;
    handlers_store(L, number);
    return error_raise(L, status);
}

static int get_handler(lua_State *L)
{
    argument_count(L, 1, 1, "signal.getsignal(signalnum)");
    push_handler(L, checked_signal(L, 1));
    return 1;
}

static int set_interrupt(lua_State *L)
{
    argument_count(L, 2, 2, "signal.siginterrupt(signalnum, flag)");
    lua_Integer number = lua_toboolean(L, 2);
    if (lua_type(L, 2) != LUA_TBOOLEAN && !enum_integer(L, 2, &number))
        return error_throw(L, "TypeError", "siginterrupt() takes true or false, not %s", argument_kind(L, 2));
    return error_check(L, handlers_interrupt(&runtime_of(L)->handlers, net_of(L), checked_signal(L, 1), number != 0));
}

/* --- sending and waiting -------------------------------------------------------------------------------- */

static ssize_t run_raise(struct net_call *call)
{
    return raise((int)call->arg[0]);
}

static int raise_signal(lua_State *L)
{
    argument_count(L, 1, 1, "signal.raise_signal(signalnum)");
    int number = checked_signal(L, 1);
    struct net_call call = {.call = CALL_RAISE, .run = run_raise, .fd = -1, .arg = {number}};
    if (runtime_of(L)->restricted && number == SIGSTOP)
        return error_throw(L, "PermissionError", "SIGSTOP would freeze the session");
    struct status status = net_call_once(net_of(L), &call, NULL);
    if (status_fine(status))
        runtime_answer_signals(L);
    return error_check(L, status);
}

static ssize_t run_pause(struct net_call *call)
{
    (void)call;
    return pause();
}

/* Comes back after one signal whatever its handler did, unlike every other call that waits. */
static int wait_for_signal(lua_State *L)
{
    argument_count(L, 0, 0, "signal.pause()");
    struct net_call call = {.call = CALL_PAUSE, .run = run_pause, .fd = -1};
    struct runtime *runtime = runtime_of(L);
    struct net *net = &runtime->net;
    error_check(L, net_safe_point(net, "pause"));
    /* A kick that came late is no signal of the learner's. */
    do
        net_call_once(net, &call, NULL);
    while (!runtime->handlers.waiting && !runtime->stop);
    net->pending = 1;
    return error_check(L, net_safe_point(net, "pause"));
}

static int describe(lua_State *L)
{
    argument_count(L, 1, 1, "signal.strsignal(signalnum)");
    int number = checked_signal(L, 1);
    const char *text = strsignal(number);
    lua_pushstring(L, text != NULL && strstr(text, "Unknown") == NULL ? text : NULL);
    return 1;
}

/* --- timers --------------------------------------------------------------------------------------------- */

/* Microseconds, away from zero so that the shortest time does not become none; the kernel judges the sign. */
static struct timeval timer_argument(lua_State *L, int index, const char *what)
{
    lua_Integer whole;
    bool number = lua_type(L, index) == LUA_TNUMBER;
    if (!number && !enum_integer(L, index, &whole))
        error_throw(L, "TypeError", "%s must be seconds, not %s", what, argument_kind(L, index));
    lua_Number seconds = number ? lua_tonumber(L, index) : (lua_Number)whole;
    if (isnan(seconds))
        error_throw(L, "ValueError", "Invalid value NaN (not a number)");
    if (seconds > ARGUMENT_MOST_SECONDS || seconds < -ARGUMENT_MOST_SECONDS)
        error_throw(L, "OverflowError", "%s is too large", what);
    int64_t micro = (int64_t)ceil(seconds * 1e6);
    return (struct timeval){.tv_sec = micro / 1000000, .tv_usec = micro % 1000000};
}

static int64_t nanoseconds(const struct timeval *time)
{
    return time->tv_sec * CLOCK_SECOND + time->tv_usec * CLOCK_MICROSECOND;
}

static int push_timer(lua_State *L, const struct itimerval *timer)
{
    lua_pushnumber(L, clock_seconds(nanoseconds(&timer->it_value)));
    lua_pushnumber(L, clock_seconds(nanoseconds(&timer->it_interval)));
    return 2;
}

struct timer_change {
    struct itimerval after, before;
};

static ssize_t run_setitimer(struct net_call *call)
{
    struct timer_change *change = call->more;
    return setitimer((int)call->arg[0], &change->after, &change->before);
}

static int set_timer(lua_State *L)
{
    argument_count(L, 2, 3, "signal.setitimer(which, seconds, interval)");
    int which = argument_integer(L, 1, "which");
    struct timer_change change = {.after = {.it_value = timer_argument(L, 2, "the time")}};
    if (!lua_isnoneornil(L, 3))
        change.after.it_interval = timer_argument(L, 3, "the interval");
    struct net_call call = {.call = CALL_SETITIMER,
                            .run = run_setitimer,
                            .fd = -1,
                            .arg = {which, nanoseconds(&change.after.it_value), nanoseconds(&change.after.it_interval)},
                            .more = &change};
    runtime_of(L)->timers = true;
    error_check(L, net_call_once(net_of(L), &call, NULL));
    return push_timer(L, &change.before);
}

static int get_timer(lua_State *L)
{
    struct itimerval timer;
    argument_count(L, 1, 1, "signal.getitimer(which)");
    if (getitimer((__itimer_which_t)argument_integer(L, 1, "which"), &timer) != 0)
        return error_raise(L, status_errno("getitimer", errno));
    return push_timer(L, &timer);
}

static ssize_t run_alarm(struct net_call *call)
{
    return alarm((unsigned)call->arg[0]);
}

static int set_alarm(lua_State *L)
{
    argument_count(L, 1, 1, "signal.alarm(seconds)");
    ssize_t left = 0;
    struct net_call call = {
        .call = CALL_ALARM, .run = run_alarm, .fd = -1, .arg = {argument_integer(L, 1, "the time")}};
    runtime_of(L)->timers = true;
    net_call_once(net_of(L), &call, &left);
    lua_pushinteger(L, left);
    return 1;
}

/* --- the module ----------------------------------------------------------------------------------------- */

static const struct function_row functions[] = {
    {"signal", set_handler},
    {"getsignal", get_handler},
    {"default_int_handler", default_int_handler},
    {"siginterrupt", set_interrupt},
    {"raise_signal", raise_signal},
    {"pause", wait_for_signal},
    {"strsignal", describe},
    {"setitimer", set_timer},
    {"getitimer", get_timer},
    {"alarm", set_alarm},
    {NULL, NULL},
};

const struct module signal_module = {
    .name = "signal",
    .functions = (const struct function_row *const[]){functions, NULL},
    .enums = (const struct enum_class *const[]){&signals, &handlers, NULL},
    .constants = constants,
    .find = find,
    .name_at = name_at,
};
