/*
 * present.h: `sockrates learn --present`, a lesson for a room.  Floor: terminal.
 *
 * A screen a step, and a key for everything: what the tutor shows a learner line by line, shown to many at once.
 * Nothing runs that no key was pressed for, and nothing is kept of it.
 */
#ifndef SOCKRATES_TERMINAL_PRESENT_H
#define SOCKRATES_TERMINAL_PRESENT_H

#include "terminal/tutor.h"

/* The lessons that the words name, one after the other; none: all of the course.  The exit status. */
int present_run(struct tutor *tutor, char **words);

#endif
