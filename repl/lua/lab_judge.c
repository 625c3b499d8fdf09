#include "lua/lab_judge.h"

#include "base/memory.h"
#include "lua/errors.h"
#include "lua/lab_packet.h"
#include "lua/restrict.h"
#include "lua/runtime.h"

#include <lauxlib.h>
#include <lualib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

/*
 * A program is one text after the other, each with its length before it: its name, the variables, the code.  A variable
 * is a letter for its type, its name, its value.
 */
enum { PART_NAME, PART_VARIABLES, PART_CODE, PARTS };

struct part {
    const char *bytes;
    size_t length;
};

/* --- making one: the learner's side --------------------------------------------------------------------- */

#define VARIABLES_MOST 16384 /* bytes of all of them */
#define VALUE_MOST     4096  /* longer strings are left out */

struct variables {
    char *bytes;
    size_t length;
};

static bool add_part(struct variables *variables, const void *bytes, size_t length)
{
    uint32_t prefix = (uint32_t)length;
    if (length > VALUE_MOST || variables->length + sizeof prefix + length > VARIABLES_MOST)
        return false;
    memcpy(variables->bytes + variables->length, &prefix, sizeof prefix);
    memcpy(variables->bytes + variables->length + sizeof prefix, bytes, length);
    variables->length += sizeof prefix + length;
    return true;
}

/* Key and value stand on top of the stack; what is no plain value is left out, as is what finds no room. */
static void add_variable(lua_State *L, struct variables *variables)
{
    size_t before = variables->length, name_length, length;
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &name_length) : NULL;
    lua_Integer integer = lua_tointeger(L, -1);
    lua_Number number = lua_tonumber(L, -1);
    char type = (char)lua_type(L, -1), truth = (char)lua_toboolean(L, -1);
    struct part value = {NULL, 0};
    if (type == LUA_TSTRING) {
        const char *text = lua_tolstring(L, -1, &length);
        value = (struct part){text, length};
    } else if (type == LUA_TBOOLEAN) {
        value = (struct part){&truth, 1};
    } else if (lua_isinteger(L, -1)) {
        type = LUA_NUMTYPES;
        value = (struct part){(const char *)&integer, sizeof integer};
    } else if (type == LUA_TNUMBER) {
        value = (struct part){(const char *)&number, sizeof number};
    }
    if (name != NULL && value.bytes != NULL &&
        !(add_part(variables, &type, 1) && add_part(variables, name, name_length) &&
          add_part(variables, value.bytes, value.length)))
        variables->length = before;
}

/* Of the table on top of the stack, which is popped. */
static void push_variables(lua_State *L)
{
    struct variables variables = {lua_newuserdatauv(L, VARIABLES_MOST, 0), 0};
    lua_pushnil(L);
    while (lua_next(L, -3) != 0) {
        add_variable(L, &variables);
        lua_pop(L, 1);
    }
    lua_pushlstring(L, variables.bytes, variables.length);
    lua_replace(L, -3);
    lua_pop(L, 1);
}

struct code {
    luaL_Buffer buffer;
    bool begun;
};

static int add_code(lua_State *L, const void *bytes, size_t length, void *self)
{
    struct code *code = self;
    if (!code->begun)
        luaL_buffinit(L, &code->buffer);
    code->begun = true;
    luaL_addlstring(&code->buffer, bytes, length);
    return 0;
}

/* Pushes the function's code; on top of the stack is the function, which stays below. */
static void push_code(lua_State *L)
{
    struct code code = {.begun = false};
    lua_dump(L, add_code, &code, 0);
    luaL_pushresult(&code.buffer);
}

/* Pushes the variables that the function has, and checks that it has nothing else of the learner's. */
static void push_environment(lua_State *L, int index, const char *call)
{
    const char *name;
    lua_newtable(L);
    for (int i = 1; (name = lua_getupvalue(L, index, i)) != NULL; i++) {
        if (strcmp(name, "_ENV") != 0)
            error_throw(L, "ValueError",
                        "a rule runs in the wire's process and cannot share the local variable `%s`: write its value "
                        "into the function, or make it a global, of which %s() takes a copy",
                        name, call);
        lua_replace(L, -2);
    }
    if (!lua_istable(L, -1))
        error_throw(L, "TypeError", "the function's _ENV is %s, not a table", error_kind(L, -1));
}

static void push_part(lua_State *L)
{
    uint32_t length = (uint32_t)lua_rawlen(L, -1);
    lua_pushlstring(L, (const char *)&length, sizeof length);
    lua_insert(L, -2);
}

void lab_push_program(lua_State *L, int index, const char *call)
{
    lua_Debug where;
    if (lua_iscfunction(L, index))
        error_throw(L, "TypeError", "%s() takes a function that is written in Lua: the wire has none of the others",
                    call);
    push_environment(L, index, call);
    push_variables(L);
    lua_pushvalue(L, index);
    lua_getinfo(L, ">S", &where);
    lua_pushfstring(L, "the rule of %s() at %s:%d", call, where.short_src, where.linedefined);
    push_part(L);
    lua_rotate(L, -3, 2);
    push_part(L);
    lua_pushvalue(L, index);
    push_code(L);
    lua_remove(L, -2);
    push_part(L);
    lua_concat(L, 2 * PARTS);
    if (lua_rawlen(L, -1) > WIRE_ATTACHED)
        error_throw(L, "ValueError", "the function of a rule is too long: its code may take %d bytes", WIRE_ATTACHED);
}

