/*
 * loop.h: turn by turn, what a learner types.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_LOOP_H
#define SOCKRATES_TERMINAL_LOOP_H

#include "terminal/tutor.h"

/* From the options to the end of the tutor's work. */
void loop_run(struct tutor *tutor);

#endif
