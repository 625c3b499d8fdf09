#include "session/observe.h"

#include "lua/errors.h"
#include "session/evaluator.h"
#include "trace/call.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <stdlib.h>

static const char results_key = 0, failure_key = 0, hidden_key = 0;

static const char *const offered[] = {"result", "results", "failure", "output", "elapsed", "calls", NULL};

/* True while a check runs: what it does itself is not what it judges. */
static bool checking(lua_State *L)
{
    bool hidden = lua_rawgetp(L, LUA_REGISTRYINDEX, &hidden_key) == LUA_TTABLE;
    lua_pop(L, 1);
    return hidden;
}

/* Keeps the learner's own globals of the names offered, so that withdrawing gives them back. */
static void hide_globals(lua_State *L)
{
    lua_newtable(L);
    for (const char *const *name = offered; *name != NULL; name++) {
        lua_getglobal(L, *name);
        lua_setfield(L, -2, *name);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &hidden_key);
}

void observe_forget(lua_State *L)
{
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &results_key);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &failure_key);
}

void observe_keep_values(lua_State *L, int count)
{
    if (checking(L))
        return;
    lua_createtable(L, count, 0);
    for (int i = 1; i <= count; i++) {
        lua_pushvalue(L, i);
        lua_rawseti(L, -2, i);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &results_key);
}

void observe_keep_failure(lua_State *L, int index)
{
    if (checking(L))
        return;
    lua_pushvalue(L, index);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &failure_key);
}

static void push_payload(lua_State *L, const struct event *event)
{
    if (event->address_length > 0) {
        struct text text = TEXT_EMPTY;
        const struct address address = event_address(event);
        address_write(&text, &address);
        lua_pushlstring(L, text_string(&text), text.length);
        lua_setfield(L, -2, "address");
        text_free(&text);
    }
    if (event->data_length > 0) {
        lua_pushlstring(L, event_data(event), event->data_length);
        lua_setfield(L, -2, "data");
    }
}

static void push_call(lua_State *L, const struct event *event, const struct ring *ring)
{
    lua_createtable(L, 0, 8);
    lua_pushstring(L, event_call_name(event->call));
    lua_setfield(L, -2, "call");
    lua_pushinteger(L, event->result);
    lua_setfield(L, -2, "result");
    lua_pushinteger(L, event->fd);
    lua_setfield(L, -2, "fd");
    lua_pushstring(L, event->error ? error_symbol(event->error) : NULL);
    lua_setfield(L, -2, "errno");
    lua_pushstring(L, ring_actor_name(ring, event->actor));
    lua_setfield(L, -2, "actor");
    lua_pushnumber(L, event->end ? (lua_Number)(event->end - event->begin) / 1e9 : 0);
    lua_setfield(L, -2, "elapsed");
    push_payload(L, event);
}

static void push_calls(lua_State *L, const struct evaluator *evaluator)
{
    const struct ring *ring = evaluator->runtime->net.ring;
    struct event event;
    lua_Integer count = 0;
    lua_newtable(L);
    for (uint64_t number = evaluator->first_event; number < evaluator->last_event; number++) {
        if (!ring_read(ring, number, &event) || event.kind != EVENT_CALL)
            continue;
        push_call(L, &event, ring);
        lua_rawseti(L, -2, ++count);
    }
}

void observe_offer(lua_State *L, const struct evaluator *evaluator)
{
    hide_globals(L);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &results_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
    }
    lua_rawgeti(L, -1, 1);
    lua_setglobal(L, "result");
    lua_setglobal(L, "results");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &failure_key);
    lua_setglobal(L, "failure");
    lua_pushlstring(L, text_string(&evaluator->output), evaluator->output.length);
    lua_setglobal(L, "output");
    lua_pushnumber(L, (lua_Number)evaluator->elapsed / 1e9);
    lua_setglobal(L, "elapsed");
    push_calls(L, evaluator);
    lua_setglobal(L, "calls");
}

void observe_withdraw(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &hidden_key);
    for (const char *const *name = offered; *name != NULL; name++) {
        lua_getfield(L, -1, *name);
        lua_setglobal(L, *name);
    }
    lua_pop(L, 1);
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &hidden_key);
}
