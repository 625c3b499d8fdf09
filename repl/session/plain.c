#include "session/plain.h"

#include "base/text.h"
#include "lua/errors.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tables so deep, with so many fields in all; what is more becomes nil. */
#define DEEPEST     8
#define MOST_FIELDS 400000

static const char kept_key = 0;

/* --- out ------------------------------------------------------------------------------------------------ */

struct writer {
    lua_State *L;
    plain_number_of *number_of; /* NULL: nothing is kept elsewhere */
    size_t left;
};

/* Every byte is a character, the one with its number. */
static json_t *from_bytes(const char *bytes, size_t length)
{
    struct text text = TEXT_EMPTY;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= 0x80)
            text_add_char(&text, (char)(0xc0 | byte >> 6));
        text_add_char(&text, (char)(byte >= 0x80 ? 0x80 | (byte & 0x3f) : byte));
    }
    json_t *string = json_stringn(text_string(&text), text.length);
    text_free(&text);
    return string;
}

/* Keeps the value at the index, and gives its number. */
static lua_Integer keep(lua_State *L, int index)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kept_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &kept_key);
    }
    lua_Integer number = (lua_Integer)lua_rawlen(L, -1) + 1;
    lua_pushvalue(L, index);
    lua_rawseti(L, -2, number);
    lua_pop(L, 1);
    return number;
}

static json_t *from(struct writer *writer, int index, int depth);

static json_t *from_table(struct writer *writer, int index, int depth)
{
    lua_State *L = writer->L;
    json_t *pairs = json_array();
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        if (writer->left == 0)
            continue;
        writer->left--;
        int top = lua_gettop(L);
        json_array_append_new(pairs, from(writer, top - 1, depth + 1));
        json_array_append_new(pairs, from(writer, top, depth + 1));
    }
    return json_pack("{s:o}", "table", pairs);
}

static json_t *field_of(struct writer *writer, int index, const char *name)
{
    lua_pushstring(writer->L, name);
    lua_rawget(writer->L, index);
    json_t *value = from(writer, lua_gettop(writer->L), DEEPEST);
    lua_pop(writer->L, 1);
    return value;
}

static json_t *from_error(struct writer *writer, int index)
{
    lua_getfield(writer->L, index, "class");
    json_t *class = from(writer, lua_gettop(writer->L), DEEPEST);
    lua_pop(writer->L, 1);
    return json_pack("{s:{s:o, s:o, s:o, s:o}}", "error", "class", class, "errno", field_of(writer, index, "errno"),
                     "strerror", field_of(writer, index, "strerror"), "message", field_of(writer, index, "message"));
}

static json_t *from_number(lua_State *L, int index)
{
    if (lua_isinteger(L, index))
        return json_integer(lua_tointeger(L, index));
    char digits[64];
    snprintf(digits, sizeof digits, "%a", lua_tonumber(L, index));
    return json_pack("{s:s}", "float", digits);
}

static json_t *from_other(struct writer *writer, int index)
{
    lua_State *L = writer->L;
    lua_Integer number = writer->number_of ? writer->number_of(L, index) : 0;
    if (number > 0)
        return json_pack("{s:I}", "yours", (json_int_t)number);
    if (writer->number_of != NULL)
        return json_null();
    return json_pack("{s:I, s:s}", "mine", (json_int_t)keep(L, index), "type", luaL_typename(L, index));
}

static bool is_class(const char *name)
{
    for (const struct error_class *class = error_classes; class->name != NULL; class ++)
        if (strcmp(class->name, name) == 0)
            return true;
    return false;
}

/* An error class is known on both sides by its name. */
static json_t *from_class(lua_State *L, int index)
{
    lua_pushliteral(L, "class");
    const char *name = lua_rawget(L, index) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    json_t *class = name != NULL && is_class(name) ? json_pack("{s:s}", "class", name) : NULL;
    lua_pop(L, 1);
    return class;
}

static json_t *from(struct writer *writer, int index, int depth)
{
    lua_State *L = writer->L;
    size_t length;
    const char *bytes;
    json_t *class;
    luaL_checkstack(L, 16, NULL);
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        return json_null();
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(L, index));
    case LUA_TNUMBER:
        return from_number(L, index);
    case LUA_TSTRING:
        bytes = lua_tolstring(L, index, &length);
        return from_bytes(bytes, length);
    case LUA_TTABLE:
        if (error_is(L, index))
            return from_error(writer, index);
        if ((class = from_class(L, index)) != NULL)
            return class;
        if (depth >= DEEPEST)
            return json_null();
        if (lua_getmetatable(L, index)) {
            lua_pop(L, 1);
            return from_other(writer, index);
        }
        return from_table(writer, index, depth);
    default:
        return from_other(writer, index);
    }
}

