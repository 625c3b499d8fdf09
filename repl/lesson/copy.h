/*
 * copy.h: a lesson as learners may have it.  Floor: lesson.
 *
 * Of an exam that is all but its solutions, wrong answers, hints, and which answers to questions are right.  A copy of
 * a copy is the same again.
 */
#ifndef SOCKRATES_LESSON_COPY_H
#define SOCKRATES_LESSON_COPY_H

#include "base/text.h"
#include "lesson/lesson.h"

void copy_for_learners(struct text *out, const struct lesson *lesson);

/* The same for the tree of a lesson that is to be shown: what is left out is set aside.  It has run before. */
void copy_cut(struct lesson *lesson);

#endif
