/*
 * program.h: exercises solved by a program in another language.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_PROGRAM_H
#define SOCKRATES_TERMINAL_PROGRAM_H

#include "terminal/tutor.h"

/*
 * Opens the exercise's file in the learner's editor; what was saved is built, runs in a fresh session, and is checked.
 * Where the exercise is solved in Lua, what was saved stands at the prompt, see editor.h.
 */
void program_edit(struct tutor *tutor);

#endif
