/*
 * screen.h: the terminal as something to write on.  Floor: terminal.
 *
 * Finds out once what the terminal can do and how it shall look; the width is asked for anew before each
 * text, so that a resized window needs no signal.
 */
#ifndef SOCKRATES_TERMINAL_SCREEN_H
#define SOCKRATES_TERMINAL_SCREEN_H

#include "render/command_line.h"
#include "render/look.h"

#include <stdbool.h>

struct screen {
    struct look look;
    bool clever;       /* its cursor can be moved */
    bool cursor;       /* a line can be taken back: a terminal, not dumb, not for a screen reader */
    size_t column;     /* where the next character goes, as far as we wrote it */
    bool muted;        /* nothing is written */
    int height;        /* lines */
    int inset;         /* columns that are left free on either side */
    struct text *into; /* what is written goes there instead of to the terminal; NULL: to the terminal */
};

/* Reads the environment: NO_COLOR, TERM, locale, COLORFGBG.  Sets the locale. */
void screen_init(struct screen *screen, bool plain, enum look_theme theme);

/* Asks for the width: of the terminal, else COLUMNS, else 80. */
void screen_measure(struct screen *screen);

/* Writes the bytes as they are: cursor movements of our own. */
void screen_write(struct screen *screen, const char *text, size_t length);

/* Shows the text; nothing in it but colours is obeyed. */
void screen_add(struct screen *screen, const struct text *text);

/* The same, and frees the text. */
void screen_take(struct screen *screen, struct text *text);

/* A paragraph of our own, wrapped, in this style. */
void screen_say(struct screen *screen, enum style style, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Begins a line, unless at the beginning of one. */
void screen_fresh_line(struct screen *screen);

#endif
