/*
 * ending.h: how a program ended, in words.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_ENDING_H
#define SOCKRATES_SESSION_ENDING_H

#include "session/outcome.h"
#include "session/workshop.h"

/*
 * An exit status other than 0 is an error of the outcome, "ExitStatus"; "Signal" and "Limit" are others, and "OSError"
 * for one that could not be started.  What the end owns is the outcome's from here on.
 */
void ending_take(struct outcome *outcome, struct workshop_end *end);

/* The error as checks see it: "ExitStatus: the program ended with status 1"; NULL without one.  Yours to free. */
char *ending_failure(const struct outcome *outcome);

#endif
