/*
 * html_fold.h: the folding tags that lessons use.  Floor: render.
 *
 * `<details><summary>Hint</summary>` and `</details>` stand in a lesson as raw HTML blocks.  They are read
 * and written anew, balanced: nothing of the raw text reaches the page but escaped.
 */
#ifndef SOCKRATES_RENDER_HTML_FOLD_H
#define SOCKRATES_RENDER_HTML_FOLD_H

#include "base/text.h"

#include <cmark.h>
#include <stdbool.h>

/* The details that are open, innermost last: the node inside which each was opened. */
struct html_folds {
    cmark_node **list;
    size_t count;
};

/* Writes the folding tags of a raw HTML block below `parent`; false when there is none in it. */
bool html_fold(struct html_folds *folds, struct text *out, const char *raw, cmark_node *parent);

/* Closes what was opened below `parent` and never closed. */
void html_fold_end(struct html_folds *folds, struct text *out, cmark_node *parent);

#endif
