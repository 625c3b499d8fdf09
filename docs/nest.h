/*
 * nest.h: lists of lessons within lists.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_NEST_H
#define SOCKRATES_DOCS_NEST_H

#include "base/text.h"
#include "lesson/course.h"

/*
 * Goes from the last entry, at *depth, to where one at `wanted` begins; -1 is before the first and behind the last.  An
 * entry begins with <li> and leaves its end to this.  `open` begins the outermost list.
 */
void nest_to(struct text *out, int *depth, int wanted, const char *open);

/* Begins the entry of a group, or of a lesson that is to come. */
void nest_item(struct text *out, const struct course_item *item);

#endif
