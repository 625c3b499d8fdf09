/*
 * trace.h: calls on standard error while a script runs.  Floor: terminal.
 *
 * A process of its own reads the ring that script and peers write, so that a call is shown however the script
 * ends, and the script itself pays next to nothing for it.
 */
#ifndef SOCKRATES_TERMINAL_TRACE_H
#define SOCKRATES_TERMINAL_TRACE_H

#include "render/look.h"
#include "trace/ring.h"

#include <stdbool.h>

/* How standard error may look. */
struct look trace_look(void);

/* Writes there what was made for that look: its colours stay, and nothing else is an order to the terminal. */
void trace_print(const struct text *text);

struct tracer;

/*
 * Before the ring has events: not one of them is left out, a script that is too fast waits.  What repeats is folded
 * unless `all`.  NULL when no process could be started.
 */
struct tracer *tracer_start(struct ring *ring, bool all);

/* Waits until everything is written; the end of this process does it as well. */
void tracer_stop(struct tracer *tracer);

#endif
