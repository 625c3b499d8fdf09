/*
 * lesson_keys.h: what the front matter of a lesson may say.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_LESSON_KEYS_H
#define SOCKRATES_LESSON_LESSON_KEYS_H

#include "lesson/front_matter.h"

/* Of a struct lesson. */
extern const struct front_keys lesson_keys;

#endif
