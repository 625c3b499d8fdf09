/*
 * ladder_text.h: the ladder in characters.  Floor: views.
 *
 *     you                              echo
 *      |                                |
 *      | send() = 5 ---- "hello" -----> | recv() = 5
 */
#ifndef SOCKRATES_VIEWS_LADDER_TEXT_H
#define SOCKRATES_VIEWS_LADDER_TEXT_H

#include "views/ladder_words.h"

enum ladder_style {
    LADDER_STYLE_NAME,
    LADDER_STYLE_LINE, /* lanes and arrows */
    LADDER_STYLE_CALL,
    LADDER_STYLE_FAILED,
    LADDER_STYLE_NOTED,
    LADDER_STYLE_STATE,
    LADDER_STYLE_DATA,
    LADDER_STYLE_QUIET, /* times, gaps */
    LADDER_STYLES,
};

struct ladder_paper {
    int width;                     /* columns; lanes that find no room become sentences */
    bool unicode;                  /* more than ASCII allowed */
    bool times;                    /* a column of times, where there is room */
    bool normal;                   /* the same words in every run: what lessons record */
    bool words;                    /* sentences, for a screen reader */
    const char *on[LADDER_STYLES]; /* begins a style; NULL for nothing */
    const char *off;
};

void ladder_text(struct text *out, const struct ladder *ladder, const struct ladder_paper *paper);

/* Without Unicode an ellipsis is three dots, and every other character becomes a question mark. */
void ladder_to_ascii(struct text *text);

/* What finds no room ends in `more`. */
void ladder_shorten(struct text *text, size_t columns, const char *more);

#endif
