/*
 * notebook.h: a lesson as a notebook.  Part of the site generator.
 *
 * Its prose, its blocks as cells with what came of them, its questions each before the cell that answers it, its
 * exercises with their checks.
 */
#ifndef SOCKRATES_DOCS_NOTEBOOK_H
#define SOCKRATES_DOCS_NOTEBOOK_H

#include "lesson/run.h"

#include <jansson.h>

/* The notebook, a new reference; `run` is NULL where nothing ran. `graded`: with all that nbgrader makes a release of,
 * solutions and hidden checks among it; else as learners get it. */
json_t *notebook_of(const struct lesson *lesson, const struct lesson_run *run, bool graded);

/* True of one that was made by notebook_of() and whose cells nobody has changed; whether they ran does not count. */
bool notebook_is_untouched(const json_t *notebook);

#endif
