/*
 * html_outcome.h: what came of a block, as HTML.  Floor: render.
 *
 * Pages are made again and again and must come out the same.  So where the lesson says that a text varies
 * (a wildcard in its expected output), the page says so too: it shows the wildcard's name in the place of
 * the number that happened to come.
 */
#ifndef SOCKRATES_RENDER_HTML_OUTCOME_H
#define SOCKRATES_RENDER_HTML_OUTCOME_H

#include "base/text.h"
#include "render/html_varying.h"
#include "session/outcome.h"

/* What was printed, the values, the error.  `expected` is the lesson's output fence, or NULL. */
void html_outcome(struct text *out, const struct outcome *outcome, const char *expected, struct html_varying *varying);

/* The lesson's output fence alone, for a block that was not run. */
void html_expected(struct text *out, const char *expected);

#endif
