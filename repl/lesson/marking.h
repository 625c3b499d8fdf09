/*
 * marking.h: answers of many people to exercises, run again.  Floor: lesson.
 *
 * Each runs in sessions of its own, as trial.h has it, with the exercise's checks, the hidden one included.  Several
 * processes take them in turn: one that dies takes nothing with it but the answer it was at.
 */
#ifndef SOCKRATES_LESSON_MARKING_H
#define SOCKRATES_LESSON_MARKING_H

#include "lesson/lesson.h"

enum marking_verdict {
    MARKING_NOT_RUN, /* stopped before */
    MARKING_PASSED,
    MARKING_FAILED,
    MARKING_SKIPPED, /* needs what is not here */
};

struct marking_task {
    const struct lesson *lesson;
    const struct exercise *exercise;
    const char *const *entries; /* what ran, each chunk going on with the one before */
    size_t entry_count;
    enum code_language language; /* a program is one entry */
    enum marking_verdict verdict;
    char *observed; /* yours to free: what a check saw; NULL when it passed */
};

struct marking_options {
    int jobs; /* answers at once; 0 for a good default */
    void *self;
    /* Told about twenty times a second; may be NULL. */
    void (*progress)(void *self, size_t done, size_t total);
    /* Polled; true ends it soon; may be NULL. */
    bool (*stopping)(void *self);
};

/* Fills in what came of each. */
void marking_run(struct marking_task *tasks, size_t count, const struct marking_options *options);

#endif
