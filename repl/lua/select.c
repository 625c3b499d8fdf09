#include "lua/select.h"

#include "lua/arguments.h"
#include "lua/descriptor.h"
#include "lua/errors.h"
#include "lua/module.h"
#include "lua/poll.h"
#include "lua/runtime.h"
#include "net/waiting.h"

#include <lauxlib.h>
#include <string.h>

/* --- select.select -------------------------------------------------------------------------------------- */

/*
 * Pushes what the list holds, as it is now: object, descriptor, object, descriptor ..., and sets the
 * descriptors. A handler may change list and objects while the call waits.
 */
static void push_asked(lua_State *L, int index, struct wait_sets *sets, fd_set *set)
{
    FD_ZERO(set);
    if (lua_type(L, index) != LUA_TTABLE)
        error_throw(L, "TypeError", "select.select() takes three lists of sockets, not %s", argument_kind(L, index));
    int count = argument_length(L, index);
    lua_createtable(L, 2 * count, 0);
    for (int i = 1; i <= count; i++) {
        lua_geti(L, index, i);
        int fd = descriptor_argument(L, -1);
        if (fd >= FD_SETSIZE)
            error_throw(L, "ValueError", "filedescriptor out of range in select(): it ends at %d; poll() takes more",
                        FD_SETSIZE - 1);
        FD_SET(fd, set);
        sets->beyond = fd >= sets->beyond ? fd + 1 : sets->beyond;
        lua_rawseti(L, -2, 2 * i - 1);
        lua_pushinteger(L, fd);
        lua_rawseti(L, -2, 2 * i);
    }
}

/* Pushes the objects of the pushed list whose descriptors are ready. */
static void push_ready(lua_State *L, int asked, const fd_set *set)
{
    lua_Integer count = (lua_Integer)lua_rawlen(L, asked), ready = 0;
    lua_newtable(L);
    for (lua_Integer i = 1; i < count; i += 2) {
        lua_rawgeti(L, asked, i + 1);
        bool is_ready = FD_ISSET((int)lua_tointeger(L, -1), set);
        lua_pop(L, 1);
        if (!is_ready)
            continue;
        lua_rawgeti(L, asked, i);
        lua_rawseti(L, -2, ++ready);
    }
}

static int select_lists(lua_State *L)
{
    argument_count(L, 3, 4, "select.select(read, write, except, seconds)");
    int64_t timeout = descriptor_timeout(L, 4, CLOCK_SECOND);
    if (timeout < NET_FOREVER)
        return error_throw(L, "ValueError", "timeout must be non-negative");
    lua_settop(L, 3);
    struct wait_sets sets = {.beyond = 0};
    push_asked(L, 1, &sets, &sets.read);
    push_asked(L, 2, &sets, &sets.write);
    push_asked(L, 3, &sets, &sets.except);
    error_check(L, wait_select(&runtime_of(L)->net, &sets, timeout));
    push_ready(L, 4, &sets.read);
    push_ready(L, 5, &sets.write);
    push_ready(L, 6, &sets.except);
    return 3;
}

/* --- the module ----------------------------------------------------------------------------------------- */

static const struct function_row functions[] = {
    {"select", select_lists},
    {NULL, NULL},
};

static const struct constant_row constants[] = {
    {"POLLIN", POLLIN},
    {"POLLPRI", POLLPRI},
    {"POLLOUT", POLLOUT},
    {"POLLERR", POLLERR},
    {"POLLHUP", POLLHUP},
    {"POLLNVAL", POLLNVAL},
    {"POLLRDNORM", POLLRDNORM},
    {"POLLRDBAND", POLLRDBAND},
    {"POLLWRNORM", POLLWRNORM},
    {"POLLWRBAND", POLLWRBAND},
    {"POLLMSG", POLLMSG},
    {"POLLRDHUP", POLLRDHUP},
    {"EPOLLIN", EPOLLIN},
    {"EPOLLPRI", EPOLLPRI},
    {"EPOLLOUT", EPOLLOUT},
    {"EPOLLERR", EPOLLERR},
    {"EPOLLHUP", EPOLLHUP},
    {"EPOLLRDHUP", EPOLLRDHUP},
    {"EPOLLRDNORM", EPOLLRDNORM},
    {"EPOLLRDBAND", EPOLLRDBAND},
    {"EPOLLWRNORM", EPOLLWRNORM},
    {"EPOLLWRBAND", EPOLLWRBAND},
    {"EPOLLMSG", EPOLLMSG},
    {"EPOLLET", EPOLLET},
    {"EPOLLONESHOT", EPOLLONESHOT},
    {"EPOLLEXCLUSIVE", EPOLLEXCLUSIVE},
    {"EPOLL_CLOEXEC", EPOLL_CLOEXEC},
    {"PIPE_BUF", 4096},
    {NULL, 0},
};

static bool find(lua_State *L, const char *name)
{
    if (strcmp(name, "error") != 0)
        return false;
    error_push_class(L, "OSError");
    return true;
}

static const char *name_at(size_t index)
{
    return index == 0 ? "error" : NULL;
}

const struct module select_module = {
    .name = "select",
    .functions = (const struct function_row *const[]){functions, poll_functions, NULL},
    .objects = (const struct object_rows[]){{"p", poll_methods}, {"ep", epoll_methods}, {NULL, NULL}},
    .constants = constants,
    .find = find,
    .name_at = name_at,
};

/* select("#", ...), select(n, ...): Lua's own, upvalue 1, without the module in front. */
static int call_base(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_replace(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

void select_extend(lua_State *L)
{
    module_push(L, &select_module);
    lua_getmetatable(L, -1);
    lua_getglobal(L, "select");
    lua_pushcclosure(L, call_base, 1);
    lua_setfield(L, -2, "__call");
    lua_pop(L, 1);
    lua_setglobal(L, "select");
}
