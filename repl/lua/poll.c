#include "lua/poll.h"

#include "lua/arguments.h"
#include "lua/descriptor.h"
#include "lua/enums.h"
#include "lua/errors.h"
#include "lua/object.h"
#include "lua/runtime.h"
#include "net/waiting.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* --- poll objects --------------------------------------------------------------------------------------- */

/*
 * The first value is a userdata with the array of struct pollfd, the second a table from descriptors to
 * places in it.  The array is copied before it changes while somebody waits with it.
 */
struct poll_object {
    struct object object;
    size_t count, room;
    int waiting;
};

enum { POLL_ARRAY = 1, POLL_PLACES };

static const struct object_kind poll_kind;

static struct poll_object *check_poll(lua_State *L)
{
    return object_check(L, 1, &poll_kind, "a poll object");
}

static struct pollfd *array_of(lua_State *L, struct poll_object *poll)
{
    lua_getiuservalue(L, 1, POLL_ARRAY);
    struct pollfd *array = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return poll->count > 0 ? array : NULL;
}

/* The array with room for one more, and nobody else's to change. */
static struct pollfd *own_array(lua_State *L, struct poll_object *poll)
{
    struct pollfd *old = array_of(L, poll);
    if (poll->count < poll->room && poll->waiting == 0) {
        lua_getiuservalue(L, 1, POLL_ARRAY);
        old = lua_touserdata(L, -1);
        return lua_pop(L, 1), old;
    }
    size_t room = poll->count < poll->room ? poll->room : poll->room > 0 ? 2 * poll->room : 8;
    struct pollfd *array = lua_newuserdatauv(L, room * sizeof *array, 0);
    if (old != NULL)
        memcpy(array, old, poll->count * sizeof *array);
    lua_setiuservalue(L, 1, POLL_ARRAY);
    poll->room = room;
    return array;
}

/* Where the descriptor at the index stands; -1 when it is not registered.  Leaves the table of places pushed.
 */
static lua_Integer place_of(lua_State *L, int fd)
{
    lua_getiuservalue(L, 1, POLL_PLACES);
    lua_Integer place = lua_rawgeti(L, -1, fd) == LUA_TNUMBER ? lua_tointeger(L, -1) : -1;
    lua_pop(L, 1);
    return place;
}

static uint32_t mask_argument(lua_State *L, int index, uint32_t otherwise, uint32_t most)
{
    lua_Integer mask;
    if (lua_isnone(L, index))
        return otherwise;
    if (!enum_integer(L, index, &mask))
        error_throw(L, "TypeError", "the event mask must be an integer, not %s", argument_kind(L, index));
    if (mask < 0)
        error_throw(L, "ValueError", "the event mask must not be negative");
    if (mask > most)
        error_throw(L, "OverflowError", "the event mask must be 0-%I", (LUAI_UACINT)most);
    return (uint32_t)mask;
}

static int p_register(lua_State *L)
{
    struct poll_object *poll = check_poll(L);
    argument_count(L, 2, 3, "p:register(socket, mask)");
    int fd = descriptor_argument(L, 2);
    short events = (short)mask_argument(L, 3, POLLIN | POLLPRI | POLLOUT, USHRT_MAX);
    struct pollfd *array = own_array(L, poll);
    lua_Integer place = place_of(L, fd);
    if (place < 0) {
        lua_pushinteger(L, place = (lua_Integer)poll->count);
        lua_rawseti(L, -2, fd);
        poll->count++;
    }
    array[place] = (struct pollfd){.fd = fd, .events = events};
    return 0;
}

static int p_modify(lua_State *L)
{
    struct poll_object *poll = check_poll(L);
    argument_count(L, 3, 3, "p:modify(socket, mask)");
    int fd = descriptor_argument(L, 2);
    short events = (short)mask_argument(L, 3, 0, USHRT_MAX);
    lua_Integer place = place_of(L, fd);
    if (place < 0)
        return error_raise(L, status_errno("poll", ENOENT));
    own_array(L, poll)[place].events = events;
    return 0;
}

/* The last takes the place of the one that goes. */
static int p_unregister(lua_State *L)
{
    struct poll_object *poll = check_poll(L);
    argument_count(L, 2, 2, "p:unregister(socket)");
    int fd = descriptor_argument(L, 2);
    lua_Integer place = place_of(L, fd);
    if (place < 0)
        return error_throw(L, "KeyError", "%d is not registered", fd);
    int places = lua_gettop(L);
    struct pollfd *array = own_array(L, poll), last = array[poll->count - 1];
    lua_pushinteger(L, place);
    lua_rawseti(L, places, last.fd);
    lua_pushnil(L);
    lua_rawseti(L, places, fd);
    array[place] = last;
    poll->count--;
    return 0;
}

