#include "session/tabulate.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "session/inspect.h"

#include <stdlib.h>
#include <string.h>

#define MOST_ROWS    200
#define MOST_COLUMNS 64
#define MOST_FIELDS  12

/* In a cell a string needs no quotes. */
static char *cell_text(lua_State *L, int index)
{
    struct text text = TEXT_EMPTY;
    size_t length;
    const char *bytes = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &length) : NULL;
    if (bytes != NULL && memchr(bytes, '\n', length) == NULL)
        utf8_add_visible(&text, bytes, length);
    else if (!lua_isnil(L, index))
        inspect_value(&text, L, index, 1 << 20);
    return text_steal(&text);
}

static void make_cells(struct outcome_value *value, size_t rows, size_t columns, bool heading)
{
    value->rows = rows;
    value->columns = columns;
    value->heading = heading;
    value->cells = memory_new(rows * columns, sizeof *value->cells);
}

/* --- lists ---------------------------------------------------------------------------------------------- */

/* The number of columns when all rows are plain lists of one length; else 0. */
static size_t list_columns(lua_State *L, int index, size_t rows)
{
    size_t columns = 0;
    for (size_t i = 1; i <= rows; i++) {
        lua_rawgeti(L, index, (lua_Integer)i);
        size_t length = inspect_is_plain(L, -1) ? lua_rawlen(L, -1) : 0;
        lua_pop(L, 1);
        if (length < 2 || length > MOST_COLUMNS || (columns != 0 && length != columns))
            return 0;
        columns = length;
    }
    return columns;
}

/* A first row of nothing but strings above rows that have other things is a heading. */
static bool has_heading(lua_State *L, int index, size_t columns)
{
    bool strings = true, others = false;
    for (lua_Integer row = 1; row <= 2; row++) {
        lua_rawgeti(L, index, row);
        for (size_t i = 1; i <= columns; i++) {
            bool string = lua_rawgeti(L, -1, (lua_Integer)i) == LUA_TSTRING;
            strings = strings && (row == 2 || string);
            others = others || (row == 2 && !string);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    return strings && others;
}

static void tabulate_lists(struct outcome_value *value, lua_State *L, int index, size_t rows, size_t columns)
{
    make_cells(value, rows, columns, has_heading(L, index, columns));
    for (size_t row = 0; row < rows; row++) {
        lua_rawgeti(L, index, (lua_Integer)row + 1);
        for (size_t column = 0; column < columns; column++) {
            lua_rawgeti(L, -1, (lua_Integer)column + 1);
            value->cells[row * columns + column] = cell_text(L, -1);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
}

/* --- records -------------------------------------------------------------------------------------------- */

/* The names live in the records' keys. */
struct fields {
    const char *names[MOST_FIELDS];
    size_t count;
};

static bool add_field(struct fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (strcmp(fields->names[i], name) == 0)
            return true;
    if (fields->count == MOST_FIELDS)
        return false;
    fields->names[fields->count++] = name;
    return true;
}

/* Takes in the fields of the record on top of the stack; false when it is none. */
static bool add_record(lua_State *L, struct fields *fields)
{
    bool fine = inspect_is_plain(L, -1) && lua_rawlen(L, -1) == 0;
    size_t before = fields->count, had = 0;
    if (!fine)
        return false;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        size_t length;
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &length) : NULL;
        fine = fine && name != NULL && inspect_is_name(name, length) && add_field(fields, name);
        had++;
    }
    /* Records are alike: a few fields may be missing here and there. */
    return fine && had > 0 && (before == 0 || 2 * had >= fields->count);
}

static bool find_fields(lua_State *L, int index, size_t rows, struct fields *fields)
{
    bool fine = true;
    for (size_t i = 1; i <= rows && fine; i++) {
        lua_rawgeti(L, index, (lua_Integer)i);
        fine = add_record(L, fields);
        lua_pop(L, 1);
    }
    array_sort(fields->names, fields->count, sizeof *fields->names, array_compare_strings);
    return fine && fields->count > 1;
}

static void tabulate_records(struct outcome_value *value, lua_State *L, int index, size_t rows,
                             const struct fields *fields)
{
    size_t columns = fields->count;
    make_cells(value, rows + 1, columns, true);
    for (size_t column = 0; column < columns; column++)
        value->cells[column] = memory_copy(fields->names[column]);
    for (size_t row = 1; row <= rows; row++) {
        lua_rawgeti(L, index, (lua_Integer)row);
        for (size_t column = 0; column < columns; column++) {
            lua_pushstring(L, fields->names[column]);
            lua_rawget(L, -2);
            value->cells[row * columns + column] = cell_text(L, -1);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
}

/* --- values --------------------------------------------------------------------------------------------- */

void tabulate_value(struct outcome_value *value, lua_State *L, int index, int width)
{
    index = lua_absindex(L, index);
    struct text text = TEXT_EMPTY;
    inspect_value(&text, L, index, width);
    value->text = text_steal(&text);
    if (!lua_checkstack(L, 16) || !inspect_is_plain(L, index))
        return;
    size_t rows = lua_rawlen(L, index), columns = list_columns(L, index, rows <= MOST_ROWS ? rows : 0);
    struct fields fields = {.count = 0};
    if (rows < 2 || rows > MOST_ROWS)
        return;
    if (columns > 0)
        tabulate_lists(value, L, index, rows, columns);
    else if (find_fields(L, index, rows, &fields))
        tabulate_records(value, L, index, rows, &fields);
}
