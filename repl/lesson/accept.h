/*
 * accept.h: new outputs for old ones.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_ACCEPT_H
#define SOCKRATES_LESSON_ACCEPT_H

#include "lesson/run.h"

/* One output fence that was written anew. */
struct accepted {
    int line; /* of the fence */
    const struct block *block;
};

/*
 * The lesson's file with the observed output in each output fence that differs; nothing else changes, not a
 * byte.  Wildcards that still match stay.  Blocks that ended in another way than they should keep theirs.
 * NULL when nothing differs; *list (yours to free) and *count tell what was changed.
 */
char *accept_outputs(const struct lesson_run *run, size_t *length, struct accepted **list, size_t *count);

#endif
