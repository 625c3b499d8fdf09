/*
 * editor.h: the learner's own editor.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_EDITOR_H
#define SOCKRATES_TERMINAL_EDITOR_H

#include "terminal/tutor.h"

/*
 * Opens the exercise's code, or what was typed last, in $VISUAL, $EDITOR or an editor that is there.  What
 * was saved stands at the prompt afterwards.
 */
void editor_open(struct tutor *tutor);

/* Opens this file; false when the editor did not end well, which was said. */
bool editor_run(struct tutor *tutor, const char *path);

#endif
