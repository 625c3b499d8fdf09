/*
 * cells.h: the cells of a notebook.  Part of the site generator.
 *
 * Cells are objects of JSON as nbformat 4.5 wants them.  Each has an id, made of what the lesson calls the place it
 * comes from, so that it stays the same however often the lesson is exported.
 */
#ifndef SOCKRATES_DOCS_CELLS_H
#define SOCKRATES_DOCS_CELLS_H

#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct cells {
    json_t *list;  /* an array, which is yours in the end */
    json_t *taken; /* ids, and how many of each kind there are */
    int codes;     /* cells of code: a run from top to bottom counts them */
};

struct cells cells_new(void);

/* The list of cells, a new reference; the rest is freed. */
json_t *cells_end(struct cells *cells);

/* The next id for this kind of cell in the place: "the-end-code", "the-end-code-2"; yours to free. */
char *cells_id(struct cells *cells, const char *place, const char *kind);

/* An id as near to the name as may be, which no other cell has. */
char *cells_id_named(struct cells *cells, const char *name);

/* Add a cell; take over the id and free the text.  What they give is borrowed from the list. */
json_t *cells_add_markdown(struct cells *cells, char *id, struct text *source);
json_t *cells_add_code(struct cells *cells, char *id, struct text *source);

/* The cell of code that was added last has run; and gave this, which is taken over. */
void cells_count(struct cells *cells, json_t *cell);
void cells_add_output(struct cells *cells, json_t *cell, json_t *output);

/* What readers of a cell do with it: "raises-exception", "hide-input". */
void cell_add_tag(json_t *cell, const char *tag);

/* Whether its code, or what came of it, is folded at first: "source_hidden", "outputs_hidden". */
void cell_fold(json_t *cell, const char *part);

/* How nbgrader sees it: the learner's answer, a test worth so many points, or what nobody may change. */
enum cell_part { CELL_ANSWER, CELL_TEST, CELL_LOCKED };
void cell_grade(json_t *cell, enum cell_part part, double points);

/* A text as notebooks keep it, a list of lines. */
json_t *cell_lines(const char *text, size_t length);

/* Another number for other cells and sources; outputs do not count. */
uint64_t cells_digest(const json_t *list);

#endif
