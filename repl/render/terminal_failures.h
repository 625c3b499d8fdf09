/*
 * terminal_failures.h: the calls of programs that failed, and what each means.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_TERMINAL_FAILURES_H
#define SOCKRATES_RENDER_TERMINAL_FAILURES_H

#include "render/look.h"
#include "session/outcome.h"

/*
 * Each call that failed, with the same advice that a learner's own call gets: who decided, what to try.  What a program
 * does that does not block, or that waits for an attempt that goes on, is no failure.
 */
void terminal_failures(struct text *out, const struct outcome *outcome, const struct findings *findings,
                       const struct look *look);

#endif
