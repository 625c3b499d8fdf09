/*
 * terminal_outcome.h: what came of a chunk, for a terminal.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_TERMINAL_OUTCOME_H
#define SOCKRATES_RENDER_TERMINAL_OUTCOME_H

#include "render/look.h"
#include "session/outcome.h"

/*
 * Values, then the error with its advice, or the reason why the session ended.  Not what was printed.
 * `source` is the chunk's text, or NULL: advice quotes the learner's own names from it.
 */
void terminal_outcome(struct text *out, const struct outcome *outcome, const char *source, const struct look *look);

/* The same without advice, which might tell what a lesson asks next. */
void terminal_result(struct text *out, const struct outcome *outcome, const struct look *look);

/*
 * What to do instead: after an error, of a chunk that is not complete, of one that gave nothing.  False, and
 * nothing added, when there is nothing to say.
 */
bool terminal_advice(struct text *out, const struct outcome *outcome, const char *source, const struct look *look);

/* The answer to :why: who decided, what was seen, what to try, and the calls that were made. */
void terminal_why(struct text *out, const struct outcome *outcome, const char *source, const struct look *look);

/* A list of rows as an aligned table; as one record after another where the window is too narrow. */
void terminal_table(struct text *out, const struct outcome_value *table, const struct look *look);

/* "echo: hello", "server failed: ..." with its traceback: what a peer of this name said. */
void terminal_note(struct text *out, const struct note *note, const char *name, const struct look *look);

#endif
