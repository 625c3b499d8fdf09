#include "session/inspect.h"

#include "base/array.h"
#include "base/utf8.h"
#include "lua/runtime.h"

#include <ctype.h>
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST     6
#define MOST_FIELDS 200
#define MOST_BYTES  4000
#define MOST_TEXT   65536 /* of what shows itself */
/* All in all: a table of 200 tables of 200 tables ... has no end that anybody would read. */
#define MOST_VALUES 5000
#define MOST_ALL    (1 << 19)

struct inspector {
    lua_State *L;
    int width;
    const void *above[DEEPEST]; /* the tables being shown, so that a cycle ends */
    int depth;
    size_t left;       /* values that may still be shown */
    size_t left_bytes; /* and of their texts, roughly */
};

static void add_value(struct inspector *in, struct text *out, int index);

/* --- strings -------------------------------------------------------------------------------------------- */

static void add_escaped(struct text *out, int32_t point, const char *bytes, size_t taken)
{
    static const char named[] = "\a\b\f\n\r\t\v\\\"";
    static const char *const escapes[] = {"\\a", "\\b", "\\f", "\\n", "\\r", "\\t", "\\v", "\\\\", "\\\""};
    const char *found = point > 0 && point < 128 ? strchr(named, (char)point) : NULL;
    if (found != NULL)
        text_add(out, escapes[found - named]);
    else if (point < 0x20 || (point >= 0x7f && point < 0xa0))
        for (size_t i = 0; i < taken; i++)
            text_format(out, "\\x%02x", (unsigned char)bytes[i]);
    else
        text_add_bytes(out, bytes, taken);
}

static void add_string(struct inspector *in, struct text *out, const char *bytes, size_t length)
{
    size_t most = in->left_bytes < MOST_BYTES ? in->left_bytes : MOST_BYTES, shown = length > most ? most : length;
    in->left_bytes -= shown;
    text_add(out, "\"");
    for (size_t i = 0; i < shown;) {
        int32_t point;
        size_t taken = utf8_decode(bytes + i, length - i, &point);
        add_escaped(out, point, bytes + i, taken);
        i += taken;
    }
    text_add(out, "\"");
    if (shown < length)
        text_format(out, "... (%zu bytes)", length);
}

/* --- tables --------------------------------------------------------------------------------------------- */

bool inspect_is_name(const char *text, size_t length)
{
    static const char *const reserved[] = {"and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
                                           "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
                                           "repeat",   "return", "then", "true", "until",  "while"};
    if (length == 0 || isdigit((unsigned char)text[0]))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && text[i] != '_')
            return false;
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strlen(reserved[i]) == length && memcmp(reserved[i], text, length) == 0)
            return false;
    return true;
}

/* The key at the index as it would be written: name = or [key] =. */
static void add_key(struct inspector *in, struct text *out, int index)
{
    size_t length;
    const char *text = lua_type(in->L, index) == LUA_TSTRING ? lua_tolstring(in->L, index, &length) : NULL;
    if (text != NULL && inspect_is_name(text, length)) {
        text_add_bytes(out, text, length);
    } else {
        text_add(out, "[");
        add_value(in, out, index);
        text_add(out, "]");
    }
    text_add(out, " = ");
}

struct parts {
    char **list;
    size_t count, hidden;
};

static bool is_full(const struct inspector *in, const struct parts *parts)
{
    return parts->count >= MOST_FIELDS || in->left == 0;
}

static void add_part(struct inspector *in, struct parts *parts, int key)
{
    struct text part = TEXT_EMPTY;
    if (key != 0)
        add_key(in, &part, key);
    add_value(in, &part, lua_gettop(in->L));
    ARRAY_ADD(parts->list, parts->count, text_steal(&part));
}

/*
 * The elements that stand in the list part; 0 for a table with more holes than elements, whose length is whatever Lua
 * finds: it may be 1 << 61.  Gives how many other keys there are.
 */
static lua_Integer list_length(lua_State *L, int index, size_t *others)
{
    lua_Integer length = (lua_Integer)lua_rawlen(L, index), inside = 0;
    size_t all = 0;
    const struct runtime *runtime = runtime_of(L);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        all++;
        inside += lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 && lua_tointeger(L, -2) <= length;
        if (runtime->stop) { /* whoever asked for the value sees to the rest */
            lua_pop(L, 2);
            break;
        }
    }
    if (length / 2 > inside)
        length = inside = 0;
    *others = all - (size_t)inside;
    return length;
}

/* The list part in its order, then the fields in the order of their names. */
static struct parts table_parts(struct inspector *in, int index)
{
    lua_State *L = in->L;
    struct parts parts = {NULL, 0, 0};
    size_t others;
    lua_Integer length = list_length(L, index, &others);
    for (lua_Integer i = 1; i <= length && !is_full(in, &parts); i++) {
        lua_rawgeti(L, index, i);
        add_part(in, &parts, 0);
        lua_pop(L, 1);
    }
    size_t sorted_from = parts.count;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        lua_Integer position = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
        if (is_full(in, &parts)) {
            lua_pop(L, 2);
            break;
        }
        if (position < 1 || position > length)
            add_part(in, &parts, lua_gettop(L) - 1);
    }
    parts.hidden = (size_t)length + others - parts.count;
    if (parts.count > sorted_from)
        qsort(parts.list + sorted_from, parts.count - sorted_from, sizeof *parts.list, array_compare_strings);
    return parts;
}

