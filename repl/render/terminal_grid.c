#include "render/terminal_grid.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    GAP = 2,
    NARROWEST = 8,    /* a column whose words are wrapped */
    LEAST = 14,       /* the room that columns of prose must have on the average to be read */
    WIDEST_WORD = 24, /* longer ones are broken */
};

/* A table on its way out. */
struct grid {
    const struct terminal_grid *table;
    const struct look *look;
    struct text *out;
    const char *first, *rest; /* margins; `first` until it was written */
    size_t *widths;
    bool wrapped;
};

static const char *cell_at(const struct terminal_grid *table, size_t row, size_t column)
{
    return table->cells[row * table->columns + column];
}

static size_t widest(const struct terminal_grid *table, size_t column)
{
    size_t most = 1;
    for (size_t row = 0; row < table->rows; row++) {
        size_t columns = look_columns(cell_at(table, row, column));
        most = columns > most ? columns : most;
    }
    return most;
}

static size_t longest_word(const char *text)
{
    size_t most = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, " \n");
        char *word = memory_copy_bytes(text, length);
        size_t columns = look_columns(word);
        most = columns > most ? columns : most;
        free(word);
        text += length + (text[length] != '\0');
    }
    return most;
}

/* The width below which a column is not read any more. */
static size_t narrowest(const struct terminal_grid *table, size_t column, size_t natural)
{
    size_t most = NARROWEST;
    for (size_t row = 0; row < table->rows; row++) {
        size_t word = longest_word(cell_at(table, row, column));
        most = word > most ? word : most;
    }
    most = most < WIDEST_WORD ? most : WIDEST_WORD;
    return most < natural ? most : natural;
}

/* Gives what room is left to the columns that want most, a sign at a time. */
static void widen(size_t *widths, const size_t *wanted, size_t columns, size_t left)
{
    for (; left > 0; left--) {
        size_t best = columns;
        for (size_t i = 0; i < columns; i++)
            if (widths[i] < wanted[i] && (best == columns || wanted[i] * widths[best] > wanted[best] * widths[i]))
                best = i;
        if (best == columns)
            return;
        widths[best]++;
    }
}

/* Finds the columns' widths; false when they do not fit side by side. */
static bool find_widths(struct grid *grid)
{
    const struct terminal_grid *table = grid->table;
    size_t margin = look_columns(grid->rest) + GAP * (table->columns - 1), all = 0, least = 0;
    size_t width = grid->look->width > 0 ? (size_t)grid->look->width : 1, room = width > margin ? width - margin : 0;
    size_t *wanted = memory_new(table->columns, sizeof *wanted);
    for (size_t i = 0; i < table->columns; i++) {
        wanted[i] = widest(table, i);
        grid->widths[i] = narrowest(table, i, wanted[i]);
        all += wanted[i];
        least += grid->widths[i];
    }
    grid->wrapped = all > room;
    bool fits = !grid->wrapped || (least <= room && room >= LEAST * table->columns);
    if (fits)
        widen(grid->widths, wanted, table->columns, room - least);
    free(wanted);
    return fits;
}

static void begin_line(struct grid *grid)
{
    text_add(grid->out, grid->first);
    grid->first = grid->rest;
}

static void end_line(struct grid *grid)
{
    while (grid->out->length > 0 && grid->out->bytes[grid->out->length - 1] == ' ')
        text_cut(grid->out, grid->out->length - 1);
    text_add_char(grid->out, '\n');
}

/* The cell as lines of its column's width, yours to free. */
static char *wrapped_cell(const struct grid *grid, size_t row, size_t column)
{
    struct look look = *grid->look;
    struct text text = TEXT_EMPTY;
    look.width = (int)grid->widths[column];
    if (row == 0) {
        text_add(&text, look_on(&look, STYLE_STRONG));
        text_add(&text, cell_at(grid->table, row, column));
        text_add(&text, look_off(&look, STYLE_STRONG));
    } else {
        text_add(&text, cell_at(grid->table, row, column));
    }
    struct text lines = TEXT_EMPTY;
    look_wrap(&lines, &look, "", "", text_string(&text));
    text_free(&text);
    return text_steal(&lines);
}

