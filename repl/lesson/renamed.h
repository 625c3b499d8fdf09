/*
 * renamed.h: the lessons of a course in its next version.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_RENAMED_H
#define SOCKRATES_LESSON_RENAMED_H

#include "lesson/course.h"
#include "lesson/progress.h"

/*
 * What is known of a lesson that the course has no longer goes to the one that took its place: of the same name with
 * another number before it, "05-connect" for "04-connect", or of the same title.  One that was begun already keeps its
 * own.
 */
void renamed_follow(struct progress *progress, const struct course *course);

#endif
