/*
 * duration.h: times as authors write them.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_DURATION_H
#define SOCKRATES_LESSON_DURATION_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads "2s", "200ms", "0.5s", "10us", "1min" into nanoseconds and sets *rest to what follows.  False when
 * the text does not begin so, or when the time is negative or longer than a day.
 */
bool duration_read(const char *text, int64_t *nanoseconds, const char **rest);

/* Adds the time as a person says it, with about three digits: "0.51 s", "12 ms", "35 us". */
void duration_add(struct text *text, int64_t nanoseconds);

#endif
