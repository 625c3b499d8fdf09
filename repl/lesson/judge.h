/*
 * judge.h: hidden checks.  Floor: lesson.
 *
 * A hidden check runs in a session of its own, in a process that the learner's code was never in, so that nobody can
 * read it.  What it judges comes as plain data; names that it does not know are asked of the learner's session.
 */
#ifndef SOCKRATES_LESSON_JUDGE_H
#define SOCKRATES_LESSON_JUDGE_H

#include "session/session.h"

/* Polled while it runs; true ends it.  NULL: nothing does. */
typedef bool judge_stopping(void *self);

/*
 * What came of the check, which looks at what ran in the learner's idle session.  Never NULL; free with outcome_free().
 */
struct outcome *judge_hidden(struct session *learner, const struct session_options *options, const struct chunk *check,
                             judge_stopping *stopping, void *self);

#endif
