/*
 * verdict.h: whether what came of a block is as it should be.  Floor: lesson.
 *
 * Pure: a block and its outcome give a verdict.
 */
#ifndef SOCKRATES_LESSON_VERDICT_H
#define SOCKRATES_LESSON_VERDICT_H

#include "lesson/expect.h"
#include "lesson/lesson.h"
#include "session/outcome.h"

enum verdict_kind {
    VERDICT_PASSED,
    VERDICT_FAILED,
    VERDICT_SKIPPED, /* needs what is not here; `message` says what */
    VERDICT_NOT_RUN, /* ignored, or the session was gone before */
};

struct verdict {
    enum verdict_kind kind;
    int line;      /* in the lesson's file: the block's, or of the output line that differs */
    char *message; /* for failed and skipped: what was observed, what was expected; may have several lines */
};

/* Judges one block; wildcards' names live as long as the lesson.  The message is yours to free. */
struct verdict verdict_of(const struct block *block, const struct outcome *outcome, struct expect_names *names);

/*
 * Judges what a check of an exercise gave: it passes unless it raised an error, or returned false, or nil and
 * a message.  Else *observed says in words what the check saw; yours to free.
 */
bool verdict_of_check(const struct outcome *outcome, char **observed);

#endif
