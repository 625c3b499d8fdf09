/*
 * class_table.h: what the hand-ins of a class come to, as a table.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_CLASS_TABLE_H
#define SOCKRATES_RENDER_CLASS_TABLE_H

#include "base/text.h"
#include "lesson/class.h"

/*
 * RFC 4180, in UTF-8: a row for each hand-in under a heading.  No cell is a formula to a spreadsheet: one that would be
 * begins with an apostrophe.
 */
void class_csv(struct text *out, const struct class *class);

/* What class_csv() begins with. */
extern const char class_csv_begin[];

/* A page, see sheet.h: the class as a whole, what most got wrong, a row for each, who shares a record. */
void class_page(struct text *out, const struct class *class);

/* What is to be said of the record of a hand-in: "fine", "the chain breaks at entry 7". */
void class_add_state(struct text *out, const struct class_hand *hand);

#endif
