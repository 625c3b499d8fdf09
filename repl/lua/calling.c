#include "lua/calling.h"

#include "lua/module.h"
#include "lua/names.h"
#include "lua/socket.h"
#include "net/watch.h"

#include <string.h>

/* --- names ---------------------------------------------------------------------------------------------- */

static bool is_identifier(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    return *name != '\0' && name[length] == '\0' && (*name < '0' || *name > '9');
}

/* The least name of a global that is the value at the index, pushed; false and nothing when there is none. */
static bool push_global(lua_State *L, int index)
{
    const char *least = NULL;
    lua_pushnil(L);
    lua_pushglobaltable(L);
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if (!lua_rawequal(L, -1, index) || lua_type(L, -2) != LUA_TSTRING || !is_identifier(lua_tostring(L, -2)))
            continue;
        if (least == NULL || strcmp(lua_tostring(L, -2), least) < 0) {
            least = lua_tostring(L, -2);
            lua_pushvalue(L, -2);
            lua_replace(L, -5);
        }
    }
    lua_pop(L, 1);
    if (least == NULL)
        lua_pop(L, 1);
    return least != NULL;
}

/* The local variable or upvalue of this frame that is the value at the index; NULL for none. */
static const char *local_of(lua_State *L, lua_Debug *frame, int index)
{
    const char *name;
    for (int i = 1; (name = lua_getlocal(L, frame, i)) != NULL; i++) {
        bool same = lua_rawequal(L, -1, index);
        lua_pop(L, 1);
        if (same && *name != '(')
            return name;
    }
    lua_getinfo(L, "f", frame);
    for (int i = 1; (name = lua_getupvalue(L, -1, i)) != NULL; i++) {
        bool same = lua_rawequal(L, -1, index);
        lua_pop(L, 1);
        if (same && *name != '\0' && *name != '(')
            return lua_pop(L, 1), name;
    }
    lua_pop(L, 1);
    return NULL;
}

/*
 * What the program calls the value at the index; of several names the outermost function's.  One value is pushed that
 * keeps it alive; nothing here asks for memory.
 */
static const char *push_name(lua_State *L, int index)
{
    lua_Debug frame;
    int level = 0;
    const char *name = NULL;
    if (push_global(L, index))
        return lua_tostring(L, -1);
    while (lua_getstack(L, level, &frame))
        level++;
    while (name == NULL && level-- > 1 && lua_getstack(L, level, &frame))
        name = local_of(L, &frame, index);
    lua_pushnil(L);
    return name;
}

/* The socket that a method was called on, at its first calls. */
static void name_receiver(struct runtime *runtime, lua_State *L)
{
    if (lua_type(L, 1) != LUA_TUSERDATA || !lua_checkstack(L, 12))
        return;
    const struct net_socket *s = socket_unnamed(L, 1);
    if (s == NULL)
        return;
    const char *name = push_name(L, 1);
    if (name != NULL) {
        ring_name(runtime->net.ring, runtime->net.actor, s->fd, name);
        socket_named(L, 1);
    }
    lua_pop(L, 1);
}

void calling_name_globals(lua_State *L)
{
    struct net *net = &runtime_of(L)->net;
    if (net->open == NULL || net->place == NULL || !lua_checkstack(L, 12))
        return;
    lua_pushglobaltable(L);
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -1) != LUA_TUSERDATA || lua_type(L, -2) != LUA_TSTRING)
            continue;
        const struct net_socket *s = socket_unnamed(L, -1);
        if (s == NULL || !push_global(L, lua_absindex(L, -1)))
            continue;
        ring_name(net->ring, net->actor, s->fd, lua_tostring(L, -1));
        lua_pop(L, 1);
        socket_named(L, -1);
    }
    lua_pop(L, 1);
}

/* --- functions ------------------------------------------------------------------------------------------ */

static enum event_function function_of(const struct runtime *runtime, lua_CFunction function)
{
    for (int i = FUNCTION_NONE + 1; function != NULL && i < FUNCTION_COUNT; i++)
        if (runtime->functions[i] == function)
            return (enum event_function)i;
    return FUNCTION_NONE;
}

/* Asked in the middle of a call: our own function is the innermost. */
static void find_place(void *owner, struct event *event)
{
    struct runtime *runtime = owner;
    lua_State *L = runtime->running;
    lua_Debug frame;
    if (lua_checkstack(L, 1) && lua_getstack(L, 0, &frame)) {
        lua_getinfo(L, "f", &frame);
        lua_CFunction function = lua_tocfunction(L, -1);
        lua_pop(L, 1);
        event->function = (uint16_t)function_of(runtime, function);
        if (function != NULL)
            name_receiver(runtime, L);
    }
    for (int level = 0; lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "l", &frame);
        if (frame.currentline > 0) {
            event->line = frame.currentline;
            return;
        }
    }
}

static lua_CFunction find_function(const char *name)
{
    static const struct function_row *const lists[] = {socket_functions, socket_create_functions,
                                                       socket_connect_methods, socket_data_methods};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (const struct function_row *row = lists[i]; row->name != NULL; row++)
            if (strcmp(row->name, name) == 0)
                return row->function;
    return NULL;
}

void calling_begin(struct runtime *runtime)
{
#define FIND(symbol, name) runtime->functions[FUNCTION_##symbol] = find_function(name);
    EVENT_FUNCTIONS(FIND)
#undef FIND
    runtime->net.place = find_place;
    watch_begin(&runtime->net);
}

/* --- what is written ------------------------------------------------------------------------------------ */

/* In a chunk; a loop that prints shall not push the calls out of the ring. */
#define PRINTS_MOST 100

void calling_print(struct runtime *runtime, const char *bytes, size_t length)
{
    struct net *net = &runtime->net;
    if (net->place == NULL || length == 0)
        return;
    runtime->prints = runtime->printing == net->chunk ? runtime->prints + 1 : 1;
    runtime->printing = net->chunk;
    if (runtime->prints > PRINTS_MOST)
        return;
    struct event *event = ring_begin(net->ring, EVENT_PRINT, CALL_NONE);
    event->actor = (uint16_t)net->actor;
    event->chunk = net->chunk;
    event->arg[0] = (int64_t)length;
    event->data_length = (uint16_t)(length < EVENT_ROOM ? length : EVENT_ROOM);
    memcpy(event->payload, bytes, event->data_length);
    ring_publish(event);
    ring_end(event, 0, 0);
}
