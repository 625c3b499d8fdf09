/*
 * needs.h: what of a block's needs= is here.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_NEEDS_H
#define SOCKRATES_LESSON_NEEDS_H

#include "base/text.h"

/* Those of `needs` (enum block_need) that this machine cannot give; asks it anew each time. */
unsigned needs_missing(unsigned needs);

/* Adds "Needs raw sockets: …" for each of `missing`: what is not here and what to do about it. */
void needs_explain(struct text *text, unsigned missing);

#endif