json_t *plain_from_with(lua_State *L, int index, plain_number_of *number_of)
{
    struct writer writer = {L, number_of, MOST_FIELDS};
    return from(&writer, lua_absindex(L, index), 0);
}

json_t *plain_from(lua_State *L, int index)
{
    return plain_from_with(L, index, NULL);
}

/* --- in ------------------------------------------------------------------------------------------------- */

static void push_bytes(lua_State *L, const json_t *string)
{
    const unsigned char *at = (const unsigned char *)json_string_value(string), *end = at + json_string_length(string);
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    while (at < end) {
        bool two = *at >= 0xc0 && at + 1 < end;
        luaL_addchar(&buffer, (char)(two ? (*at & 3) << 6 | (at[1] & 0x3f) : *at));
        at += two ? 2 : 1;
    }
    luaL_pushresult(&buffer);
}

static void push_error(lua_State *L, const json_t *error)
{
    const json_t *class = json_object_get(error, "class"), *code = json_object_get(error, "errno");
    const json_t *text = json_object_get(error, "strerror"), *message = json_object_get(error, "message");
    const char *name = json_is_string(class) ? json_string_value(class) : "Exception";
    if (!is_class(name))
        name = "Exception";
    if (json_is_string(text))
        error_push(L, name, (int)json_integer_value(code), json_string_value(text), NULL);
    else
        error_push(L, name, 0, NULL, json_is_string(message) ? json_string_value(message) : "");
}

static void push_table(lua_State *L, const json_t *pairs, plain_push_foreign *push_foreign)
{
    lua_newtable(L);
    for (size_t i = 0; i + 1 < json_array_size(pairs); i += 2) {
        const json_t *key = json_array_get(pairs, i);
        if (json_is_null(key))
            continue;
        plain_push(L, key, push_foreign);
        plain_push(L, json_array_get(pairs, i + 1), push_foreign);
        if (lua_isnil(L, -2) || (lua_type(L, -2) == LUA_TNUMBER && lua_tonumber(L, -2) != lua_tonumber(L, -2)))
            lua_pop(L, 2);
        else
            lua_rawset(L, -3);
    }
}

static void push_kept(lua_State *L, json_int_t number)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kept_key) == LUA_TTABLE)
        lua_rawgeti(L, -1, number);
    else
        lua_pushnil(L);
    lua_remove(L, -2);
}

static void push_object(lua_State *L, const json_t *value, plain_push_foreign *push_foreign)
{
    const json_t *part;
    if ((part = json_object_get(value, "table")) != NULL)
        push_table(L, part, push_foreign);
    else if ((part = json_object_get(value, "float")) != NULL)
        lua_pushnumber(L, json_is_string(part) ? strtod(json_string_value(part), NULL) : 0);
    else if ((part = json_object_get(value, "error")) != NULL)
        push_error(L, part);
    else if ((part = json_object_get(value, "class")) != NULL && json_is_string(part) &&
             is_class(json_string_value(part)))
        error_push_class(L, json_string_value(part));
    else if ((part = json_object_get(value, "yours")) != NULL)
        push_kept(L, json_integer_value(part));
    else if (push_foreign != NULL && json_object_get(value, "mine") != NULL)
        push_foreign(L, value);
    else
        lua_pushnil(L);
}

void plain_push(lua_State *L, const json_t *value, plain_push_foreign *push_foreign)
{
    luaL_checkstack(L, 16, NULL);
    switch (value != NULL ? json_typeof(value) : JSON_NULL) {
    case JSON_TRUE:
    case JSON_FALSE:
        lua_pushboolean(L, json_is_true(value));
        break;
    case JSON_INTEGER:
        lua_pushinteger(L, json_integer_value(value));
        break;
    case JSON_STRING:
        push_bytes(L, value);
        break;
    case JSON_OBJECT:
        push_object(L, value, push_foreign);
        break;
    default:
        lua_pushnil(L);
    }
}
