/*
 * remote.h: another session's globals.  Floor: session.
 *
 * A hidden check runs in a process that the learner's code was never in.  It may still look at the learner's variables
 * and call the learner's functions: what it finds under a name is asked of the learner's session, through the front.
 */
#ifndef SOCKRATES_SESSION_REMOTE_H
#define SOCKRATES_SESSION_REMOTE_H

#include <jansson.h>
#include <lua.h>

/* Asks the other session, and waits; a new reference, NULL when there is none any more. */
typedef json_t *remote_ask(void *self, const json_t *question);

/* From here on unknown globals are those of the other session. */
void remote_install(lua_State *L, remote_ask *ask, void *self);

/* Pushes something that the other session keeps, for plain_push(). */
void remote_push(lua_State *L, const json_t *value);

/* The other end: what the question asks for.  Runs the learner's code; protected, never raises. */
json_t *remote_answer(lua_State *L, const json_t *question);

#endif