static void push_event(lua_State *L, lua_Integer position, int fd, uint32_t mask)
{
    lua_pushinteger(L, fd);
    lua_pushinteger(L, mask);
    push_list(L, 2);
    lua_rawseti(L, -2, position);
}

static int p_poll(lua_State *L)
{
    struct poll_object *poll = check_poll(L);
    argument_count(L, 1, 2, "p:poll(milliseconds)");
    int64_t timeout = descriptor_timeout(L, 2, CLOCK_MILLISECOND);
    if (timeout > (int64_t)INT_MAX * CLOCK_MILLISECOND)
        return error_throw(L, "OverflowError", "timeout is too large");
    /* Pushed, so that it lives while the call waits. */
    lua_getiuservalue(L, 1, POLL_ARRAY);
    struct pollfd *array = lua_touserdata(L, -1);
    size_t count = poll->count, ready;
    poll->waiting++;
    struct status status = wait_poll(&runtime_of(L)->net, array, count, timeout < 0 ? NET_FOREVER : timeout, &ready);
    poll->waiting--;
    error_check(L, status);
    lua_createtable(L, (int)ready, 0);
    lua_Integer position = 0;
    for (size_t i = 0; i < count && ready > 0; i++)
        if (array[i].revents != 0)
            push_event(L, ++position, array[i].fd, (unsigned short)array[i].revents);
    return 1;
}

const struct function_row poll_methods[] = {
    {"register", p_register}, {"modify", p_modify}, {"unregister", p_unregister}, {"poll", p_poll}, {NULL, NULL},
};

static int p_text(lua_State *L)
{
    lua_pushfstring(L, "<select.poll of %d descriptors>", (int)check_poll(L)->count);
    return 1;
}

static const luaL_Reg poll_metamethods[] = {{"__tostring", p_text}, {NULL, NULL}};

static const struct object_kind poll_kind = {
    .name = "select.poll",
    .methods = (const struct function_row *const[]){poll_methods, NULL},
    .fixed = "a poll object's fields cannot be set",
    .metamethods = poll_metamethods,
    .values = 2,
};

static int new_poll(lua_State *L)
{
    argument_count(L, 0, 0, "select.poll()");
    object_push(L, &poll_kind, sizeof(struct poll_object));
    lua_newtable(L);
    lua_setiuservalue(L, -2, POLL_PLACES);
    return 1;
}

/* --- epoll objects -------------------------------------------------------------------------------------- */

struct epoll_object {
    struct object object;
    int fd;
    int actor; /* whose it is: in a peer, the descriptors of the one that started it are closed */
    int room;  /* of the buffer of events, the object's first value */
};

static const struct object_kind epoll_kind;

static struct epoll_object *check_epoll(lua_State *L, bool open)
{
    struct epoll_object *epoll = object_check(L, 1, &epoll_kind, "an epoll object");
    if (epoll->actor != runtime_of(L)->net.actor)
        epoll->fd = -1;
    if (open && epoll->fd < 0)
        error_throw(L, "ValueError", "I/O operation on closed epoll object");
    return epoll;
}

static int change(lua_State *L, int operation, uint32_t events)
{
    struct epoll_object *epoll = check_epoll(L, true);
    int fd = descriptor_argument(L, 2);
    return error_check(L, wait_epoll_change(&runtime_of(L)->net, epoll->fd, operation, fd, events));
}

static int e_register(lua_State *L)
{
    argument_count(L, 2, 3, "ep:register(socket, mask)");
    return change(L, EPOLL_CTL_ADD, mask_argument(L, 3, EPOLLIN | EPOLLPRI | EPOLLOUT, UINT_MAX));
}

static int e_modify(lua_State *L)
{
    argument_count(L, 3, 3, "ep:modify(socket, mask)");
    return change(L, EPOLL_CTL_MOD, mask_argument(L, 3, 0, UINT_MAX));
}

static int e_unregister(lua_State *L)
{
    argument_count(L, 2, 2, "ep:unregister(socket)");
    return change(L, EPOLL_CTL_DEL, 0);
}

