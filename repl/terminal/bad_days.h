/*
 * bad_days.h: what passed its check, tried with faults.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_BAD_DAYS_H
#define SOCKRATES_TERMINAL_BAD_DAYS_H

#include "terminal/tutor.h"

/*
 * The learner's answer to the open exercise again, with every fault that its check names, and a line for each: what it
 * does not bear is shown with its picture.  True when it passes, and where there are no faults; else *observed becomes
 * what was seen, yours to free.
 */
bool bad_days_pass(struct tutor *tutor, char **observed);

#endif
