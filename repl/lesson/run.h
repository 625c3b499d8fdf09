/*
 * run.h: running the blocks of lessons and judging them.  Floor: lesson.
 *
 * The check and the site both run whole lessons: one session a lesson, many lessons at once, because lessons
 * mostly wait.
 */
#ifndef SOCKRATES_LESSON_RUN_H
#define SOCKRATES_LESSON_RUN_H

#include "lesson/lesson_run.h"
#include "session/session.h"

struct run_options {
    struct session_options session;
    int jobs;   /* lessons at once; 0 for a good default */
    bool twins; /* steps in other languages are proved, too */
    /* Told after each lesson that ended; may be NULL. */
    void (*progress)(void *self, size_t done, size_t total, const struct lesson_run *run);
    /* Told about twenty times a second while an answer is tried on bad days; may be NULL. */
    void (*trying)(void *self, size_t done, size_t total);
    void *self;
    /* Polled; true ends everything soon (Ctrl-C); may be NULL. */
    bool (*stopping)(void *self);
};

/*
 * Runs every lesson, several at once, each in a session of its own; an array of `count` runs, in the order
 * of the lessons; free with lesson_runs_free().  For an exercise the starter, the solution and the check run
 * in sessions replayed up to the exercise: the solution must pass the check, the starter and every wrong answer must
 * fail it.  Where a check names faults, what passed it is tried on bad days, too.  The steps in another language run
 * after the Lua in one more session: see twins.h.
 */
struct lesson_run *lesson_runs(struct lesson *const *lessons, size_t count, const struct run_options *options);

#endif
