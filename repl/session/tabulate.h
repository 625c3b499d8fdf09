/*
 * tabulate.h: a value that is a list of rows, as a table.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_TABULATE_H
#define SOCKRATES_SESSION_TABULATE_H

#include "session/outcome.h"

#include <lua.h>

/*
 * Fills in the text of the value at the index, as inspect_value gives it, and the cells of a list of rows: plain lists
 * of one length, or records whose fields have names.  Never raises.
 */
void tabulate_value(struct outcome_value *value, lua_State *L, int index, int width);

#endif
