#include "lesson/judge.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdlib.h>

/* For one call of the learner's, where the check has no limit. */
#define LONGEST_CALL (10 * CLOCK_SECOND)

struct judge {
    struct session *learner;
    struct session *session; /* the check's own; NULL: there was nothing to judge */
    int64_t limit;           /* the moment at which the check's time is over */
    judge_stopping *stopping;
    void *self;
};

static json_t *ask_learner(void *self, json_t *question)
{
    struct judge *judge = self;
    int64_t left = judge->limit - clock_now();
    return session_ask_within(judge->learner, "remote", question, left > 0 ? left : 0);
}

static bool is_stopping(void *self)
{
    struct judge *judge = self;
    return judge->stopping != NULL && judge->stopping(judge->self);
}

static struct outcome *nothing_to_judge(void)
{
    struct outcome *outcome = outcome_new();
    outcome->kind = OUTCOME_ENDED;
    outcome->reason = memory_copy("The session has ended: nobody can say what happened in it.");
    return outcome;
}

struct judge *judge_begin(struct session *learner, const struct session_options *options, const struct chunk *check,
                          judge_stopping *stopping, void *self)
{
    struct judge *judge = memory_new(1, sizeof *judge);
    json_t *observed = session_ask_within(learner, "observed", NULL, LONGEST_CALL);
    struct chunk chunk = *check;
    chunk.check = true;
    chunk.time = check->time > 0 ? check->time : LONGEST_CALL;
    *judge = (struct judge){.learner = learner, .limit = clock_after(chunk.time), .stopping = stopping, .self = self};
    if (observed == NULL)
        return judge;
    judge->session = session_new(options);
    json_decref(session_ask_within(judge->session, "observe", observed, LONGEST_CALL));
    session_begin(judge->session, &chunk);
    return judge;
}

int judge_descriptor(const struct judge *judge)
{
    return judge->session ? session_descriptor(judge->session) : -1;
}

int64_t judge_deadline(const struct judge *judge)
{
    return judge->session ? session_deadline(judge->session) : clock_now();
}

struct outcome *judge_receive(struct judge *judge)
{
    const struct session_watcher watcher = {.self = judge, .stopping = is_stopping, .asked = ask_learner};
    return judge->session ? session_receive(judge->session, &watcher) : nothing_to_judge();
}

void judge_free(struct judge *judge)
{
    if (judge == NULL)
        return;
    session_free(judge->session);
    free(judge);
}

struct outcome *judge_hidden(struct session *learner, const struct session_options *options, const struct chunk *check,
                             struct judge_day *day, judge_stopping *stopping, void *self)
{
    json_t *observed = session_ask_within(learner, "observed", NULL, LONGEST_CALL);
    if (observed == NULL)
        return nothing_to_judge();
    struct session *session = session_new(options);
    json_decref(session_ask_within(session, "observe", observed, LONGEST_CALL));
    if (day != NULL)
        session_disturb(session, day->fault);
    int64_t time = check->time > 0 ? check->time : LONGEST_CALL;
    struct judge judge = {.learner = learner, .limit = clock_after(time), .stopping = stopping, .self = self};
    const struct session_watcher watcher = {.self = &judge, .stopping = is_stopping, .asked = ask_learner};
    struct chunk chunk = *check;
    chunk.check = true;
    chunk.time = time;
    struct outcome *outcome = session_evaluate(session, &chunk, &watcher);
    if (day != NULL)
        session_disturbed(session, &day->measure, &day->applied);
    session_free(session);
    return outcome;
}
