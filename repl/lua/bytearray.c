#include "lua/bytearray.h"

#include "lua/enums.h"
#include "lua/errors.h"
#include "lua/object.h"

#include <lauxlib.h>
#include <limits.h>
#include <string.h>

struct bytearray {
    struct object object;
    size_t length;
    char bytes[];
};

static const struct object_kind bytearray_kind;

char *bytearray_test(lua_State *L, int index, size_t *length)
{
    struct bytearray *array = object_test(L, index, &bytearray_kind);
    if (array == NULL)
        return NULL;
    *length = array->length;
    return array->bytes;
}

char *bytearray_check(lua_State *L, int index, size_t *length)
{
    char *bytes = bytearray_test(L, index, length);
    if (bytes == NULL)
        error_throw(L, "TypeError", "a bytearray is needed here, not %s; bytearray(1024) makes one",
                    error_kind(L, index));
    return bytes;
}

/* Behind the bytes stands a zero, as behind those of a string. */
static struct bytearray *push_bytearray(lua_State *L, size_t length)
{
    struct bytearray *array = object_push(L, &bytearray_kind, sizeof *array + length + 1);
    array->length = length;
    return array;
}

static char checked_byte(lua_State *L, int index)
{
    lua_Integer byte;
    if (!enum_integer(L, index, &byte))
        error_throw(L, "TypeError", "a byte must be an integer, not %s", error_kind(L, index));
    if (byte < 0 || byte > 255)
        error_throw(L, "ValueError", "byte must be in range(0, 256)");
    return (char)byte;
}

static int from_list(lua_State *L)
{
    lua_Integer length = luaL_len(L, 1);
    if (length < 0 || length > INT_MAX)
        return error_throw(L, "ValueError", "a bytearray cannot have %I bytes", (LUAI_UACINT)length);
    struct bytearray *array = push_bytearray(L, (size_t)length);
    for (size_t i = 0; i < array->length; i++) {
        lua_geti(L, 1, (lua_Integer)i + 1);
        array->bytes[i] = checked_byte(L, -1);
        lua_pop(L, 1);
    }
    return 1;
}

static int new_bytearray(lua_State *L)
{
    lua_Integer size = 0;
    size_t length;
    if (lua_gettop(L) > 1)
        return error_throw(L, "TypeError", "too many arguments: bytearray(size)");
    if (lua_type(L, 1) == LUA_TTABLE)
        return from_list(L);
    const char *bytes = lua_type(L, 1) == LUA_TSTRING ? lua_tolstring(L, 1, &length) : bytearray_test(L, 1, &length);
    if (bytes != NULL) {
        memcpy(push_bytearray(L, length)->bytes, bytes, length);
        return 1;
    }
    if (!lua_isnone(L, 1) && !enum_integer(L, 1, &size))
        return error_throw(L, "TypeError", "bytearray() takes a size, a string or a table of bytes, not %s",
                           error_kind(L, 1));
    if (size < 0)
        return error_throw(L, "ValueError", "negative count");
    push_bytearray(L, (size_t)size);
    return 1;
}

static struct bytearray *self(lua_State *L)
{
    return object_check(L, 1, &bytearray_kind, "a bytearray");
}

static bool element(lua_State *L, void *object, lua_Integer index)
{
    const struct bytearray *array = object;
    if (index < 1 || (lua_Unsigned)index > array->length)
        return false;
    lua_pushinteger(L, (unsigned char)array->bytes[index - 1]);
    return true;
}

static void set_element(lua_State *L, void *object, lua_Integer index)
{
    struct bytearray *array = object;
    if (index < 1 || (lua_Unsigned)index > array->length)
        error_throw(L, "IndexError", "bytearray index out of range: it has %I bytes", (LUAI_UACINT)array->length);
    array->bytes[index - 1] = checked_byte(L, 3);
}

static lua_Integer place(lua_State *L, int index, lua_Integer otherwise)
{
    lua_Integer value = otherwise;
    if (!lua_isnoneornil(L, index) && !enum_integer(L, index, &value))
        error_throw(L, "TypeError", "the place of a byte must be an integer, not %s", error_kind(L, index));
    return value;
}

/* Where a range given as string.sub() has it begins, and how long it is. */
static size_t range(lua_State *L, size_t length, size_t *count)
{
    lua_Integer total = (lua_Integer)length, first = place(L, 2, 1), last = place(L, 3, -1);
    first = first < 0 ? (first < -total ? 1 : total + first + 1) : first == 0 ? 1 : first;
    last = last < 0 ? (last < -total ? 0 : total + last + 1) : last > total ? total : last;
    *count = first <= last ? (size_t)(last - first + 1) : 0;
    return (size_t)first - 1;
}

static int b_sub(lua_State *L)
{
    const struct bytearray *array = self(L);
    size_t count, start = range(L, array->length, &count);
    lua_pushlstring(L, count > 0 ? array->bytes + start : "", count);
    return 1;
}

static int b_text(lua_State *L)
{
    const struct bytearray *array = self(L);
    lua_pushlstring(L, array->bytes, array->length);
    return 1;
}

static int b_length(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)self(L)->length);
    return 1;
}

static int b_equal(lua_State *L)
{
    size_t one = 0, other = 0;
    const char *first = bytearray_test(L, 1, &one), *second = bytearray_test(L, 2, &other);
    lua_pushboolean(L, first != NULL && second != NULL && one == other && memcmp(first, second, one) == 0);
    return 1;
}

const struct function_row bytearray_methods[] = {
    {"sub", b_sub},
    {NULL, NULL},
};

const struct function_row bytearray_functions[] = {
    {"bytearray", new_bytearray},
    {NULL, NULL},
};

static const luaL_Reg metamethods[] = {{"__tostring", b_text}, {"__len", b_length}, {"__eq", b_equal}, {NULL, NULL}};

static const struct object_kind bytearray_kind = {
    .name = "bytearray",
    .methods = (const struct function_row *const[]){bytearray_methods, NULL},
    .element = element,
    .set_element = set_element,
    .fixed = "a bytearray has bytes, numbered from 1, and no fields",
    .metamethods = metamethods,
};
