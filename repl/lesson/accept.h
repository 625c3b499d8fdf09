/*
 * accept.h: new outputs for old ones.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_ACCEPT_H
#define SOCKRATES_LESSON_ACCEPT_H

#include "lesson/run.h"

/* One output fence that was written anew, or would have to be. */
struct accepted {
    int line; /* of the fence */
    const struct block *block;
    const char *refused; /* why what came cannot be written so that it passes; NULL: it was written */
};

/* True when a block of the run shows something else than its fences say, so that it is worth a second run. */
bool accept_wants(const struct lesson_run *run);

/*
 * The lesson's file with the observed output in each output fence that differs; nothing else changes, not a
 * byte.  Wildcards that still match stay.  Blocks that ended in another way than they should keep theirs.
 * What is written passes when it is read again, also with what came of the second run; NULL for no second run.  NULL
 * when nothing is to be written; *list (yours to free) and *count tell what was changed or refused.
 */
char *accept_outputs(const struct lesson_run *run, const struct lesson_run *again, size_t *length,
                     struct accepted **list, size_t *count);

#endif
