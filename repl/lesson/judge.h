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

/* A bad day in the check's own session: which, NULL for one that is measured; then what happened there. */
struct judge_day {
    const struct fault_run *fault;
    struct fault_measure measure;
    uint64_t applied;
};

/*
 * What came of the check, which looks at what ran in the learner's idle session.  What it starts itself has its bad day
 * as well; NULL for none.  Never NULL; free with outcome_free().
 */
struct outcome *judge_hidden(struct session *learner, const struct session_options *options, const struct chunk *check,
                             struct judge_day *day, judge_stopping *stopping, void *self);

/* The same in steps, for a front with other things to do: see session_begin(). */
struct judge;
struct judge *judge_begin(struct session *learner, const struct session_options *options, const struct chunk *check,
                          judge_stopping *stopping, void *self);
int judge_descriptor(const struct judge *judge);
int64_t judge_deadline(const struct judge *judge);

/* NULL while the check goes on. */
struct outcome *judge_receive(struct judge *judge);
void judge_free(struct judge *judge);

#endif
