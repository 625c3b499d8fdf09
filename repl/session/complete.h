/*
 * complete.h: names a learner may be about to type.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_COMPLETE_H
#define SOCKRATES_SESSION_COMPLETE_H

#include <jansson.h>
#include <lua.h>

/*
 * For the text before the cursor: {"start": byte offset of the word, "names": [...]}.  Looks values up without
 * running any of the learner's code; methods after ':', fields after '.', globals and keywords otherwise.
 */
json_t *complete(lua_State *L, const char *text);

/* What the learner has defined: [{"name", "text"}], in order of the names. */
json_t *complete_variables(lua_State *L);

#endif
