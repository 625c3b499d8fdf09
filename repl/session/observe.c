#include "session/observe.h"

#include "base/array.h"
#include "base/clock.h"
#include "session/answer.h"
#include "session/calls.h"
#include "session/disturb.h"
#include "session/evaluator.h"
#include "session/plain.h"
#include "session/remote.h"

#include <lauxlib.h>
#include <stdlib.h>

const char *const observe_names[] = {"result", "results", "failure",  "output", "elapsed",
                                     "calls",  "fault",   "language", "answer", NULL};

static const char results_key = 0, failure_key = 0, told_key = 0;

/* More is never judged; every chunk may print as much as its session allows. */
#define MOST_OUTPUT ((size_t)4 << 20)

static void set_nil(lua_State *L, const char *key)
{
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

void observe_begin(lua_State *L, struct evaluator *evaluator, bool continues)
{
    struct attempt *attempt = &evaluator->attempt;
    attempt->language = CODE_LUA;
    set_nil(L, &failure_key);
    if (continues)
        return;
    set_nil(L, &results_key);
    attempt->range_count = 0;
    attempt->elapsed = 0;
    text_clear(&attempt->output);
}

void observe_end(struct evaluator *evaluator, int64_t elapsed)
{
    struct attempt *attempt = &evaluator->attempt;
    attempt->elapsed += elapsed;
    ARRAY_ADD(attempt->ranges, attempt->range_count,
              (struct event_range){evaluator->first_event, evaluator->last_event});
}

void observe_add_output(struct evaluator *evaluator, const char *bytes, size_t length)
{
    struct text *output = &evaluator->attempt.output;
    if (!evaluator->checking && output->length + length <= MOST_OUTPUT)
        text_add_bytes(output, bytes, length);
    if (evaluator->hearing && evaluator->heard.length + length <= MOST_OUTPUT)
        text_add_bytes(&evaluator->heard, bytes, length);
}

void observe_keep_values(lua_State *L, int first, int count)
{
    if (count == 0)
        return;
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        lua_pushvalue(L, first + i);
        lua_rawseti(L, -2, i + 1);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &results_key);
}

void observe_keep_failure(lua_State *L, int index)
{
    lua_pushvalue(L, index);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &failure_key);
}

static void offer_own(lua_State *L, struct evaluator *evaluator)
{
    const struct attempt *attempt = &evaluator->attempt;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &results_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
    }
    lua_rawgeti(L, -1, 1);
    lua_setfield(L, -3, "result");
    lua_setfield(L, -2, "results");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &failure_key);
    lua_setfield(L, -2, "failure");
    lua_pushlstring(L, text_string(&attempt->output), attempt->output.length);
    lua_setfield(L, -2, "output");
    lua_pushnumber(L, clock_seconds(attempt->elapsed));
    lua_setfield(L, -2, "elapsed");
    calls_push(L, evaluator->runtime->net.ring, attempt->ranges, attempt->range_count);
    lua_setfield(L, -2, "calls");
    lua_pushstring(L, disturb_name(evaluator->runtime));
    lua_setfield(L, -2, "fault");
    lua_pushstring(L, code_languages[attempt->language].word);
    lua_setfield(L, -2, "language");
    answer_push(L, evaluator);
    lua_setfield(L, -2, "answer");
}

void observe_offer(lua_State *L, struct evaluator *evaluator)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &told_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        offer_own(L, evaluator);
        return;
    }
    for (const char *const *name = observe_names; *name != NULL; name++) {
        lua_getfield(L, -1, *name);
        lua_setfield(L, -3, *name);
    }
    lua_pop(L, 1);
}

json_t *observe_tell(lua_State *L, struct evaluator *evaluator)
{
    lua_newtable(L);
    offer_own(L, evaluator);
    json_t *told = plain_from(L, lua_gettop(L));
    lua_pop(L, 1);
    return told;
}

void observe_take(lua_State *L, const json_t *told)
{
    plain_push(L, told, remote_push);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &told_key);
}
