/*
 * loop.h: turn by turn, what a learner types.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_LOOP_H
#define SOCKRATES_TERMINAL_LOOP_H

#include "terminal/tutor.h"

/* From the options to the end of the tutor's work. */
void loop_run(struct tutor *tutor);

/* The parts of it: what a tutor needs; turns until it is to quit; and all of it freed. */
void loop_begin(struct tutor *tutor);
void loop_turns(struct tutor *tutor);
void loop_end(struct tutor *tutor);

#endif
