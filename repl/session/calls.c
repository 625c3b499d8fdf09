#include "session/calls.h"

#include "base/clock.h"
#include "base/text.h"
#include "lua/errors.h"
#include "trace/call.h"

#include <lauxlib.h>
#include <sys/socket.h>

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

/* Bytes that went to the other side, or came from there: whatever the call was. */
static void push_moved(lua_State *L, const struct event *event)
{
    enum call_act act = event_act(event);
    bool peeks = act == ACT_RECEIVE && (event_argument(event, ARG_FLAGS) & MSG_PEEK) != 0;
    if ((act != ACT_SEND && act != ACT_RECEIVE) || peeks || event->end == 0 || event->result <= 0)
        return;
    int64_t length = event->result < event->data_length ? event->result : event->data_length;
    lua_pushlstring(L, event_data(event), (size_t)length);
    lua_setfield(L, -2, act == ACT_SEND ? "sent" : "received");
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
    lua_pushnumber(L, event->end ? clock_seconds(event->end - event->begin) : 0);
    lua_setfield(L, -2, "elapsed");
    push_payload(L, event);
    push_moved(L, event);
}

void calls_push(lua_State *L, const struct ring *ring, const struct event_range *ranges, size_t range_count)
{
    struct event event;
    lua_Integer count = 0;
    int64_t begin = 0;
    lua_newtable(L);
    for (size_t i = 0; i < range_count; i++)
        for (uint64_t number = ranges[i].first; number < ranges[i].last; number++) {
            if (!ring_read(ring, number, &event) || event_act(&event) == ACT_NONE)
                continue;
            if (count == 0)
                begin = event.begin;
            push_call(L, &event, ring);
            lua_pushnumber(L, clock_seconds(event.begin - begin));
            lua_setfield(L, -2, "at");
            lua_rawseti(L, -2, ++count);
        }
}
