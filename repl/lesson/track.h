/*
 * track.h: one session of a lesson that is run: its turns, and what came of them.  Floor: lesson.
 *
 * A lesson has several tracks (plan.h).  Whoever runs them gives each its session, and each outcome to the turn.
 */
#ifndef SOCKRATES_LESSON_TRACK_H
#define SOCKRATES_LESSON_TRACK_H

#include "lesson/lesson_run.h"
#include "lesson/plan.h"
#include "lesson/trial.h"
#include "lesson/twins.h"

struct track {
    struct lesson_run *run;
    struct plan plan;
    size_t next; /* the turn that runs, or runs next */
    struct session *session;
    struct expect_names *names;
    struct twins *twins; /* NULL: it is for Lua */
    enum code_language language;
    bool refused; /* a check did not pass */
    char *told;   /* what the first of them said */
    /* An answer that passed on a good day, on bad ones. */
    const struct exercise *solved; /* the track tries its solution, begun before anybody knows whether it passes */
    struct trial_runner *trying;
    struct trial *trial;
};

/* The plan and the names are the track's. */
void track_free(struct track *track);

bool track_has_turn(const struct track *track);

/* What runs next. */
struct chunk track_chunk(const struct track *track);

/* Judges what came of the turn, takes over the outcome and goes on to the next one. */
void track_end_turn(struct track *track, struct outcome *outcome);

/* Programs of a lesson are other people's: they run where nobody else is reached. */
enum code_language track_language(const struct track *track);

/* An attempt that passed on a good day, if its check names faults: more is asked of it.  NULL for none. */
const struct block *track_to_try(const struct track *track);

/* All of the lesson's tracks are through: a starter and a wrong answer must have failed, a program passed. */
void track_attempt_must_fail(struct track *track);

/* And after that a solution that passed its check must have on bad days, too. */
void track_solution_must_bear(struct track *track);

#endif
