/*
 * commands.h: what begins with a colon.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_COMMANDS_H
#define SOCKRATES_TERMINAL_COMMANDS_H

#include "terminal/tutor.h"

/* Runs the line after its colon. */
void commands_run(struct tutor *tutor, const char *line);

/* True when the line begins with the whole name of a command, behind its colon. */
bool commands_know(const char *line);

/* A line such as `s.connect?` asks for help; false when it is none. */
bool commands_take_question(struct tutor *tutor, const char *line);

#endif
