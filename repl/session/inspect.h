/*
 * inspect.h: a value as a learner wants to see it.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_INSPECT_H
#define SOCKRATES_SESSION_INSPECT_H

#include "base/text.h"
#include "session/outcome.h"

#include <lua.h>

/*
 * Adds the value as text: "hello" with quotes and escapes, {host = "::1", 5} with fields in order, each
 * table once.  Broken over lines when it is wider than `width` columns.  Never raises.
 */
void inspect_value(struct text *out, lua_State *L, int index, int width);

/* Fills in text and, for a list of rows (tables of one length, or with the same fields), the cells. */
void inspect_outcome_value(struct outcome_value *value, lua_State *L, int index, int width);

#endif
