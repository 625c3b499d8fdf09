/*
 * trial.h: an answer to an exercise, tried on bad days.  Floor: lesson.
 *
 * The answer runs again in fresh sessions, once on a good day, which is measured, then once for each run that the
 * check's faults mean, if it names any, several at a time.  In each the lesson is replayed first, undisturbed; then the
 * answer and the exercise's checks run while the fault is in force.  What failed first is kept, with what happened in
 * it.
 */
#ifndef SOCKRATES_LESSON_TRIAL_H
#define SOCKRATES_LESSON_TRIAL_H

#include "base/clock.h"
#include "lab/fault.h"
#include "lesson/lesson.h"
#include "session/session.h"

#include <poll.h>

/* How much longer than on a good day a run may take: what waits for ever must end. */
#define TRIAL_PATIENCE (3 * CLOCK_SECOND)

enum trial_verdict {
    TRIAL_PASSED,
    TRIAL_FAILED,
    TRIAL_NOTHING,   /* the answer never met the fault: nothing came through a peer that it could disturb */
    TRIAL_SKIPPED,   /* there is no private network */
    TRIAL_NOT_TRIED, /* stopped before, by a person or by the limit */
};

/* One fault. */
struct trial_row {
    struct fault_wish wish;
    enum trial_verdict verdict;
    size_t runs, done;       /* how many it means; how many were made */
    struct fault_run failed; /* TRIAL_FAILED: the first of them that did not pass */
    char *observed;          /* what the check said there */
    struct outcome *outcome; /* and what happened, where anything passed between two; or NULL */
    uint64_t applied;        /* how often anything was disturbed */
};

struct trial {
    struct trial_row *rows;
    size_t count;
    char *again; /* it does not pass even on a good day, and this is why; then nothing else was tried.  NULL: it does */
    size_t runs; /* in all, without the first */
    bool stopped; /* somebody stopped it */
    bool late;    /* the limit for all of it was reached */
};

/* What ran, in order: as one chunk, or as several that continue each other. */
struct trial_answer {
    const struct lesson *lesson;
    const struct exercise *exercise;
    const char *const *entries;
    size_t entry_count;
    const char *name; /* of its chunks, and the number of their first line */
    int first_line;
    enum code_language language; /* of the answer; a program is one entry */
};

struct trial_options {
    struct session_options session;
    unsigned missing; /* enum block_need: what is not here */
    int64_t patience; /* nanoseconds that the answer, and each check, may take on a good day; 0: TRIAL_PATIENCE */
    bool one;         /* the first fault that it does not pass under is enough */
    size_t *room; /* how many sessions may still begin, shared with others; NULL: as many as are good for the machine */
    void *self;
    /* Told about twenty times a second; may be NULL. */
    void (*progress)(void *self, size_t done, size_t total);
    /* Polled; true ends it soon; may be NULL. */
    bool (*stopping)(void *self);
};

struct trial *trial_run(const struct trial_answer *answer, const struct trial_options *options);

/*
 * The same in steps, for who does other things meanwhile: start, watch, poll(), serve, until that says that all is
 * through; then end.  What answer and options point at is borrowed until then.
 */
struct trial_runner;
struct trial_runner *trial_begin(const struct trial_answer *answer, const struct trial_options *options);

/* Begins as many sessions as there is room for. */
void trial_start(struct trial_runner *runner);

/* Fills in what to poll, as many as sessions were begun, and makes *until earlier if it must be. */
size_t trial_watch(const struct trial_runner *runner, struct pollfd *polls, int64_t *until);

/* *count: of how many polls it has made use. */
bool trial_serve(struct trial_runner *runner, const struct pollfd *polls, size_t *count);

/* Adds how many runs were made, and how many there are. */
void trial_count(const struct trial_runner *runner, size_t *done, size_t *runs);

/* Also before all is through; NULL for NULL. */
struct trial *trial_end(struct trial_runner *runner);
void trial_free(struct trial *trial);

/* Without what happened; NULL for NULL. */
struct trial *trial_copy(const struct trial *trial);

/* True when nothing failed and everything was tried. */
bool trial_passed(const struct trial *trial);

/* The first fault that it did not pass under; NULL without one. */
const struct trial_row *trial_failure(const struct trial *trial);

/* Adds what is to be said of one that did not pass: "split, behind byte 5 of 12: Half of it is missing." */
void trial_tell(struct text *text, const struct trial *trial);

/* Adds the picture of the run that failed, in ASCII, or nothing. */
void trial_draw(struct text *text, const struct trial_row *row, int width);

/* "passed", "failed", ...: what programs read. */
const char *trial_verdict_name(enum trial_verdict verdict);

#endif
