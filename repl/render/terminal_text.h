/*
 * terminal_text.h: Markdown and code for a terminal.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_TERMINAL_TEXT_H
#define SOCKRATES_RENDER_TERMINAL_TEXT_H

#include "render/look.h"

#include <cmark.h>

/* Renders the sibling nodes first..last (both NULL: nothing).  Ends in a newline unless nothing was added. */
void terminal_markdown(struct text *out, cmark_node *first, cmark_node *last, const struct look *look);

/* The same with every line after a margin: `first` before the first line, `rest` before the others. */
void terminal_markdown_within(struct text *out, cmark_node *first_node, cmark_node *last_node, const char *first,
                              const char *rest, const struct look *look);

/*
 * Source code, highlighted; `language` is a fence's first word.  Each line after a margin, as look_break()
 * does it.
 */
void terminal_code(struct text *out, const char *language, const char *code, const char *first, const char *rest,
                   const struct look *look);

#endif
