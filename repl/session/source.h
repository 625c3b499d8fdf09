/*
 * source.h: making a chunk out of what a learner types.  Floor: session.
 *
 * Pure text to text, every line stays where it is:
 *   - `local` at the top level is blanked, so that the next line still knows the name;
 *   - `return` is put before the last statement if that is an expression, so that its value shows.
 */
#ifndef SOCKRATES_SESSION_SOURCE_H
#define SOCKRATES_SESSION_SOURCE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Adds the chunk with its top-level locals made global.  `local x <close>` stays as it is: it closes at
 * the end of the chunk.
 */
void source_globalize(struct text *out, const char *chunk, size_t length);

/*
 * Where "return " may be put to show the value of the last statement: byte offsets, from the last to the
 * first, at most `room` of them.  Whether the result compiles must be tried.
 *
 * A line that begins with a bracket or a string goes on with the line before it, if it can: `bold` takes it for
 * a statement, which is right only for a chunk that does not compile as it is.
 */
size_t source_last_statements(const char *chunk, size_t length, bool bold, size_t *offsets, size_t room);

/* True when it is a whole chunk of Lua. */
bool source_parses(const char *chunk, size_t length);

#endif
