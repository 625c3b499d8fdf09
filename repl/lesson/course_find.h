/*
 * course_find.h: a lesson by what people call it.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_COURSE_FIND_H
#define SOCKRATES_LESSON_COURSE_FIND_H

#include "lesson/course.h"

/*
 * The lesson that a person means by "4", its place in the list, by "04", "04-connect", "connect", its title, a path, or
 * by the beginning of one of these when only one lesson begins so; -1 when there is none.
 */
int course_find(const struct course *course, const char *word);

/* "04-connect" without its number: "connect", within the name. */
const char *course_bare_name(const char *name);

/* The name of the lesson that was probably meant when course_find() found none; NULL when none is near. */
const char *course_nearest(const struct course *course, const char *word);

#endif
