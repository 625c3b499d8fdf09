/*
 * progress.h: how far a learner is.  Floor: lesson.
 *
 * One small SQLite database in the XDG data directory.  Every change is a transaction of its own, so that
 * progress survives kill -9 at any moment, and two tutors at once.  Nothing here is fatal: a database that is
 * damaged, or newer than this program, is set aside under another name; one that cannot be written is
 * replaced by memory for this time.
 */
#ifndef SOCKRATES_LESSON_PROGRESS_H
#define SOCKRATES_LESSON_PROGRESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress;

/* The library that keeps it: "SQLite 3.40.1". */
const char *progress_library(void);

/* $XDG_DATA_HOME/sockrates/progress.db; yours to free. */
char *progress_path(void);

/*
 * Opens the database, making it and its folder if need be.  Never NULL.  *notice becomes a message for the
 * learner, yours to free, or NULL when all is well.  `course` keeps courses apart: the folder of lessons, or
 * "" for the one that came with the program; it is copied.
 */
#define PROGRESS_NOWHERE ":memory:" /* a path: nothing is kept */
struct progress *progress_open(const char *path, const char *course, char **notice);
void progress_close(struct progress *progress);

/* Why what was told lately will not be there the next time: "disk is full"; NULL: all of it is in the file. */
const char *progress_trouble(struct progress *progress);

/* What is known of a lesson; numbers count from 0. */
struct progress_lesson {
    char *name, *title;
    size_t step, furthest, steps;  /* the next step, the furthest one, how many there are */
    size_t answers, right_answers; /* of quizzes */
    size_t exercises, solved;      /* tried, solved */
    int64_t touched;               /* seconds since 1970 */
};

/* The lesson that was worked on last; false when there is none.  Free its texts with progress_lesson_free().
 */
bool progress_last(struct progress *progress, struct progress_lesson *lesson);
bool progress_find(struct progress *progress, const char *name, struct progress_lesson *lesson);
void progress_lesson_free(struct progress_lesson *lesson);

/* All lessons that were begun, by name; *count of them; free each, then the list. */
struct progress_lesson *progress_list(struct progress *progress, size_t *count);

/* The next step of this lesson is `step` of `steps`. */
void progress_store(struct progress *progress, const char *name, const char *title, size_t step, size_t steps);

/* The first answer to a question counts. */
void progress_answer(struct progress *progress, const char *name, size_t step, bool right);

/* A prediction of this step came out otherwise: what was said, and what was right. */
void progress_expected(struct progress *progress, const char *name, size_t step, const char *said, const char *right);

/* The question of this step is answered well now: its wrong predictions are forgotten. */
void progress_learnt(struct progress *progress, const char *name, size_t step);

/* What was expected wrongly in a lesson; counted over all of the course. */
struct mistake {
    char *said, *right;
    size_t times;
    bool asked; /* at the step that was named, too */
};

/*
 * At most `room` of them, those made most often first; gives how many.  Free each with progress_mistake_free(). `asked`
 * is a step of interest.
 */
size_t progress_mistakes(struct progress *progress, const char *name, size_t asked, struct mistake *list, size_t room);
void progress_mistake_free(struct mistake *mistake);

/* The step of the lesson whose prediction was wrong most often; false when none was. */
bool progress_hardest(struct progress *progress, const char *name, size_t *step);

/* An exercise was tried; once solved it stays solved. */
void progress_exercise(struct progress *progress, const char *name, const char *exercise, bool solved);

/* How often this exercise was tried, and whether it was solved. */
size_t progress_attempts(struct progress *progress, const char *name, const char *exercise, bool *solved);

/*
 * The record: what the learner did in this course, one entry after the other, chained (see chain.h).  Adds one that is
 * about this lesson, NULL: about all of them; takes over the object, and says in it when that was, "at", in seconds
 * since 1970.  The first entry is our own.
 */
void progress_note(struct progress *progress, const char *lesson, json_t *entry);

/*
 * All entries, as chain_broken() reads them; a new reference.  What is about other lessons than these is left out, and
 * so is what was forgotten; `count` 0: all lessons.
 */
json_t *progress_record(struct progress *progress, const char *const *lessons, size_t count);

/*
 * The lesson is opened, and its steps are these (see moved.h): what is known of them is kept, by their new numbers
 * where the lesson was another one the last time.
 */
void progress_opened(struct progress *progress, const char *name, const json_t *marks);

/* The lesson has another name in the course now; of that name nothing is known yet. */
void progress_rename(struct progress *progress, const char *name, const char *now);

/* The course was called so before: what is known of it is this one's now, unless this one was begun. */
void progress_adopt(struct progress *progress, const char *before);

/* Forgets one lesson, or with NULL all of this course. */
void progress_reset(struct progress *progress, const char *name);

#endif
