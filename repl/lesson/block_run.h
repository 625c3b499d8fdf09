/*
 * block_run.h: what came of one block.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_BLOCK_RUN_H
#define SOCKRATES_LESSON_BLOCK_RUN_H

#include "lesson/verdict.h"

struct trial;

struct block_run {
    const struct block *block;
    struct outcome *outcome; /* NULL when it did not run */
    struct verdict verdict;
    struct trial *trial; /* of an exercise's check: the solution on bad days; NULL when it was not tried on any */
    struct verdict
        twins[CODE_LANGUAGES]; /* of the same step in other languages; one that failed is in `verdict`, too */
};

#endif
