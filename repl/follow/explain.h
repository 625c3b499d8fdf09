/*
 * explain.h: why a program could not be started and followed, for people.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_EXPLAIN_H
#define SOCKRATES_FOLLOW_EXPLAIN_H

#include "base/status.h"

/* One or two sentences, yours to free; `found`: there is a file of that name. */
char *explain_start(struct status status, const char *program, bool found);

/* The exit status for it that shells have: 127 there is no such program, 126 it cannot be started. */
int explain_exit(struct status status, const char *program, bool found);

#endif
