/*
 * recorded.h: what stands for a result where a block cannot run.  Floor: lesson.
 *
 * A lesson holds results of its own: the output fence behind a block, its ladder in text.  `check` shows that they are
 * right wherever the block can run; elsewhere they are shown in its place, and said to be from somewhere else.
 */
#ifndef SOCKRATES_LESSON_RECORDED_H
#define SOCKRATES_LESSON_RECORDED_H

#include "base/text.h"
#include "lesson/lesson.h"

struct recorded {
    const char *text;   /* borrowed from the lesson; NULL: it has recorded nothing here */
    const char *ladder; /* its picture, whose columns count; NULL likewise */
};

/* What to show instead of the block's result. */
struct recorded recorded_of(const struct block *block);

/* Adds "Recorded on Linux 6.12 in a lab, 2025-11-28; not run here.", as the lesson's `recorded:` says it. */
void recorded_label(struct text *out, const struct lesson *lesson);

/* The same of packets, where the block ran and none were to be seen. */
void recorded_packets_label(struct text *out, const struct lesson *lesson);

#endif
