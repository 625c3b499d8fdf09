/*
 * prose.h: a lesson's Markdown, word for word, for a notebook.  Part of the site generator.
 *
 * Notebooks read Markdown themselves.  What they know less well than GitHub is written as they want it: alerts, the
 * options of a fence, links to other lessons, the sign that begins a formula.
 */
#ifndef SOCKRATES_DOCS_PROSE_H
#define SOCKRATES_DOCS_PROSE_H

#include "base/text.h"
#include "lesson/lesson.h"
#include "lesson/source.h"

/* Adds the lines of the lesson's file, without empty ones at both ends; nothing when all are empty. */
void prose_add(struct text *out, const struct lesson *lesson, const struct source *source, int first, int last);

/* Adds the quiz: its answers as a list with letters; then which are right, and why, folded. */
void prose_add_answers(struct text *out, const struct lesson *lesson, const struct source *source,
                       const struct quiz *quiz);
void prose_add_reasons(struct text *out, const struct lesson *lesson, const struct source *source,
                       const struct quiz *quiz);

/* The last line of the file that belongs to the quiz. */
int prose_quiz_end(const struct quiz *quiz);

#endif