/* In one line if that fits, else one part a line. */
static void add_parts(struct inspector *in, struct text *out, struct parts *parts)
{
    size_t columns = 2 + 2 * (size_t)in->depth;
    bool lines = false;
    for (size_t i = 0; i < parts->count; i++) {
        columns += strlen(parts->list[i]) + 2;
        lines = lines || strchr(parts->list[i], '\n') != NULL;
    }
    lines = lines || columns > (size_t)in->width;
    text_add(out, "{");
    for (size_t i = 0; i < parts->count; i++) {
        if (lines) {
            text_add(out, "\n");
            text_add_repeat(out, "  ", (size_t)in->depth);
        }
        text_add(out, parts->list[i]);
        if (i + 1 < parts->count || parts->hidden > 0)
            text_add(out, lines ? "," : ", ");
        free(parts->list[i]);
    }
    if (parts->hidden > 0)
        text_format(out, " ... %zu more", parts->hidden);
    if (lines) {
        text_add(out, "\n");
        text_add_repeat(out, "  ", (size_t)in->depth - 1);
    }
    text_add(out, "}");
    free(parts->list);
}

static void add_table(struct inspector *in, struct text *out, int index)
{
    const void *self = lua_topointer(in->L, index);
    for (int i = 0; i < in->depth; i++)
        if (in->above[i] == self) {
            text_add(out, "{(itself)}");
            return;
        }
    if (in->depth == DEEPEST || !lua_checkstack(in->L, 8)) {
        text_add(out, "{...}");
        return;
    }
    in->above[in->depth++] = self;
    struct parts parts = table_parts(in, index);
    add_parts(in, out, &parts);
    in->depth--;
}

/* --- everything else ------------------------------------------------------------------------------------ */

/* tostring() of the value, for objects that know how to show themselves. */
static int protected_text(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    return 1;
}

static void add_object(struct inspector *in, struct text *out, int index)
{
    lua_State *L = in->L;
    lua_pushcfunction(L, protected_text);
    lua_pushvalue(L, index);
    size_t length;
    if (lua_pcall(L, 1, 1, 0) == LUA_OK && lua_type(L, -1) == LUA_TSTRING) {
        const char *text = lua_tolstring(L, -1, &length);
        size_t most = in->left_bytes < MOST_TEXT ? in->left_bytes : MOST_TEXT, shown = length > most ? most : length;
        in->left_bytes -= shown;
        utf8_add_visible(out, text, shown);
        if (length > shown)
            text_format(out, "... (%zu bytes)", length);
    } else {
        text_format(out, "<%s that cannot show itself>", luaL_typename(L, index));
    }
    lua_pop(L, 1);
}

static bool has_text(lua_State *L, int index)
{
    if (luaL_getmetafield(L, index, "__tostring") == LUA_TNIL)
        return false;
    lua_pop(L, 1);
    return true;
}

static void add_function(struct inspector *in, struct text *out, int index)
{
    lua_Debug about;
    lua_pushvalue(in->L, index);
    lua_getinfo(in->L, ">S", &about);
    if (*about.what == 'C')
        text_add(out, "<built-in function>");
    else
        text_format(out, "<function of line %d>", about.linedefined);
}

static void add_value(struct inspector *in, struct text *out, int index)
{
    lua_State *L = in->L;
    size_t length;
    const char *bytes;
    in->left -= in->left > 0;
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        bytes = lua_tolstring(L, index, &length);
        add_string(in, out, bytes, length);
        break;
    case LUA_TFUNCTION:
        add_function(in, out, index);
        break;
    case LUA_TTHREAD:
        text_add(out, "<coroutine>");
        break;
    case LUA_TTABLE:
        if (!has_text(L, index)) {
            add_table(in, out, index);
            break;
        }
        /* fall through */
    default:
        add_object(in, out, index);
    }
}

void inspect_value(struct text *out, lua_State *L, int index, int width)
{
    struct inspector in = {.L = L, .width = width > 0 ? width : 80, .left = MOST_VALUES, .left_bytes = MOST_ALL};
    size_t begin = out->length;
    if (lua_checkstack(L, 16))
        add_value(&in, out, lua_absindex(L, index));
    /* As a whole: whether a letter is seen depends on the one before it. */
    char *seen = utf8_visible(text_string(out) + begin, out->length - begin);
    text_cut(out, begin);
    text_add(out, seen);
    free(seen);
}

bool inspect_is_plain(lua_State *L, int index)
{
    return lua_type(L, index) == LUA_TTABLE && !has_text(L, index);
}