static void add_aligned(struct grid *grid, size_t column, const char *line)
{
    size_t columns = look_columns(line), width = grid->widths[column], room = width > columns ? width - columns : 0;
    const char *align = grid->table->aligns[column];
    size_t before = strcmp(align, "right") == 0 ? room : strcmp(align, "center") == 0 ? room / 2 : 0;
    text_add_repeat(grid->out, " ", before);
    text_add(grid->out, line);
    text_add_repeat(grid->out, " ", room - before + (column + 1 < grid->table->columns ? GAP : 0));
}

/* The first of the lines that are left, cut off from them; "" when none is. */
static char *take_line(char **lines)
{
    char *line = *lines, *end = strchr(line, '\n');
    if (end == NULL)
        return line;
    *end = '\0';
    *lines = end + 1;
    return line;
}

static void add_row(struct grid *grid, size_t row)
{
    size_t columns = grid->table->columns;
    char **cells = memory_new(columns, sizeof *cells), **left = memory_new(columns, sizeof *left);
    for (size_t i = 0; i < columns; i++)
        left[i] = cells[i] = wrapped_cell(grid, row, i);
    for (bool more = true; more;) {
        more = false;
        begin_line(grid);
        for (size_t i = 0; i < columns; i++) {
            add_aligned(grid, i, take_line(&left[i]));
            more = more || *left[i] != '\0';
        }
        end_line(grid);
    }
    for (size_t i = 0; i < columns; i++)
        free(cells[i]);
    free(cells);
    free(left);
}

static void add_rule(struct grid *grid)
{
    begin_line(grid);
    text_add(grid->out, look_on(grid->look, STYLE_QUIET));
    for (size_t i = 0; i < grid->table->columns; i++) {
        text_add_repeat(grid->out, grid->look->unicode ? "\u2500" : "-", grid->widths[i]);
        text_add_repeat(grid->out, " ", i + 1 < grid->table->columns ? GAP : 0);
    }
    text_add(grid->out, look_off(grid->look, STYLE_QUIET));
    end_line(grid);
}

static void add_grid(struct grid *grid)
{
    add_row(grid, 0);
    add_rule(grid);
    for (size_t row = 1; row < grid->table->rows; row++) {
        if (grid->wrapped && row > 1) {
            begin_line(grid);
            end_line(grid);
        }
        add_row(grid, row);
    }
}

/* Each row for itself. */
static void add_records(struct grid *grid)
{
    const struct terminal_grid *table = grid->table;
    struct text hanging = TEXT_EMPTY, line = TEXT_EMPTY;
    text_format(&hanging, "%s  ", grid->rest);
    for (size_t row = table->rows > 1 ? 1 : 0; row < table->rows; row++) {
        if (row > 1) {
            begin_line(grid);
            end_line(grid);
        }
        for (size_t i = 0; i < table->columns; i++) {
            const char *head = cell_at(table, 0, i), *cell = row > 0 ? cell_at(table, row, i) : "";
            text_clear(&line);
            if (*head != '\0')
                text_format(&line, "%s%s:%s ", look_on(grid->look, STYLE_STRONG), head,
                            look_off(grid->look, STYLE_STRONG));
            text_add(&line, cell);
            if (*cell != '\0' || row == 0)
                look_wrap(grid->out, grid->look, grid->first, text_string(&hanging), text_string(&line));
            grid->first = grid->rest;
        }
    }
    text_free(&hanging);
    text_free(&line);
}

void terminal_grid(struct text *out, const struct terminal_grid *table, const char *first, const char *rest,
                   const struct look *look)
{
    struct grid grid = {.table = table, .look = look, .out = out, .first = first, .rest = rest};
    grid.widths = memory_new(table->columns, sizeof *grid.widths);
    if (!look->plain && find_widths(&grid))
        add_grid(&grid);
    else
        add_records(&grid);
    free(grid.widths);
}
