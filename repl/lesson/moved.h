/*
 * moved.h: the steps of a lesson in its next version.  Floor: lesson.
 *
 * Progress is kept by the number of a step.  Beside it is kept what the steps were; when a lesson is opened in another
 * version, each is found again: by the id of its block, else by what it says, else by its heading.
 */
#ifndef SOCKRATES_LESSON_MOVED_H
#define SOCKRATES_LESSON_MOVED_H

#include "lesson/lesson.h"

#include <jansson.h>

#define MOVED_AWAY SIZE_MAX

/* What the steps of the lesson are found by, [[heading, id, words]...]; a new reference. */
json_t *moved_marks(const struct lesson *lesson);

/*
 * For each step of the old marks its number now, or MOVED_AWAY; no number twice.  The array is yours to free, and has
 * one element at least.
 */
size_t *moved_map(const json_t *old, const json_t *now);

/* The number now of the place `step` of `count` old steps: where it is gone, the next that is there. */
size_t moved_place(const size_t *map, size_t count, size_t step, size_t count_now);

#endif
