/*
 * evaluate.h: a chunk of Lua in, an outcome out, in this process.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_EVALUATE_H
#define SOCKRATES_SESSION_EVALUATE_H

#include "session/evaluator.h"
#include "session/outcome.h"
#include "session/request.h"

/*
 * Evaluates.  An expression shows its value, top-level locals stay, and what may go on in the next line is
 * OUTCOME_INCOMPLETE.  The events are not taken from the ring: see first_event and last_event.
 * Never NULL, never raises.
 */
struct outcome *evaluate(struct evaluator *evaluator, const struct chunk *chunk);

/* What would come of it, as far as that can be seen without running it: OUTCOME_FINE, _INCOMPLETE or _ERROR. */
enum outcome_kind evaluate_nothing(struct evaluator *evaluator, const struct chunk *chunk);

/*
 * Runs a whole script as lua does: nothing is shown, nothing is kept.  The arguments stand in `arg` and
 * `...`.  The outcome has no values.
 */
struct outcome *evaluate_script(struct evaluator *evaluator, const struct chunk *script, int argc, char **argv);

#endif
