/*
 * habits.h: Lua's own errors, and habits brought from Python.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_HABITS_H
#define SOCKRATES_RENDER_HABITS_H

#include "session/outcome.h"

#include <stdbool.h>

/*
 * What to type instead, also of a chunk that Lua takes for one that may go on, or that gave nothing; with the
 * learner's own names in it: *seen and *attempt are yours to free.  False, and both untouched, when nothing
 * is recognised.  `source` may be NULL.
 */
bool habits_advice(char **seen, char **attempt, const struct outcome *outcome, const char *source);

#endif