/* --- the wire's side ------------------------------------------------------------------------------------ */

#define MEMORY_MOST       (8 << 20)
#define INSTRUCTIONS_MOST 100000 /* for a packet */
#define TICK              10000  /* microseconds of a processor; what is not over after two of them is stopped */

struct known {
    uint32_t number; /* 0: none */
    bool told, over;
    char *name;
};

struct court {
    struct runtime *runtime;
    struct schedule *schedule;
    size_t used; /* memory */
    struct lab_view view;
    volatile sig_atomic_t asking, ticks;
    struct known rules[SCHEDULE_RULES];
};

/* For the handler; there is one court in a process. */
static struct court *in_session;

/* Loops in C run no instructions. */
static void tick(int number)
{
    (void)number;
    if (in_session->asking && ++in_session->ticks > 2)
        runtime_stop(in_session->runtime);
}

static void spend(lua_State *L, lua_Debug *where)
{
    (void)where;
    runtime_stop(runtime_of(L));
}

static void *allocate(void *self, void *block, size_t old, size_t size)
{
    struct court *court = self;
    size_t before = block != NULL ? old : 0;
    if (size == 0) {
        free(block);
        court->used -= before;
        return NULL;
    }
    if (size > before && court->used - before + size > MEMORY_MOST)
        return NULL;
    void *result = realloc(block, size);
    court->used += result != NULL ? size - before : 0;
    return result;
}

/* In the place of math.random(): what depends on the packet alone, so that one seed gives one picture. */
static int draw(lua_State *L)
{
    struct schedule *schedule = lua_touserdata(L, lua_upvalueindex(1));
    uint64_t drawn = schedule_draw(schedule);
    if (lua_gettop(L) == 0) {
        lua_pushnumber(L, (lua_Number)(drawn >> 11) * 0x1p-53);
        return 1;
    }
    lua_Integer least = lua_gettop(L) == 1 ? 1 : luaL_checkinteger(L, 1), most = luaL_checkinteger(L, lua_gettop(L));
    luaL_argcheck(L, least <= most, lua_gettop(L), "interval is empty");
    uint64_t count = (uint64_t)most - (uint64_t)least + 1;
    lua_pushinteger(L, (lua_Integer)((uint64_t)least + (count > 0 ? drawn % count : drawn)));
    return 1;
}

/* What a rule may use; each rule has variables of its own before these. */
static int open_libraries(lua_State *L)
{
    static const char *const kept[] = {"assert", "error",  "ipairs",   "next",     "pairs",  "pcall",  "rawequal",
                                       "rawget", "rawlen", "rawset",   "select",   "string", "table",  "tonumber",
                                       "type",   "utf8",   "tostring", "_VERSION", "math",   "xpcall", NULL};
    struct court *court = lua_touserdata(L, 1);
    luaL_openlibs(L);
    restrict_globals(L);
    lua_newtable(L);
    for (const char *const *name = kept; *name != NULL; name++) {
        lua_getglobal(L, *name);
        lua_setfield(L, -2, *name);
    }
    lua_getfield(L, -1, "math");
    lua_pushlightuserdata(L, court->schedule);
    lua_pushcclosure(L, draw, 1);
    lua_setfield(L, -2, "random");
    lua_pushnil(L);
    lua_setfield(L, -2, "randomseed");
    lua_pop(L, 1);
    /* What every rule finds behind its own. */
    lua_newtable(L);
    lua_insert(L, -2);
    lua_setfield(L, -2, "__index");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &lab_judge);
    lab_view_open(L, &court->view);
    return 0;
}

static void *begin(struct schedule *schedule)
{
    struct court *court = memory_new(1, sizeof *court);
    court->schedule = schedule;
    court->runtime = runtime_new(NULL, true, allocate, court);
    if (court->runtime == NULL)
        return free(court), NULL;
    lua_State *L = court->runtime->main;
    lua_pushcfunction(L, open_libraries);
    lua_pushlightuserdata(L, court);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        return runtime_free(court->runtime), free(court), NULL;
    in_session = court;
    sigaction(SIGVTALRM, &(struct sigaction){.sa_handler = tick, .sa_flags = SA_RESTART}, NULL);
    struct itimerval often = {{0, TICK}, {0, TICK}};
    setitimer(ITIMER_VIRTUAL, &often, NULL);
    return court;
}

/* Takes the next part off; an empty one where there is none. */
static struct part take_part(struct part *rest)
{
    uint32_t length = 0;
    if (rest->length >= sizeof length)
        memcpy(&length, rest->bytes, sizeof length);
    if (rest->length < sizeof length || length > rest->length - sizeof length) {
        rest->length = 0;
        return (struct part){rest->bytes, 0};
    }
    struct part part = {rest->bytes + sizeof length, length};
    rest->bytes += sizeof length + length;
    rest->length -= sizeof length + length;
    return part;
}