/* Pushes the buffer, so that it lives while the call waits. */
static struct epoll_event *push_buffer(lua_State *L, struct epoll_object *epoll, int room)
{
    if (room > epoll->room) {
        lua_newuserdatauv(L, (size_t)room * sizeof(struct epoll_event), 0);
        lua_setiuservalue(L, 1, 1);
        epoll->room = room;
    }
    lua_getiuservalue(L, 1, 1);
    return lua_touserdata(L, -1);
}

static int e_poll(lua_State *L)
{
    struct epoll_object *epoll = check_epoll(L, true);
    argument_count(L, 1, 3, "ep:poll(seconds, maxevents)");
    int64_t timeout = descriptor_timeout(L, 2, CLOCK_SECOND);
    int most = lua_isnoneornil(L, 3) ? -1 : argument_integer(L, 3, "maxevents");
    if (most == -1)
        most = FD_SETSIZE - 1;
    if (most <= 0 || most > INT_MAX / (int)sizeof(struct epoll_event))
        return error_throw(L, "ValueError", "maxevents must be greater than 0, got %d", most);
    struct epoll_event *events = push_buffer(L, epoll, most);
    size_t ready;
    error_check(L,
                wait_epoll(&runtime_of(L)->net, &epoll->fd, events, most, timeout < 0 ? NET_FOREVER : timeout, &ready));
    lua_createtable(L, (int)ready, 0);
    for (size_t i = 0; i < ready; i++)
        push_event(L, (lua_Integer)i + 1, events[i].data.fd, events[i].events);
    return 1;
}

static int e_close(lua_State *L)
{
    struct epoll_object *epoll = check_epoll(L, false);
    int fd = epoll->fd;
    epoll->fd = -1;
    return error_check(L, fd < 0 ? STATUS_OK : wait_epoll_close(&runtime_of(L)->net, fd));
}

/* At the end of its block, or of its life. */
static int e_leave(lua_State *L)
{
    struct epoll_object *epoll = check_epoll(L, false);
    if (epoll->fd >= 0)
        wait_epoll_close(&runtime_of(L)->net, epoll->fd);
    epoll->fd = -1;
    return 0;
}

static int e_fileno(lua_State *L)
{
    lua_pushinteger(L, check_epoll(L, true)->fd);
    return 1;
}

static bool push_field(lua_State *L, void *object, const char *name)
{
    if (strcmp(name, "closed") != 0)
        return false;
    lua_pushboolean(L, ((struct epoll_object *)object)->fd < 0);
    return true;
}

const struct function_row epoll_methods[] = {
    {"register", e_register}, {"modify", e_modify}, {"unregister", e_unregister}, {"poll", e_poll}, {"close", e_close},
    {"fileno", e_fileno},     {NULL, NULL},
};

static int e_text(lua_State *L)
{
    const struct epoll_object *epoll = check_epoll(L, false);
    if (epoll->fd < 0)
        lua_pushliteral(L, "<select.epoll [closed]>");
    else
        lua_pushfstring(L, "<select.epoll fd=%d>", epoll->fd);
    return 1;
}

static const luaL_Reg epoll_metamethods[] = {
    {"__close", e_leave}, {"__gc", e_leave}, {"__tostring", e_text}, {NULL, NULL}};

static const struct object_kind epoll_kind = {
    .name = "select.epoll",
    .methods = (const struct function_row *const[]){epoll_methods, NULL},
    .field = push_field,
    .fixed = "an epoll object's fields cannot be set",
    .metamethods = epoll_metamethods,
    .values = 1,
};

static int new_epoll(lua_State *L)
{
    argument_count(L, 0, 2, "select.epoll(sizehint, flags)");
    int hint = lua_isnoneornil(L, 1) ? -1 : argument_integer(L, 1, "the size hint");
    if (hint < -1 || hint == 0)
        return error_throw(L, "ValueError", "negative sizehint");
    int flags = lua_isnoneornil(L, 2) ? 0 : argument_integer(L, 2, "the flags");
    struct epoll_object *epoll = object_push(L, &epoll_kind, sizeof *epoll);
    epoll->fd = -1;
    epoll->actor = runtime_of(L)->net.actor;
    if ((flags & ~EPOLL_CLOEXEC) != 0)
        return error_throw(L, "OSError", "invalid flags");
    error_check(L, wait_epoll_open(&runtime_of(L)->net, flags, &epoll->fd));
    return 1;
}

/* --- making them ---------------------------------------------------------------------------------------- */

const struct function_row poll_functions[] = {
    {"poll", new_poll},
    {"epoll", new_epoll},
    {NULL, NULL},
};
