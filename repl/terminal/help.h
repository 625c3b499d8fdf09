/*
 * help.h: :help.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_HELP_H
#define SOCKRATES_TERMINAL_HELP_H

#include "terminal/tutor.h"

/* The commands, on one screen; or what is known under a name. */
void help_show(struct tutor *tutor, const char *name);

#endif
