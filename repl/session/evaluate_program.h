/*
 * evaluate_program.h: a program in another language in, an outcome out.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_EVALUATE_PROGRAM_H
#define SOCKRATES_SESSION_EVALUATE_PROGRAM_H

#include "session/evaluator.h"
#include "session/outcome.h"
#include "session/request.h"

/*
 * Builds and runs it with the session's arguments; where those say that it is not to run, a check starts it.  Its
 * socket calls are those of the learner, its output is printed. An exit status other than 0 is an error, "ExitStatus";
 * "CompileError", "Signal" and "Limit" are others.  What the compiler says stands in the outcome.  Never NULL, never
 * raises.
 */
struct outcome *evaluate_program(struct evaluator *evaluator, const struct chunk *chunk);

#endif
