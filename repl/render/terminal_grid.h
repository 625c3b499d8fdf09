/*
 * terminal_grid.h: a table for a terminal.  Floor: render.
 *
 * Columns stand side by side where there is room for them, their words wrapped if need be.  Where there is none, and
 * for a screen reader, each row is told for itself: "Head: cell", a line a cell.
 */
#ifndef SOCKRATES_RENDER_TERMINAL_GRID_H
#define SOCKRATES_RENDER_TERMINAL_GRID_H

#include "render/look.h"

#include <stddef.h>

struct terminal_grid {
    char **cells; /* row after row, the first is the head; inline text with its escape sequences */
    size_t rows, columns;
    const char *const *aligns; /* of the columns: "left", "center", "right" or "" */
};

/* Every line after a margin: `first` before the first, `rest` before the others. */
void terminal_grid(struct text *out, const struct terminal_grid *table, const char *first, const char *rest,
                   const struct look *look);

#endif
