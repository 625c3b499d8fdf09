/*
 * row_table.h: what a session lists, as a table to show.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_ROW_TABLE_H
#define SOCKRATES_RENDER_ROW_TABLE_H

#include "session/outcome.h"

/* Rows of texts, the first the heading, as session_ask() gives them; its cells are borrowed from them. */
struct outcome_value row_table(const json_t *rows);
void row_table_free(struct outcome_value *table);

#endif
