#include "session/remote.h"

#include "lua/errors.h"
#include "lua/object.h"
#include "lua/pristine.h"
#include "lua/runtime.h"
#include "session/plain.h"

#include <lauxlib.h>
#include <string.h>

/* --- the session that is asked -------------------------------------------------------------------------- */

struct service {
    const json_t *question;
    json_t *answer;
};

static int find_global(lua_State *L, const json_t *question)
{
    lua_pushglobaltable(L);
    plain_push(L, json_array_get(question, 1), NULL);
    lua_gettable(L, -2);
    return 1;
}

static int find_field(lua_State *L, const json_t *question)
{
    plain_push(L, json_array_get(question, 1), NULL);
    plain_push(L, json_array_get(question, 2), NULL);
    lua_gettable(L, -2);
    return 1;
}

static int call(lua_State *L, const json_t *question)
{
    int base = lua_gettop(L);
    size_t count = json_array_size(question);
    luaL_checkstack(L, (int)count + 8, "too many arguments");
    for (size_t i = 1; i < count; i++)
        plain_push(L, json_array_get(question, i), NULL);
    lua_call(L, (int)count - 2, LUA_MULTRET);
    return lua_gettop(L) - base;
}

static int measure(lua_State *L, const json_t *question)
{
    plain_push(L, json_array_get(question, 1), NULL);
    lua_pushinteger(L, luaL_len(L, -1));
    return 1;
}

static int tell(lua_State *L, const json_t *question)
{
    plain_push(L, json_array_get(question, 1), NULL);
    luaL_tolstring(L, -1, NULL);
    return 1;
}

static const struct {
    const char *verb;
    size_t least; /* elements of the question */
    int (*serve)(lua_State *L, const json_t *question);
} verbs[] = {
    {"global", 2, find_global}, {"field", 3, find_field}, {"call", 2, call}, {"length", 2, measure}, {"text", 2, tell},
};

static int serve(lua_State *L)
{
    struct service *service = lua_touserdata(L, 1);
    const char *verb = json_string_value(json_array_get(service->question, 0));
    lua_settop(L, 0);
    int count = 0;
    for (size_t i = 0; verb != NULL && i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verb, verbs[i].verb) == 0 && json_array_size(service->question) >= verbs[i].least)
            count = verbs[i].serve(L, service->question);
    json_t *values = json_array();
    int first = lua_gettop(L) - count + 1;
    for (int i = 0; i < count; i++)
        json_array_append_new(values, plain_from(L, first + i));
    service->answer = json_pack("{s:o}", "values", values);
    return 0;
}

static int take_raised(lua_State *L)
{
    struct service *service = lua_touserdata(L, 2);
    service->answer = json_pack("{s:o}", "raised", plain_from(L, 1));
    return 0;
}

json_t *remote_answer(lua_State *L, const json_t *question)
{
    struct service service = {question, NULL};
    int top = lua_gettop(L);
    lua_pushcfunction(L, serve);
    lua_pushlightuserdata(L, &service);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        /* What stopped it must not stop this, too. */
        runtime_rest(runtime_of(L), true);
        lua_pushcfunction(L, take_raised);
        lua_insert(L, -2);
        lua_pushlightuserdata(L, &service);
        lua_pcall(L, 2, 0, 0);
    }
    lua_settop(L, top);
    return service.answer;
}

/* --- the session that asks ------------------------------------------------------------------------------ */

static const char asking_key = 0;

struct asking {
    remote_ask *ask;
    void *self;
};

/* Something that the other session keeps. */
struct reference {
    struct object object;
    lua_Integer number;
    char type[16];
};

static const struct object_kind reference_kind;

void remote_push(lua_State *L, const json_t *value)
{
    struct reference *reference = object_push(L, &reference_kind, sizeof *reference);
    const char *type = json_string_value(json_object_get(value, "type"));
    reference->number = json_integer_value(json_object_get(value, "mine"));
    strncpy(reference->type, type ? type : "userdata", sizeof reference->type - 1);
}

