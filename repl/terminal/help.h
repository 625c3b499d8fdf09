/*
 * help.h: :help, in the tutor and in a shell.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_HELP_H
#define SOCKRATES_TERMINAL_HELP_H

#include "terminal/tutor.h"

/* The commands, on one screen; or what is known under a name. */
void help_show(struct tutor *tutor, const char *name);

/* `sockrates help NAME`; 2 when nothing is known. */
int help_print(const char *name);

#endif
