/*
 * learner.h: the learner's session behind a notebook, and what ran in it last.  Floor: kernel.
 *
 * A session that has ended is replaced before the next cell runs.
 */
#ifndef SOCKRATES_KERNEL_LEARNER_H
#define SOCKRATES_KERNEL_LEARNER_H

#include "base/manual.h"
#include "session/session.h"

struct learner {
    struct session_options options;
    struct session *session;
    bool used;            /* something ran in it */
    struct outcome *last; /* what came of the last chunk of this session; NULL: none yet */
    char *source;         /* its code */
    struct manual *manual;
    unsigned pictures; /* so many were shown */
};

void learner_begin(struct learner *learner);
void learner_end(struct learner *learner);

/* A session that is alive: a fresh one when there is none. */
struct session *learner_session(struct learner *learner);

/* From here on in a private network, or on the loopback: a fresh session, unless it is there already. */
void learner_move(struct learner *learner, bool lab);

/* Keeps what came of a chunk, with a copy of its code. */
void learner_keep(struct learner *learner, struct outcome *outcome, const char *source, size_t length);

/* What ran last, with what peers have done since; NULL: nothing ran. */
const struct outcome *learner_last(struct learner *learner);

#endif