static lua_Integer number_of(lua_State *L, int index)
{
    const struct reference *reference = object_test(L, index, &reference_kind);
    return reference ? reference->number : 0;
}

/* Adds the value at the index to the question. */
static void add(lua_State *L, json_t *question, int index)
{
    json_array_append_new(question, plain_from_with(L, index, number_of));
}

/* Pushes what the other session answers, or raises its error; the question is used up. */
static int ask(lua_State *L, json_t *question)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &asking_key);
    const struct asking *asking = lua_touserdata(L, -1);
    json_t *answer = asking->ask(asking->self, question);
    json_decref(question);
    runtime_check(runtime_of(L), L);
    const json_t *raised = json_object_get(answer, "raised"), *values = json_object_get(answer, "values");
    int count = (int)json_array_size(values);
    if (raised == NULL && !json_is_array(values)) {
        json_decref(answer);
        return error_throw(L, "RuntimeError", "the session of the exercise does not answer");
    }
    luaL_checkstack(L, count + 8, "too many values");
    for (int i = 0; i < count; i++)
        plain_push(L, json_array_get(values, (size_t)i), remote_push);
    if (raised != NULL)
        plain_push(L, raised, remote_push);
    bool failed = raised != NULL;
    json_decref(answer);
    return failed ? lua_error(L) : count;
}

static json_t *question_of(lua_State *L, const char *verb, int last)
{
    json_t *question = json_pack("[s]", verb);
    for (int i = 1; i <= last; i++)
        add(L, question, i);
    return question;
}

static int ask_global(lua_State *L)
{
    json_t *question = json_pack("[s]", "global");
    add(L, question, 2);
    return ask(L, question);
}

static int ask_field(lua_State *L)
{
    return ask(L, question_of(L, "field", 2));
}

/* What only lives in this process would arrive as nil, and the learner's code would be blamed for that. */
static void refuse_own(lua_State *L, int index)
{
    int type = lua_type(L, index);
    bool lives = type == LUA_TFUNCTION || type == LUA_TUSERDATA || type == LUA_TTHREAD;
    if (!lives || number_of(L, index) > 0)
        return;
    error_throw(L, "TypeError",
                "a hidden check cannot give its own %s to the learner's code, which is in another process. Give it an "
                "address, or a text",
                luaL_typename(L, index));
}

static int ask_call(lua_State *L)
{
    for (int i = 2; i <= lua_gettop(L); i++)
        refuse_own(L, i);
    return ask(L, question_of(L, "call", lua_gettop(L)));
}

static int ask_length(lua_State *L)
{
    return ask(L, question_of(L, "length", 1));
}

static int ask_text(lua_State *L)
{
    return ask(L, question_of(L, "text", 1));
}

static const luaL_Reg metamethods[] = {
    {"__index", ask_field}, {"__call", ask_call}, {"__len", ask_length}, {"__tostring", ask_text}, {NULL, NULL},
};

static const struct object_kind reference_kind = {
    .name = "reference",
    .fixed = "a hidden check cannot change what is the learner's",
    .metamethods = metamethods,
};

/* type(): of what is elsewhere, what it is there. */
static int type_of(lua_State *L)
{
    luaL_checkany(L, 1);
    const struct reference *reference = object_test(L, 1, &reference_kind);
    lua_pushstring(L, reference ? reference->type : luaL_typename(L, 1));
    return 1;
}

void remote_install(lua_State *L, remote_ask *ask_other, void *self)
{
    struct asking *asking = lua_newuserdatauv(L, sizeof *asking, 0);
    *asking = (struct asking){ask_other, self};
    lua_rawsetp(L, LUA_REGISTRYINDEX, &asking_key);
    lua_pushglobaltable(L);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, ask_global);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    lua_pushcfunction(L, type_of);
    pristine_replace(L, "type");
}
