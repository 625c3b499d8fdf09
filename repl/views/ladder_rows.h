/*
 * ladder_rows.h: the rows of a ladder once all are there: their order, and how many of them stay.  Floor: views.
 */
#ifndef SOCKRATES_VIEWS_LADDER_ROWS_H
#define SOCKRATES_VIEWS_LADDER_ROWS_H

#include "views/ladder_model.h"

/* True of a row that tells what a packet did to ends. */
static inline bool ladder_row_is_change(const struct ladder_row *row)
{
    return row->kind == LADDER_ROW && row->cell_count > 0 && row->cells[0].state != 0;
}

/* What came one after the other by chance stands in the same order in every run. */
void ladder_settle(struct ladder *ladder);

/* Rounds that repeat become one row that counts them. */
void ladder_fold(struct ladder *ladder);

/* What is longer loses its middle. */
void ladder_limit(struct ladder *ladder, size_t most);

#endif
