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
    int width;    /* columns */
    bool colour;  /* escape sequences allowed */
    bool unicode; /* more than ASCII allowed */
    bool light;   /* the background is light */
    bool plain;   /* for a screen reader: no ornaments, words instead of signs */
};

enum style {
    STYLE_TEXT,
    STYLE_TITLE,
    STYLE_HEADING,
    STYLE_STRONG,
    STYLE_EMPHASIS,
    STYLE_CODE, /* code in prose */
    STYLE_LINK,
    STYLE_QUIET, /* secondary: line numbers, hints what to press */
    STYLE_PROMPT,
    STYLE_VALUE,
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

/* Prose is never wider than this, however wide the window. */
#define LOOK_MEASURE 88

/*
 * The escape sequence that begins or ends the style, "" without colour.  Ending one style ends them all:
 * whoever nests styles begins the outer one again.
 */
const char *look_on(const struct look *look, enum style style);
const char *look_off(const struct look *look, enum style style);

void look_add(struct text *out, const struct look *look, enum style style, const char *text);

/*
 * Adds text from outside as it may be shown: control characters become visible, and without Unicode
 * typographic signs become their ASCII fellows and every other character \u{...}.
 */
void look_add_visible(struct text *out, const struct look *look, const char *bytes, size_t length);

/* The same for what stands in one line, and the columns that it takes there, which may be more than it has. */
void look_add_name(struct text *out, const struct look *look, const char *name);
size_t look_name_columns(const struct look *look, const char *name);

/*
 * Adds the text, words wrapped to the look's width or LOOK_MEASURE; the first line after `first`, the others
 * after `rest` (hanging indent).  A newline in the text begins a line.  Escape sequences take no columns and
 * do not spill into `rest`; words longer than a line are broken.
 */
void look_wrap(struct text *out, const struct look *look, const char *first, const char *rest, const char *text);

/* Words from outside in this style, every line after the margin; nothing for NULL. */
void look_wrap_styled(struct text *out, const struct look *look, enum style style, const char *margin,
                      const char *words);

/* The same for text whose spaces count (code, values): only lines wider than the window are broken. */
void look_break(struct text *out, const struct look *look, const char *first, const char *rest, const char *text);

/* The columns a text takes, its escape sequences not counted. */
size_t look_columns(const char *text);

#endif
