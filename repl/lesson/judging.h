/*
 * judging.h: what is said of a block that did not run as it should.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_JUDGING_H
#define SOCKRATES_LESSON_JUDGING_H

#include "lesson/block_run.h"

/* It failed, and this is why; takes over the message.  What failed first says more. */
void judging_fail(struct block_run *run, int line, char *message);

/* It is skipped, as this (enum block_need) is missing. */
void judging_skip(struct block_run *run, unsigned missing);

/* The same for what a program in another language needs besides: its compiler, and a private network. */
void judging_skip_program(struct block_run *run);

/* A program must compile whatever part it is, and the solution without a warning. */
void judging_compiler(struct block_run *run, const struct outcome *outcome);

/* A solution that was tried on bad days must have met them all, and pass. */
void judging_faults(struct block_run *run, const struct trial *trial);

#endif