static void push_value(lua_State *L, char type, struct part value)
{
    lua_Integer integer = 0;
    lua_Number number = 0;
    switch (type) {
    case LUA_TSTRING:
        lua_pushlstring(L, value.bytes, value.length);
        break;
    case LUA_TBOOLEAN:
        lua_pushboolean(L, value.length > 0 && value.bytes[0]);
        break;
    case LUA_NUMTYPES:
        memcpy(&integer, value.bytes, value.length < sizeof integer ? value.length : sizeof integer);
        lua_pushinteger(L, integer);
        break;
    default:
        memcpy(&number, value.bytes, value.length < sizeof number ? value.length : sizeof number);
        lua_pushnumber(L, number);
    }
}

struct lesson {
    uint32_t number;
    struct part parts[PARTS];
};

/* registry[number] = the function, whose environment has the variables. */
static int learn_protected(lua_State *L)
{
    const struct lesson *lesson = lua_touserdata(L, 1);
    struct part code = lesson->parts[PART_CODE], rest = lesson->parts[PART_VARIABLES];
    if (luaL_loadbufferx(L, code.bytes, code.length, "=rule", "b") != LUA_OK)
        return lua_error(L);
    lua_newtable(L);
    while (rest.length > 0) {
        struct part type = take_part(&rest), name = take_part(&rest), value = take_part(&rest);
        if (type.length != 1)
            break;
        lua_pushlstring(L, name.bytes, name.length);
        push_value(L, type.bytes[0], value);
        lua_rawset(L, -3);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &lab_judge);
    lua_setmetatable(L, -2);
    if (lua_setupvalue(L, -2, 1) == NULL)
        lua_pop(L, 1);
    lua_rawseti(L, LUA_REGISTRYINDEX, (lua_Integer)lesson->number + LUA_RIDX_LAST);
    return 0;
}

static struct known *find(struct court *court, uint32_t number)
{
    size_t at = 0;
    while (at < SCHEDULE_RULES - 1 && court->rules[at].number != number)
        at++;
    return &court->rules[at];
}

static bool learn(void *self, uint32_t number, const char *program, size_t length)
{
    struct court *court = self;
    lua_State *L = court->runtime->main;
    struct part rest = {program, length};
    struct lesson lesson = {.number = number};
    for (size_t i = 0; i < PARTS; i++)
        lesson.parts[i] = take_part(&rest);
    lua_pushcfunction(L, learn_protected);
    lua_pushlightuserdata(L, &lesson);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        return lua_settop(L, 0), false;
    struct part name = lesson.parts[PART_NAME];
    *find(court, 0) = (struct known){number, .name = strndup(name.bytes, name.length)};
    return true;
}

static void forget(void *self, uint32_t number)
{
    struct court *court = self;
    lua_State *L = court->runtime->main;
    struct known *known = find(court, number);
    free(known->name);
    *known = (struct known){.number = 0};
    lua_pushnil(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, (lua_Integer)number + LUA_RIDX_LAST);
    lua_gc(L, LUA_GCCOLLECT);
}

static int ask_protected(lua_State *L)
{
    lua_Integer number = lua_tointeger(L, 2);
    lua_rawgeti(L, LUA_REGISTRYINDEX, number + LUA_RIDX_LAST);
    lab_view_push(L, &((struct court *)lua_touserdata(L, 3))->view, lua_touserdata(L, 1));
    lua_call(L, 1, 1);
    return 1;
}

/* Told once a rule; one that takes too long is not asked any more. */
static void tell(struct court *court, struct known *known, const char *reason, struct text *trouble)
{
    bool spent = court->runtime->stop;
    if (spent) {
        runtime_rest(court->runtime, false);
        known->over = true;
    }
    if (known->told && !spent)
        return;
    known->told = true;
    if (spent)
        text_format(trouble, "%s does not come to an end; it is not asked any more", known->name);
    else
        text_format(trouble, "%s: %s; the packet passes", known->name, reason ? reason : "its error is no text");
}

static bool ask(void *self, uint32_t number, const struct seen_packet *seen, struct text *trouble)
{
    struct court *court = self;
    lua_State *L = court->runtime->main;
    struct known *known = find(court, number);
    if (known->over)
        return false;
    lua_pushcfunction(L, ask_protected);
    lua_pushlightuserdata(L, (void *)seen);
    lua_pushinteger(L, number);
    lua_pushlightuserdata(L, court);
    lua_sethook(L, spend, LUA_MASKCOUNT, INSTRUCTIONS_MOST);
    court->ticks = 0;
    court->asking = 1;
    int status = lua_pcall(L, 3, 1, 0);
    court->asking = 0;
    bool fits = status == LUA_OK && lua_toboolean(L, -1);
    if (status != LUA_OK || court->runtime->stop)
        tell(court, known, lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL, trouble);
    lua_settop(L, 0);
    return fits;
}

const struct wire_judge lab_judge = {.begin = begin, .learn = learn, .forget = forget, .ask = ask},
                        lab_judge_aloud = {.begin = begin, .learn = learn, .forget = forget, .ask = ask, .aloud = true};
