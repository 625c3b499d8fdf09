/*
 * front_matter.h: the flat YAML at the head of a lesson.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_FRONT_MATTER_H
#define SOCKRATES_LESSON_FRONT_MATTER_H

#include "lesson/lesson.h"
#include "lesson/source.h"

/*
 * How many lines of the file are front matter: from a first line `---` to the next `---`, both included.
 * 0 when there is none.
 */
int front_matter_lines(const struct source *source);

/* Reads those lines into the lesson: title, summary, minutes, goals and their like. */
void front_matter_read(struct lesson *lesson, const struct source *source, int lines, struct complaints *complaints);

#endif
