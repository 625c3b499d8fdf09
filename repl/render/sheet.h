/*
 * sheet.h: a page that stands alone.  Floor: render.
 *
 * One file with its look in it, for light and dark; it loads nothing and runs nothing.
 */
#ifndef SOCKRATES_RENDER_SHEET_H
#define SOCKRATES_RENDER_SHEET_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What every sheet holds, so that one may replace another. */
extern const char sheet_mark[];

/* Up to its heading, which is `title`; `wide` for a table as wide as the window. */
void sheet_begin(struct text *out, const char *title, bool wide);
void sheet_end(struct text *out);

/* Around what may be wider than the page: it is scrolled by itself, by keys too.  The label says what it is. */
void sheet_begin_wide(struct text *out, const char *label);
void sheet_end_wide(struct text *out);

/* A table around which that stands: up to its first row below these headings, and from its last one on. */
void sheet_begin_table(struct text *out, const char *label, const char *const *headings, size_t count);
void sheet_end_table(struct text *out);

/* "2026-11-28 14:05"; seconds since 1970, and so many before UTC. */
void sheet_add_time(struct text *out, int64_t seconds, int64_t zone);

/* A time spent: "3 min", "1 h 20 min". */
void sheet_add_spent(struct text *out, int64_t seconds);

#endif
