/*
 * plan.h: which blocks run in which session.  Floor: lesson.
 *
 * A lesson has one main session: its plain blocks, and of each exercise the solution with its checks, as a
 * learner who solves everything goes through it.  For each exercise one more session shows that the starter
 * fails: the blocks before it, the starter, the checks.  And one for each of its wrong answers.  And one for each other
 * language that steps are written in.
 */
#ifndef SOCKRATES_LESSON_PLAN_H
#define SOCKRATES_LESSON_PLAN_H

#include "lesson/lesson.h"

enum turn_kind {
    TURN_RUN,    /* the block runs and is judged */
    TURN_REPLAY, /* the block runs so that the session is as the next one needs it */
    TURN_CHECK,  /* the exercise's check block looks at what ran before it */
    TURN_HIDDEN, /* the same with its hidden check */
    TURN_TWINS,  /* the steps in another language run as one program */
};

struct turn {
    enum turn_kind kind;
    size_t block;                    /* index into lesson->blocks; of TURN_HIDDEN: what it looks at */
    const struct exercise *exercise; /* of TURN_CHECK and TURN_HIDDEN */
};

struct plan {
    struct turn *turns;
    size_t count;
    const struct exercise *exercise; /* which the attempt must not solve; NULL for the main session */
    size_t attempt;                  /* its block */
};

/* The blocks from `first` up to `end`.  `missing` is what of all needs is not here: what needs it takes no turn. */
struct plan plan_main(const struct lesson *lesson, size_t first, size_t end, unsigned missing);

/* For its starter, a wrong answer, or any in another language, before which only the exercise's setup runs.  No turns
 * at all when the exercise cannot be tried. */
struct plan plan_attempt(const struct lesson *lesson, const struct exercise *exercise, const struct block *attempt,
                         unsigned missing);

/*
 * For the twins in one language of the blocks from `first` up to `end`: what is before the last of them, then their
 * program.  No turns at all when there are none; *lacks is what they need and is not here: then there are none either.
 */
struct plan plan_twins(const struct lesson *lesson, enum code_language language, size_t first, size_t end,
                       unsigned missing, unsigned *lacks);
void plan_free(struct plan *plan);

/* True when a heading stands between the two blocks: where each heading has a session of its own, two sessions. */
bool plan_heading_between(const struct lesson *lesson, size_t first, size_t second);

#endif
