#include "session/complete.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/text.h"
#include "lua/globals.h"
#include "lua/runtime.h"
#include "session/inspect.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const keywords[] = {"and",      "break",  "do",   "else", "elseif", "end",   "false", "for",
                                       "function", "goto",   "if",   "in",   "local",  "nil",   "not",   "or",
                                       "repeat",   "return", "then", "true", "until",  "while", NULL};

/* Nobody looks through more, and whoever asks does not wait for ever. */
#define MOST_NAMES     1000
#define MOST_VARIABLES 1000

struct names {
    char **list;
    size_t count;
    const char *prefix;
};

static void add_name(struct names *names, const char *name)
{
    if (strncmp(name, names->prefix, strlen(names->prefix)) == 0 && strncmp(name, "__", 2) != 0)
        ARRAY_ADD(names->list, names->count, memory_copy(name));
}

/* The keys of the table on top of the stack that can stand behind a dot, raw; only functions when `methods`. */
static void add_fields(lua_State *L, struct names *names, bool methods)
{
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (names->count >= MOST_NAMES || runtime_of(L)->stop) {
            lua_pop(L, 2);
            break;
        }
        size_t length;
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &length) : NULL;
        if (name != NULL && inspect_is_name(name, length) && (!methods || lua_type(L, -1) == LUA_TFUNCTION))
            add_name(names, name);
    }
}

/* The module whose table stands on top of the stack, or NULL. */
static const struct module *module_on_top(lua_State *L)
{
    for (size_t i = 0; modules[i] != NULL; i++) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, modules[i]);
        bool same = lua_rawequal(L, -1, -2);
        lua_pop(L, 1);
        if (same)
            return modules[i];
    }
    return NULL;
}

static void add_module(struct names *names, const struct module *module)
{
    const struct function_row *function;
    const char *receiver;
    for (size_t i = 0; (function = module_row_at(module, i, &receiver)) != NULL && receiver == NULL; i++)
        add_name(names, function->name);
    for (const struct constant_row *row = module->constants; row != NULL && row->name != NULL; row++)
        add_name(names, row->name);
    for (size_t i = 0; module->name_at != NULL && module->name_at(i) != NULL; i++)
        add_name(names, module->name_at(i));
}

/* Methods and fields of the object on top of the stack, found by its metatable's name. */
static void add_object(lua_State *L, struct names *names, bool methods)
{
    static const struct {
        const char *type;
        const char *fields[8];
    } known[] = {
        {"socket.socket", {"family", "type", "proto", "timeout"}},
        {"lab.peer", {"address", "host", "port", "name", "pid"}},
        {"enum member", {"name", "value"}},
    };
    if (luaL_getmetafield(L, -1, "__name") != LUA_TSTRING)
        return;
    const char *type = lua_tostring(L, -1);
    for (size_t i = 0; !methods && i < sizeof known / sizeof *known; i++)
        for (size_t k = 0; strcmp(known[i].type, type) == 0 && known[i].fields[k] != NULL; k++)
            add_name(names, known[i].fields[k]);
    lua_pop(L, 1);
    /* Our objects keep their methods in the first upvalue of __index. */
    if (luaL_getmetafield(L, -1, "__index") == LUA_TNIL)
        return;
    if (lua_type(L, -1) == LUA_TFUNCTION && lua_getupvalue(L, -1, 1) != NULL) {
        if (lua_type(L, -1) == LUA_TTABLE)
            add_fields(L, names, true);
        lua_pop(L, 1);
    } else if (lua_type(L, -1) == LUA_TTABLE) {
        add_fields(L, names, methods);
    }
    lua_pop(L, 1);
}

/* What every string has. */
static void add_string(lua_State *L, struct names *names)
{
    int top = lua_gettop(L);
    lua_pushliteral(L, "");
    if (luaL_getmetafield(L, -1, "__index") == LUA_TTABLE)
        add_fields(L, names, true);
    lua_settop(L, top);
}

/* What a call gives is not known before it is made: the methods of all that it may be. */
static void add_all_methods(lua_State *L, struct names *names)
{
    const struct function_row *function;
    const char *receiver;
    for (size_t m = 0; modules[m] != NULL; m++)
        for (size_t i = 0; (function = module_row_at(modules[m], i, &receiver)) != NULL; i++)
            if (receiver != NULL)
                add_name(names, function->name);
    add_string(L, names);
}

static void add_members(lua_State *L, struct names *names, bool methods)
{
    const struct module *module = lua_type(L, -1) == LUA_TTABLE ? module_on_top(L) : NULL;
    if (module != NULL)
        add_module(names, module);
    if (lua_type(L, -1) == LUA_TTABLE)
        add_fields(L, names, methods);
    if (lua_type(L, -1) == LUA_TSTRING)
        add_string(L, names);
    if (lua_type(L, -1) == LUA_TUSERDATA || lua_type(L, -1) == LUA_TTABLE)
        add_object(L, names, methods);
}

static void add_globals(lua_State *L, struct names *names)
{
    lua_pushglobaltable(L);
    add_fields(L, names, false);
    lua_pop(L, 1);
    for (size_t i = 0; global_at(i) != NULL; i++)
        add_name(names, global_at(i));
    for (const char *const *word = keywords; *word != NULL; word++)
        add_name(names, *word);
}

/* --- the text ------------------------------------------------------------------------------------------- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Where the chain of names and dots that ends at `end` begins: "a.b.c". */
static size_t chain_begin(const char *text, size_t end)
{
    size_t begin = end;
    while (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == '.'))
        begin--;
    return begin;
}

