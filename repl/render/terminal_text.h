/*
 * terminal_text.h: Markdown and outcomes for a terminal.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_TERMINAL_TEXT_H
#define SOCKRATES_RENDER_TERMINAL_TEXT_H

#include "render/look.h"
#include "session/outcome.h"

#include <cmark.h>

/* Renders the sibling nodes first..last (both NULL: nothing).  Ends in a newline unless nothing was added. */
void terminal_markdown(struct text *out, cmark_node *first, cmark_node *last, const struct look *look);

/* Source code, highlighted; `language` is a fence's first word. */
void terminal_code(struct text *out, const char *language, const char *code, const struct look *look);

/* Values, then the error with its advice, or the reason why the session ended.  Not what was printed. */
void terminal_outcome(struct text *out, const struct outcome *outcome, const struct look *look);

#endif
