#include "kernel/learner.h"

#include "base/memory.h"

#include <stdlib.h>

static void forget(struct learner *learner)
{
    outcome_free(learner->last);
    free(learner->source);
    learner->last = NULL;
    learner->source = NULL;
    learner->used = false;
}

void learner_begin(struct learner *learner)
{
    learner->session = session_new(&learner->options);
    learner->manual = manual_new(NULL);
}

void learner_end(struct learner *learner)
{
    forget(learner);
    session_free(learner->session);
    manual_free(learner->manual);
    learner->session = NULL;
}

static void renew(struct learner *learner)
{
    forget(learner);
    session_free(learner->session);
    learner->session = session_new(&learner->options);
}

struct session *learner_session(struct learner *learner)
{
    if (!session_alive(learner->session))
        renew(learner);
    return learner->session;
}

void learner_move(struct learner *learner, bool lab)
{
    if (learner->options.lab == lab && session_alive(learner->session))
        return;
    learner->options.lab = lab;
    renew(learner);
}

void learner_keep(struct learner *learner, struct outcome *outcome, const char *source, size_t length)
{
    forget(learner);
    learner->last = outcome;
    learner->source = memory_copy_bytes(source, length);
    learner->used = true;
}

const struct outcome *learner_last(struct learner *learner)
{
    if (learner->last != NULL)
        session_catch_up(learner->session, learner->last);
    return learner->last;
}
