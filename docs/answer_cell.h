/*
 * answer_cell.h: where a learner's answer goes, in a notebook that is marked.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_ANSWER_CELL_H
#define SOCKRATES_DOCS_ANSWER_CELL_H

#include "base/text.h"

/*
 * Adds the solution.  What it has and the starter has not stands between two marks, in whose place a learner finds that
 * their code goes there; what both begin and end with stands around them, and the rest of the starter as comments.
 */
void answer_cell(struct text *out, const char *starter, const char *solution);

#endif