/* A field by name without metamethods, but modules and known globals are asked. */
static void get_field(lua_State *L, const char *name)
{
    const struct module *module = lua_type(L, -1) == LUA_TTABLE ? module_on_top(L) : NULL;
    lua_pushglobaltable(L);
    bool global = lua_rawequal(L, -1, -2);
    lua_pop(L, 1);
    if (module != NULL || global) {
        lua_getfield(L, -1, name);
    } else if (lua_type(L, -1) == LUA_TTABLE) {
        lua_pushstring(L, name);
        lua_rawget(L, -2);
    } else {
        lua_pushnil(L);
    }
    lua_remove(L, -2);
}

/* Pushes what the chain "a.b" means now, nil when nothing. */
static void push_chain(lua_State *L, const char *text, size_t begin, size_t end)
{
    struct text name = TEXT_EMPTY;
    lua_pushglobaltable(L);
    for (size_t at = begin; at < end; at++) {
        size_t from = at;
        while (at < end && text[at] != '.')
            at++;
        text_clear(&name);
        text_add_bytes(&name, text + from, at - from);
        get_field(L, text_string(&name));
    }
    text_free(&name);
}

static json_t *names_to_json(struct names *names)
{
    json_t *list = json_array();
    array_sort(names->list, names->count, sizeof *names->list, array_compare_strings);
    for (size_t i = 0; i < names->count; i++)
        if (i == 0 || strcmp(names->list[i], names->list[i - 1]) != 0)
            json_array_append_new(list, json_string(names->list[i]));
    array_free_strings(names->list, names->count);
    return list;
}

/* Behind a value without a name: a string, or what a call gives. */
static void add_unnamed(lua_State *L, struct names *names, const char *text, size_t end, char sign)
{
    bool enclosed = end > 1 && text[end - 1] == ')' && strchr("'\"]", text[end - 2]) != NULL;
    if (sign != ':' || end == 0)
        return;
    if (strchr("'\"", text[end - 1]) != NULL || enclosed)
        add_string(L, names);
    else if (text[end - 1] == ')' || text[end - 1] == ']')
        add_all_methods(L, names);
}

/* Protected: names and prefix in a light userdata, the text in another. */
static int collect(lua_State *L)
{
    struct names *names = lua_touserdata(L, 1);
    const char *text = lua_touserdata(L, 2);
    size_t start = (size_t)lua_tointeger(L, 3);
    char sign = start > 0 ? text[start - 1] : '\0';
    if (sign != '.' && sign != ':') {
        add_globals(L, names);
        return 0;
    }
    size_t begin = chain_begin(text, start - 1);
    if (begin == start - 1) {
        add_unnamed(L, names, text, begin, sign);
        return 0;
    }
    push_chain(L, text, begin, start - 1);
    add_members(L, names, sign == ':');
    return 0;
}

json_t *complete(lua_State *L, const char *text)
{
    if (text == NULL)
        return NULL;
    size_t start = strlen(text);
    while (start > 0 && is_word(text[start - 1]))
        start--;
    struct names names = {.prefix = text + start};
    lua_pushcfunction(L, collect);
    lua_pushlightuserdata(L, &names);
    lua_pushlightuserdata(L, (void *)text);
    lua_pushinteger(L, (lua_Integer)start);
    if (lua_pcall(L, 3, 0, 0) != LUA_OK)
        lua_pop(L, 1);
    return json_pack("{s:i, s:o}", "start", (int)start, "names", names_to_json(&names));
}

/* --- variables ------------------------------------------------------------------------------------------ */

/* What every state has is no variable of the learner's. */
static bool is_built_in(const char *name)
{
    static const char *const libraries[] = {
        "_G",           "_VERSION", "_",      "arg",          "assert",   "collectgarbage", "coroutine",
        "debug",        "dofile",   "error",  "getmetatable", "io",       "ipairs",         "load",
        "loadfile",     "math",     "next",   "os",           "package",  "pairs",          "pcall",
        "print",        "rawequal", "rawget", "rawlen",       "rawset",   "require",        "select",
        "setmetatable", "string",   "table",  "tonumber",     "tostring", "type",           "utf8",
        "warn",         "xpcall",   NULL};
    for (const char *const *library = libraries; *library != NULL; library++)
        if (strcmp(*library, name) == 0)
            return true;
    for (size_t i = 0; global_at(i) != NULL; i++)
        if (strcmp(global_at(i), name) == 0)
            return true;
    return false;
}

static int collect_variables(lua_State *L)
{
    json_t *list = lua_touserdata(L, 1);
    lua_pushglobaltable(L);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || is_built_in(lua_tostring(L, -2)))
            continue;
        if (json_array_size(list) >= MOST_VARIABLES || runtime_of(L)->stop) {
            json_array_append_new(list, json_pack("{s:s, s:s}", "name", "...", "text", "more variables"));
            lua_pop(L, 2);
            break;
        }
        struct text text = TEXT_EMPTY;
        inspect_value(&text, L, -1, 60);
        json_array_append_new(list, json_pack("{s:s, s:s}", "name", lua_tostring(L, -2), "text", text_string(&text)));
        text_free(&text);
    }
    return 0;
}

json_t *complete_variables(lua_State *L)
{
    json_t *list = json_array();
    lua_pushcfunction(L, collect_variables);
    lua_pushlightuserdata(L, list);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        lua_pop(L, 1);
    return list;
}
