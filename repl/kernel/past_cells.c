#include "kernel/past_cells.h"

#include "base/memory.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static size_t size_of(const struct past_cell *cell)
{
    return strlen(cell->code) + (cell->output ? strlen(cell->output) : 0);
}

static void drop_first(struct past_cells *past)
{
    past->bytes -= size_of(&past->list[0]);
    free(past->list[0].code);
    free(past->list[0].output);
    memmove(past->list, past->list + 1, --past->count * sizeof *past->list);
}

void past_cells_add(struct past_cells *past, int number, const char *code, const char *output)
{
    if (strlen(code) + (output ? strlen(output) : 0) > PAST_CELLS_BYTES)
        return;
    const struct past_cell cell = {number, memory_copy(code), memory_copy(output)};
    if (past->list == NULL)
        past->list = memory_new(PAST_CELLS_MOST, sizeof *past->list);
    while (past->count > 0 && (past->count == PAST_CELLS_MOST || past->bytes + size_of(&cell) > PAST_CELLS_BYTES))
        drop_first(past);
    past->list[past->count++] = cell;
    past->bytes += size_of(&cell);
}

void past_cells_free(struct past_cells *past)
{
    while (past->count > 0)
        drop_first(past);
    free(past->list);
    past->list = NULL;
}

static json_int_t integer_in(const json_t *request, const char *name, json_int_t otherwise)
{
    const json_t *value = json_object_get(request, name);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

/* True when the cell is among those that the request wants at all. */
static bool is_wanted(const struct past_cell *cell, const json_t *request, const char *kind)
{
    const char *pattern = json_string_value(json_object_get(request, "pattern"));
    if (strcmp(kind, "range") == 0) {
        json_int_t session = integer_in(request, "session", 0), stop = integer_in(request, "stop", 0);
        return (session == 0 || session == 1) && cell->number >= integer_in(request, "start", 0) &&
               (stop <= 0 || cell->number < stop);
    }
    return strcmp(kind, "search") != 0 || fnmatch(pattern ? pattern : "*", cell->code, 0) == 0;
}

static bool came_later(const struct past_cells *past, size_t index)
{
    for (size_t i = index + 1; i < past->count; i++)
        if (strcmp(past->list[i].code, past->list[index].code) == 0)
            return true;
    return false;
}

json_t *past_cells_asked(const struct past_cells *past, const json_t *request)
{
    const char *kind = json_string_value(json_object_get(request, "hist_access_type"));
    json_t *list = json_array();
    json_int_t most = integer_in(request, "n", PAST_CELLS_MOST);
    bool range = kind != NULL && strcmp(kind, "range") == 0,
         with_output = json_is_true(json_object_get(request, "output"));
    bool once = json_is_true(json_object_get(request, "unique"));
    for (size_t i = past->count; i > 0; i--) {
        const struct past_cell *cell = &past->list[i - 1];
        if (!is_wanted(cell, request, kind ? kind : "tail") || (once && came_later(past, i - 1)))
            continue;
        if (!range && (json_int_t)json_array_size(list) >= most)
            break;
        json_t *said = with_output ? json_pack("[s, s?]", cell->code, cell->output) : json_string(cell->code);
        json_array_insert_new(list, 0, json_pack("[i, i, o]", 1, cell->number, said));
    }
    return list;
}
