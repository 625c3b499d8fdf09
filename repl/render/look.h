/*
 * look.h: how a text may look.  Floor: render.
 *
 * Everything that renders takes a struct look and asks nothing else: no environment, no terminal.  Looks are
 * a table of styles; a renderer names the style and never a colour.
 */
#ifndef SOCKRATES_RENDER_LOOK_H
#define SOCKRATES_RENDER_LOOK_H

#include "base/text.h"

#include <stdbool.h>

struct look {
    int width;   /* columns */
    bool colour; /* escape sequences allowed */
    bool unicode; /* more than ASCII allowed */
    bool light;  /* the background is light */
    bool plain;  /* for a screen reader: no ornaments, words instead of signs */
};

enum style {
    STYLE_TEXT,
    STYLE_TITLE,
    STYLE_HEADING,
    STYLE_STRONG,
    STYLE_EMPHASIS,
    STYLE_CODE,    /* code in prose */
    STYLE_LINK,
    STYLE_QUIET,   /* secondary: line numbers, hints what to press */
    STYLE_PROMPT,
    STYLE_VALUE,
    STYLE_OUTPUT,
    STYLE_ERROR,
    STYLE_ADVICE,
    STYLE_RIGHT,
    STYLE_WRONG,
    STYLE_KEYWORD, /* in highlighted code */
    STYLE_STRING,
    STYLE_NUMBER,
    STYLE_COMMENT,
    STYLE_NAME,
    STYLE_COUNT
};

/* The escape sequence that begins or ends the style, "" without colour. */
const char *look_on(const struct look *look, enum style style);
const char *look_off(const struct look *look, enum style style);

void look_add(struct text *out, const struct look *look, enum style style, const char *text);

/*
 * Adds the text, words wrapped to the look's width; the first line after `first`, the others after `rest`
 * (hanging indent).  Escape sequences take no columns; words longer than a line are broken.
 */
void look_wrap(struct text *out, const struct look *look, const char *first, const char *rest, const char *text);

#endif
