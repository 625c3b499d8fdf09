/*
 * answer.h: what the learner wrote, for a check to call.  Floor: session.
 *
 * `answer.NAME` is the learner's function of that name or, where they wrote a program in another language, that
 * program; so one check judges all languages.  It is called with the same arguments and tells the same of what came of
 * it, and a server is started, talked to and ended in the same way.
 */
#ifndef SOCKRATES_SESSION_ANSWER_H
#define SOCKRATES_SESSION_ANSWER_H

#include "session/evaluator.h"

#include <lua.h>

/* Pushes `answer`.  The evaluator must live as long as the state. */
void answer_push(lua_State *L, struct evaluator *evaluator);

/* Ends the program that the check has left running, if any. */
void answer_end(const struct evaluator *evaluator);

#endif
