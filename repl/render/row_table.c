#include "render/row_table.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* Columns in which every row is empty take no room. */
static bool is_empty_column(const json_t *rows, size_t column)
{
    const json_t *row;
    size_t i;
    json_array_foreach(rows, i, row)
    {
        const char *text = json_string_value(json_array_get(row, column));
        if (i > 0 && text != NULL && *text != '\0')
            return false;
    }
    return true;
}

struct outcome_value row_table(const json_t *rows)
{
    size_t width = json_array_size(json_array_get(rows, 0));
    struct outcome_value table = {.rows = json_array_size(rows), .heading = true};
    table.cells = memory_new(table.rows * width + 1, sizeof *table.cells);
    for (size_t c = 0; c < width; c++)
        table.columns += !is_empty_column(rows, c);
    size_t filled = 0;
    for (size_t r = 0; r < table.rows; r++)
        for (size_t c = 0; c < width; c++)
            if (!is_empty_column(rows, c)) {
                const char *cell = json_string_value(json_array_get(json_array_get(rows, r), c));
                table.cells[filled++] = (char *)(uintptr_t)(cell ? cell : "");
            }
    return table;
}

void row_table_free(struct outcome_value *table)
{
    free(table->cells);
    table->cells = NULL;
}
