/*
 * past_cells.h: the cells that ran, for who asks for them.  Floor: kernel.
 */
#ifndef SOCKRATES_KERNEL_PAST_CELLS_H
#define SOCKRATES_KERNEL_PAST_CELLS_H

#include <jansson.h>
#include <stddef.h>

/* The last ones: so many, and of so many bytes together; one that has more is not kept. */
#define PAST_CELLS_MOST  1000
#define PAST_CELLS_BYTES ((size_t)4 << 20)

struct past_cell {
    int number;
    char *code, *output; /* NULL: it gave no values */
};

struct past_cells {
    struct past_cell *list;
    size_t count, bytes;
};

/* `output` may be NULL; both are copied. */
void past_cells_add(struct past_cells *past, int number, const char *code, const char *output);
void past_cells_free(struct past_cells *past);

/* What a history_request asks for: the list of a history_reply. */
json_t *past_cells_asked(const struct past_cells *past, const json_t *request);

#endif
