/*
 * judging.h: what is said of a block that did not run as it should.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_JUDGING_H
#define SOCKRATES_LESSON_JUDGING_H

#include "lesson/block_run.h"
#include "session/code_language.h"

/* It failed, and this is why; takes over the message.  What failed first says more. */
void judging_fail(struct block_run *run, int line, char *message);

/* Nothing ran yet; what needs something of `missing` (enum block_need), a compiler or a network is skipped.  Yours to
 * free. */
struct block_run *judging_begin(const struct lesson *lesson, unsigned missing);

/* Why steps in that language were not tried: they lack that, or its tool; yours to free. */
char *judging_unproved(enum code_language language, unsigned lacks);

/* A program must compile whatever part it is, and the solution without a warning. */
void judging_compiler(struct block_run *run, const struct outcome *outcome);

/* A solution that was tried on bad days must have met them all, and pass. */
void judging_faults(struct block_run *run, const struct trial *trial);

#endif
