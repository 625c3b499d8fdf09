/*
 * needs.h: what of a block's needs= is here.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_NEEDS_H
#define SOCKRATES_LESSON_NEEDS_H

#include "base/text.h"
#include "lesson/lesson.h"

/* What the lesson and its blocks need together. */
unsigned needs_of(const struct lesson *lesson);

/* Those of `needs` (enum block_need) that this machine cannot give; asks it anew each time. */
unsigned needs_missing(unsigned needs);

/* Adds "Needs raw sockets: …" for each of `missing`: what is not here and what to do about it. */
void needs_explain(struct text *text, unsigned missing);

/* True when the lesson asks for a private network, whether one can be made or not. */
bool needs_want_lab(const struct lesson *lesson);

/* True when the lesson's session is to be in a private network: it asks for one, and one can be made. */
bool needs_use_lab(const struct lesson *lesson);

#endif
