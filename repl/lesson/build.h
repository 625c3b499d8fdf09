/*
 * build.h: from a lesson's text to its steps.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_BUILD_H
#define SOCKRATES_LESSON_BUILD_H

#include "lesson/lesson.h"

/*
 * Fills in tree, sections, steps, blocks and exercises of a lesson that has its path, its source and its
 * defaults.  `valid`: the source is known to be UTF-8.
 */
void lesson_build(struct lesson *lesson, bool valid, struct complaints *complaints);

#endif
