/*
 * highlight.h: source code as spans of style.  Floor: render.
 *
 * A tokenizer that is good enough to colour with: it never fails, gives back every byte once and in order,
 * and keeps nothing but where it is.  Terminal and site use the same one.
 */
#ifndef SOCKRATES_RENDER_HIGHLIGHT_H
#define SOCKRATES_RENDER_HIGHLIGHT_H

#include "render/look.h"

#include <stdbool.h>
#include <stddef.h>

struct highlight_language;

struct highlight {
    const struct highlight_language *language; /* NULL: everything is STYLE_TEXT */
    const char *at, *end;
};

struct highlight_span {
    const char *text; /* borrowed from the code */
    size_t length;
    enum style style; /* STYLE_TEXT, or one from STYLE_KEYWORD to STYLE_NAME */
};

/* `language` is what a fence's first word may be: "lua", "py", "sh", ...; any other leaves all as it is. */
struct highlight highlight_begin(const char *language, const char *code, size_t length);

/* The next span; false at the end. */
bool highlight_next(struct highlight *highlight, struct highlight_span *span);

#endif
