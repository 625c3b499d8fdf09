/*
 * diary.h: what the learner expected, and was wrong about.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_DIARY_H
#define SOCKRATES_TERMINAL_DIARY_H

#include "terminal/tutor.h"

/*
 * Says in a line or two what was expected wrongly in the open lesson.  *step becomes the one whose question is worth
 * asking once more; false when there is none, and nothing was said then.
 */
bool diary_show(struct tutor *tutor, size_t *step);

#endif
