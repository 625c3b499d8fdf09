/*
 * work.h: what somebody did in a course, from the entries of their record.  Floor: lesson.
 *
 * Pure: a list of entries (see progress_record()) gives lessons, and in each its questions and exercises, in the order
 * in which they were begun.  Entries come from outside: what is not there is "" or 0, and an entry of a kind that is
 * not known is left out.  Texts are borrowed from the list.
 */
#ifndef SOCKRATES_LESSON_WORK_H
#define SOCKRATES_LESSON_WORK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct work_question {
    size_t step;                         /* from 1 */
    const char *question, *said, *truth; /* said: the first time, which counts; in an exam the last time */
    uint64_t chosen;                     /* that, as a set of its answers */
    bool judged, right;                  /* the first time; in an exam neither is said */
    size_t tries;
};

struct work_attempt {
    int64_t at;           /* seconds since 1970 */
    const json_t *code;   /* a list of texts, each a chunk that goes on with the one before */
    const char *language; /* the word of it; "" is Lua */
    const char *observed, *ladder;
    bool passed;
    bool judged; /* a check was there */
};

struct work_exercise {
    const char *slug, *title;
    struct work_attempt *attempts;
    size_t attempt_count, hints;
    bool solution; /* it was shown */
    bool before;   /* before any attempt passed */
};

struct work_lesson {
    const char *name, *title, *version; /* version: of its file, when it was opened last */
    int64_t begun, touched;
    bool exam, done;
    struct work_question *questions;
    size_t question_count;
    struct work_exercise *exercises;
    size_t exercise_count;
};

struct work {
    struct work_lesson *lessons;
    size_t lesson_count;
    const char *name; /* whose, as handed in last */
    int64_t begun, ended;
    int64_t spent; /* seconds, without long silences */
};

struct work work_of(const json_t *record);
void work_free(struct work *work);

/* The attempt that counts: the last one that passed, else the last one; NULL without any. */
const struct work_attempt *work_best(const struct work_exercise *exercise);
bool work_passed(const struct work_exercise *exercise);

/* What an entry of the record, or a head of a hand-in, says there; "" for nothing. */
const char *work_word(const json_t *entry, const char *key);

#endif
