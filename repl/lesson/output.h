/*
 * output.h: whose output a fence holds.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_OUTPUT_H
#define SOCKRATES_LESSON_OUTPUT_H

#include "lesson/lesson.h"

/* The block that the output fence stands behind, or NULL; what it gave and its picture may both stand there. */
struct block *output_owner(cmark_node *fence);

#endif
