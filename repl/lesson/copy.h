/*
 * copy.h: a lesson's file as learners may have it.  Floor: lesson.
 *
 * Of an exam that is all but its solutions, wrong answers and hints.  A copy of a copy is the same again.
 */
#ifndef SOCKRATES_LESSON_COPY_H
#define SOCKRATES_LESSON_COPY_H

#include "base/text.h"
#include "lesson/lesson.h"

void copy_for_learners(struct text *out, const struct lesson *lesson);

/* The lesson as learners may have it: an exam becomes its copy, and is freed; any other stays what it is. */
struct lesson *copy_of_exam(struct lesson *lesson);

#endif
