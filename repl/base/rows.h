/*
 * rows.h: tables whose rows begin with their name.  Floor: base.
 *
 *     static const struct unit { const char *name; int factor; } units[] = {{"ms", 1}, {"s", 1000}};
 *     const struct unit *unit = row_named(ROWS(units), "s");
 */
#ifndef SOCKRATES_BASE_ROWS_H
#define SOCKRATES_BASE_ROWS_H

#include <stddef.h>

#define ROW_COUNT(table) (sizeof(table) / sizeof *(table))

/* A table as the arguments that the functions below begin with. */
#define ROWS(table) (table), ROW_COUNT(table), sizeof *(table)

/* The first row of this name; NULL when there is none. */
const void *row_named(const void *rows, size_t count, size_t size, const char *name);

/* The name that was probably meant by the word; NULL when none is near (see nearest.h). */
const char *row_nearest(const void *rows, size_t count, size_t size, const char *word);

#endif
