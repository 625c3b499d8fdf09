/*
 * inspect.h: a value as a learner wants to see it.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_INSPECT_H
#define SOCKRATES_SESSION_INSPECT_H

#include "base/text.h"

#include <lua.h>
#include <stdbool.h>

/*
 * Adds the value as text: "hello" with quotes and escapes, {host = "::1", 5} with fields in order, each
 * table once.  Broken over lines when it is wider than `width` columns.  Never raises.
 */
void inspect_value(struct text *out, lua_State *L, int index, int width);

/* A table that shows its fields, not a text of its own. */
bool inspect_is_plain(lua_State *L, int index);

/* True for what may stand before = in a table, and behind a point: "port", not "end", "1st" or "a b". */
bool inspect_is_name(const char *text, size_t length);

#endif
