#include "lua/calling.h"

#include "lua/module.h"
#include "lua/names.h"
#include "lua/socket.h"
#include "net/watch.h"

#include <lauxlib.h>
#include <stdio.h>
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

/* --- fields --------------------------------------------------------------------------------------------- */

/* Tables in tables so deep, and so many entries of all together. */
#define DEPTH_MOST  3
#define FIELDS_MOST 1000

#define NAME_MOST 100

/* Where a value stands that no variable holds; nothing here asks for memory. */
struct search {
    int index;            /* of the value */
    int left;             /* entries that may still be looked at */
    int depth;            /* of what was found; beyond the most: nothing was */
    char name[NAME_MOST]; /* the key, "client"; behind its table's name where it is a number, "list1" */
};

/* The key and the value stand on the stack.  Of several names the one least deep, then the least, is kept. */
static void take_field(lua_State *L, struct search *search, const char *table, int depth)
{
    char name[NAME_MOST];
    int length = -1;
    if (depth > search->depth || !lua_rawequal(L, -1, search->index))
        return;
    if (lua_type(L, -2) == LUA_TSTRING && is_identifier(lua_tostring(L, -2)))
        length = snprintf(name, sizeof name, "%s", lua_tostring(L, -2));
    else if (lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 0)
        length = snprintf(name, sizeof name, "%s%lld", table, (long long)lua_tointeger(L, -2));
    if (length < 0 || (size_t)length >= sizeof name || (depth == search->depth && strcmp(name, search->name) >= 0))
        return;
    search->depth = depth;
    memcpy(search->name, name, sizeof name);
}

/* The table that has this name stands on top of the stack. */
static void search_table(lua_State *L, struct search *search, const char *table, int depth)
{
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if (search->left-- <= 0) {
            lua_pop(L, 2);
            return;
        }
        bool named = lua_type(L, -2) == LUA_TSTRING;
        take_field(L, search, table, depth);
        if (lua_type(L, -1) == LUA_TTABLE && depth < DEPTH_MOST)
            search_table(L, search, named ? lua_tostring(L, -2) : table, depth + 1);
    }
}

/* What is on top of the stack is a variable with this name; it is popped. */
static void search_variable(lua_State *L, struct search *search, const char *name)
{
    if (lua_type(L, -1) == LUA_TTABLE && *name != '(' && *name != '\0')
        search_table(L, search, name, 1);
    lua_pop(L, 1);
}

/* A global's name and its value stand on top of the stack: the modules hold nothing of the program's. */
static bool is_module(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, -3);
    lua_rawget(L, -2);
    bool module = lua_rawequal(L, -1, -3);
    lua_pop(L, 2);
    return module;
}

static void search_globals(lua_State *L, struct search *search)
{
    lua_pushglobaltable(L);
    for (lua_pushnil(L); lua_next(L, -2) != 0;)
        search_variable(L, search, lua_type(L, -2) == LUA_TSTRING && !is_module(L) ? lua_tostring(L, -2) : "");
    lua_pop(L, 1);
}

static void search_frame(lua_State *L, struct search *search, lua_Debug *frame)
{
    const char *name;
    for (int i = 1; (name = lua_getlocal(L, frame, i)) != NULL; i++)
        search_variable(L, search, name);
    lua_getinfo(L, "f", frame);
    for (int i = 1; (name = lua_getupvalue(L, -1, i)) != NULL; i++)
        search_variable(L, search, strcmp(name, "_ENV") == 0 ? "" : name);
    lua_pop(L, 1);
}

/* --- names of sockets ----------------------------------------------------------------------------------- */

static bool copy_name(char *room, const char *name)
{
    return name != NULL && snprintf(room, NAME_MOST, "%s", name) < NAME_MOST;
}

/*
 * What the program calls the value at the index: a global, else a local variable, of several the outermost function's,
 * else a field of a table in one of those.  Nothing here asks for memory.
 */
static bool find_name(lua_State *L, int index, char name[NAME_MOST])
{
    lua_Debug frame;
    int levels = 0;
    struct search search = {.index = index, .left = FIELDS_MOST, .depth = DEPTH_MOST + 1};
    if (push_global(L, index)) {
        bool fits = copy_name(name, lua_tostring(L, -1));
        lua_pop(L, 1);
        return fits;
    }
    while (lua_getstack(L, levels, &frame))
        levels++;
    for (int level = levels; level-- > 1 && lua_getstack(L, level, &frame);)
        if (copy_name(name, local_of(L, &frame, index)))
            return true;
    search_globals(L, &search);
    for (int level = levels; level-- > 1 && lua_getstack(L, level, &frame);)
        search_frame(L, &search, &frame);
    return search.depth <= DEPTH_MOST && copy_name(name, search.name);
}

/* The socket that a method was called on, at its first calls. */
static void name_receiver(struct runtime *runtime, lua_State *L)
{
    char name[NAME_MOST];
    if (lua_type(L, 1) != LUA_TUSERDATA || !lua_checkstack(L, 24))
        return;
    const struct net_socket *s = socket_unnamed(L, 1);
    if (s == NULL || !find_name(L, 1, name))
        return;
    ring_name(runtime->net.ring, runtime->net.actor, s->fd, name);
    socket_named(L, 1);
}

/* The value on top of the stack is a socket that has no name yet, or a table that may hold some. */
static void name_value(lua_State *L, int *left, int depth)
{
    struct net *net = &runtime_of(L)->net;
    char name[NAME_MOST];
    const struct net_socket *s = lua_type(L, -1) == LUA_TUSERDATA ? socket_unnamed(L, -1) : NULL;
    if (s != NULL && find_name(L, lua_gettop(L), name)) {
        ring_name(net->ring, net->actor, s->fd, name);
        socket_named(L, -1);
    }
    if (lua_type(L, -1) != LUA_TTABLE || depth > DEPTH_MOST)
        return;
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if ((*left)-- <= 0) {
            lua_pop(L, 2);
            return;
        }
        name_value(L, left, depth + 1);
    }
}

void calling_name_globals(lua_State *L)
{
    const struct net *net = &runtime_of(L)->net;
    int left = FIELDS_MOST;
    if (net->open == NULL || net->place == NULL || !lua_checkstack(L, 40))
        return;
    lua_pushglobaltable(L);
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING && (lua_type(L, -1) != LUA_TTABLE || !is_module(L)))
            name_value(L, &left, 1);
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

/* Asked in the middle of a call of a peer, whose lines nobody asks for. */
static void find_receiver(void *owner, struct event *event)
{
    struct runtime *runtime = owner;
    lua_State *L = runtime->running;
    lua_Debug frame;
    (void)event;
    if (lua_getstack(L, 0, &frame) && lua_gettop(L) > 0)
        name_receiver(runtime, L);
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

void calling_begin_peer(struct runtime *runtime)
{
    runtime->net.place = find_receiver;
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
