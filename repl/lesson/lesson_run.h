/*
 * lesson_run.h: what came of a lesson that ran.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_LESSON_RUN_H
#define SOCKRATES_LESSON_LESSON_RUN_H

#include "lesson/block_run.h"
#include "session/code_language.h"

struct lesson_run {
    struct lesson *lesson;    /* borrowed */
    struct block_run *blocks; /* as many as lesson->block_count, in the same order */
    int64_t elapsed;
    size_t failed, passed, skipped;
    bool lab;                       /* in a private network; on the host's loopback otherwise */
    bool stopped;                   /* `stopping` said so before the lesson was through */
    char *unproved[CODE_LANGUAGES]; /* why its steps in that language were not tried, in words; NULL: they were */
};

/* What came of the block; NULL when the lesson did not run, or for no block of its own. */
struct block_run *lesson_run_block(const struct lesson_run *run, const struct block *block);

void lesson_runs_free(struct lesson_run *runs, size_t count);

#endif
