/*
 * bundle.h: results in several forms, of which a notebook takes the best that it can show.  Floor: render.
 *
 * Objects of JSON, new references: {"text/plain": ..., "text/html": ...}.
 */
#ifndef SOCKRATES_RENDER_BUNDLE_H
#define SOCKRATES_RENDER_BUNDLE_H

#include "render/look.h"
#include "session/outcome.h"
#include "views/call_list.h"
#include "views/chart.h"
#include "views/ladder.h"

#include <jansson.h>

/* How texts of a notebook look: without colours where there is another form, with them where there is none. */
extern const struct look bundle_plain, bundle_coloured;

/* One of a text that has been written; takes the text. */
json_t *bundle_text(struct text *text);

/* What peers said meanwhile, as lines of text. */
void bundle_add_notes(struct text *text, const struct outcome *outcome);

/* The values; NULL when there are none. */
json_t *bundle_values(const struct outcome *outcome);

/* A list of rows as a table. */
json_t *bundle_table(const struct outcome_value *table);

/* A chart, by the number of its picture; in words where there is nothing to draw. */
json_t *bundle_chart(const struct outcome *outcome, enum chart_kind kind, unsigned number);

/* The picture, by its number; NULL when nothing passed between two, and nothing is shown then unless `always`. */
json_t *bundle_ladder(const struct outcome *outcome, const struct ladder_options *options, unsigned number,
                      bool always);

/* The list of system calls; NULL when there were none. */
json_t *bundle_calls(const struct outcome *outcome, const struct call_list_options *options);

/* The picture of the packets of a private network. */
json_t *bundle_packets(const struct outcome *outcome);

/* Markdown, and the same for a terminal. */
json_t *bundle_markdown(const struct text *markdown);

/* What went wrong: {"ename", "evalue", "traceback"}, with advice; `source` is the code that did. */
json_t *bundle_error(const struct outcome *outcome, const char *source);

/* The same for what is wrong without any outcome; its words as one sentence or more. */
json_t *bundle_fault(const char *name, const char *words);

#endif
