/*
 * output.h: what stands behind a block and belongs to it.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_OUTPUT_H
#define SOCKRATES_LESSON_OUTPUT_H

#include "lesson/lesson.h"

/* True for what it gave, its picture and its twins. */
bool output_is_of(const struct block *block, cmark_node *fence);

/* The block that the fence stands directly behind, or NULL; what belongs to the block may stand between. */
struct block *output_owner(cmark_node *fence);

#endif
