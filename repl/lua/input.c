#include "lua/input.h"

#include "lua/errors.h"
#include "lua/runtime.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* No numeral is longer. */
#define NUMERAL_MOST 200

static void refuse(lua_State *L, const char *name)
{
    const struct runtime *runtime = runtime_of(L);
    if (runtime->read == NULL)
        error_throw(L, "PermissionError",
                    "%s() is not available in a session: it has no files. Use `sockrates run FILE` for it", name);
    error_throw(L, "PermissionError",
                "%s() has nobody to ask: what runs this cell takes no input. Write the text into the cell", name);
}

/* A line more is there, if there was none; asks for it. */
static void want_line(lua_State *L, const char *name)
{
    struct runtime *runtime = runtime_of(L);
    struct text *input = &runtime->input;
    if (input->length > 0)
        return;
    enum runtime_input came = runtime->read ? runtime->read(runtime->owner, true, input) : RUNTIME_NOBODY;
    for (; came == RUNTIME_SIGNAL; came = runtime->read(runtime->owner, false, input)) {
        runtime_check(runtime, L);
        runtime_answer_signals(L);
    }
    if (came == RUNTIME_NOBODY)
        refuse(L, name);
    text_add_char(input, '\n');
}

/* Pushes the first bytes, which are read then. */
static void take(lua_State *L, size_t length, size_t shown)
{
    struct text *input = &runtime_of(L)->input;
    lua_pushlstring(L, text_string(input), shown);
    size_t left = input->length - length;
    memmove(input->bytes, input->bytes + length, left);
    text_cut(input, left);
}

/* --- formats -------------------------------------------------------------------------------------------- */

static void read_line(lua_State *L, const char *name, bool end)
{
    want_line(L, name);
    const struct text *input = &runtime_of(L)->input;
    const char *newline = memchr(text_string(input), '\n', input->length);
    size_t length = (size_t)(newline - text_string(input));
    take(L, length + 1, length + end);
}

/* What was written at once is all there is to read. */
static void read_all(lua_State *L, const char *name)
{
    want_line(L, name);
    size_t length = runtime_of(L)->input.length;
    take(L, length, length);
}

static void read_bytes(lua_State *L, const char *name, lua_Integer count)
{
    luaL_argcheck(L, count >= 0, 1, "a count of bytes is 0 or more");
    want_line(L, name);
    size_t length = runtime_of(L)->input.length, wanted = (size_t)count < length ? (size_t)count : length;
    take(L, wanted, wanted);
}

/* nil for what is no number, which is read all the same. */
static void read_number(lua_State *L, const char *name)
{
    want_line(L, name);
    struct text *input = &runtime_of(L)->input;
    size_t blank = 0;
    while (blank < input->length && isspace((unsigned char)input->bytes[blank]))
        blank++;
    size_t length = strspn(text_string(input) + blank, "+-.0123456789abcdefABCDEFxXpP");
    length = length > NUMERAL_MOST ? NUMERAL_MOST : length;
    take(L, blank + length, blank + length);
    bool number = lua_stringtonumber(L, lua_tostring(L, -1)) != 0;
    if (!number)
        lua_pushnil(L);
    lua_remove(L, -2);
}

static void read_format(lua_State *L, const char *name, int index)
{
    if (lua_type(L, index) == LUA_TNUMBER) {
        read_bytes(L, name, luaL_checkinteger(L, index));
        return;
    }
    const char *format = luaL_checkstring(L, index);
    switch (format[*format == '*']) {
    case 'l':
        read_line(L, name, false);
        break;
    case 'L':
        read_line(L, name, true);
        break;
    case 'n':
        read_number(L, name);
        break;
    case 'a':
        read_all(L, name);
        break;
    default:
        luaL_argerror(L, index, "a format is \"l\", \"L\", \"n\", \"a\" or a count of bytes");
    }
}

static int read_formats(lua_State *L, const char *name, int first)
{
    int last = lua_gettop(L);
    luaL_checkstack(L, last + 1, "too many formats");
    if (last < first)
        read_line(L, name, false);
    for (int i = first; i <= last; i++)
        read_format(L, name, i);
    return last < first ? 1 : last - first + 1;
}

/* --- what Lua sees -------------------------------------------------------------------------------------- */

static int io_read(lua_State *L)
{
    return read_formats(L, "io.read", 1);
}

static int stdin_read(lua_State *L)
{
    return read_formats(L, "io.stdin:read", 2);
}

static int next_line(lua_State *L)
{
    read_line(L, "io.lines", false);
    return 1;
}

/* Without a file's name only. */
static int io_lines(lua_State *L)
{
    if (!lua_isnoneornil(L, 1))
        return error_throw(
            L, "PermissionError",
            "io.lines() is not available in a session: it has no files. Use `sockrates run FILE` for it");
    lua_pushcfunction(L, next_line);
    return 1;
}

static int stdin_lines(lua_State *L)
{
    lua_pushcfunction(L, next_line);
    return 1;
}

static int stdin_text(lua_State *L)
{
    lua_pushliteral(L, "file (standard input)");
    return 1;
}

void input_install(lua_State *L)
{
    static const luaL_Reg functions[] = {{"read", io_read}, {"lines", io_lines}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"read", stdin_read}, {"lines", stdin_lines}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_newtable(L);
    lua_pushcfunction(L, stdin_text);
    lua_setfield(L, -2, "__tostring");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, "stdin");
}
