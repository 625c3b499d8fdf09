/*
 * picture.h: the ladder or the chart that a lesson's file holds.  Floor: lesson.
 *
 * In characters, and the same in every run: no times, no ports that the kernel chose; what waits for nothing stands
 * where it always stands.
 */
#ifndef SOCKRATES_LESSON_PICTURE_H
#define SOCKRATES_LESSON_PICTURE_H

#include "lesson/lesson.h"
#include "session/outcome.h"

#define PICTURE_WIDTH 72

/* What the block's picture should be; yours to free.  NULL: it shows packets, and none were recorded. */
char *picture_of(const struct block *block, const struct outcome *outcome);

/* The block shows packets, and they were recorded when it ran. */
bool picture_is_whole(const struct block *block, const struct outcome *outcome);

/* The charts that the block shows: those that it asks for, and the one that it holds. */
unsigned picture_charts(const struct block *block);

#endif
