/*
 * about.h: what a course says of itself.  Floor: lesson.
 *
 * It stands in one place: in the front matter of SUMMARY.md, or in a file course.yml, in the same words.  That file
 * lies beside the lessons, or above them where their folder is called "lessons".
 */
#ifndef SOCKRATES_LESSON_ABOUT_H
#define SOCKRATES_LESSON_ABOUT_H

#include "base/text.h"
#include "lesson/course_keys.h"

/*
 * Reads it: `summary` is the text of SUMMARY.md, NULL without one.  False for a course that wants a newer Sockrates:
 * that is the only complaint then, for what else is strange about it the newer program knows.
 */
bool about_read(struct course_about *about, const char *folder, const struct text *summary,
                struct complaints *complaints);

/* What the course at this path says of itself; all of it NULL where there is none.  Free it with course_about_free().
 */
void course_about_read(struct course_about *about, const char *path);

/*
 * What keeps the course at this path apart from others, whatever its version and wherever it lies: yours to free.  It
 * is the `id` that it says; without one its title, if it says a version too; else where it lies.
 */
char *course_identity(const char *path);

/* The file beside or above the lessons that may say it, whether it is there or not; yours to free. */
char *about_file(const char *folder);

#endif
