/*
 * class.h: the hand-ins of a class, and what they come to.  Floor: lesson.
 *
 * Add the files, settle, mark; then read.  What is in a hand-in comes from anybody: names and texts are made visible,
 * exercises and questions that the course does not have are left out, and code only ever runs in sessions.
 */
#ifndef SOCKRATES_LESSON_CLASS_H
#define SOCKRATES_LESSON_CLASS_H

#include "lesson/course.h"
#include "lesson/marking.h"

#include <jansson.h>
#include <stdint.h>

/* One exercise of one hand-in. */
struct class_mark {
    bool tried, claimed; /* claimed: the record says that an attempt passed */
    bool solution;       /* was shown before it passed */
    size_t attempts, hints;
    char **code; /* of the attempt that counts */
    size_t code_count;
    enum code_language language;
    enum marking_verdict verdict; /* of a tried one */
    char *observed;
};

struct class_exercise {
    const struct lesson *lesson;
    const struct exercise *exercise;
    const char *slug, *title;
    size_t tried, passed;
    const char *said; /* what its check said most often; NULL: nothing */
    size_t said_times;
};

struct class_said {
    char *text;
    size_t times;
};

struct class_question {
    const struct lesson *lesson;
    const struct quiz *quiz; /* its answers are known: not those of a learner's copy of an exam */
    size_t step;             /* from 1 */
    char *text;
    size_t asked, wrong;
    struct class_said *wrongs; /* what was said instead, the most frequent first */
    size_t wrong_count;
};

struct class_answer {
    size_t question, wrong; /* indices; wrong: of what was said instead */
    bool right;
};

struct class_hand {
    char *file;    /* as it is shown */
    char *trouble; /* why it is no hand-in; NULL: it is one */
    char *name;    /* whose, as the page says; of no hand-in "" */
    char *other;   /* the title of the other course that it is about; NULL: of this one */
    size_t broken; /* the number of the entry at which the chain breaks; 0: it holds */
    bool edited;   /* its page does not show what it holds */
    bool earlier;  /* its kin goes on where it ends: somebody handed in again */
    bool same_version, exam;
    int64_t begun, ended, spent; /* seconds */
    struct class_answer *answers;
    size_t right, answered;
    struct class_mark *marks; /* one for each of the class's exercises */
    size_t passed, points;    /* points: of those that passed */
    uint64_t *links;          /* the beginnings of its chain's links */
    size_t link_count;
    size_t kin, shared; /* the hand-in that shares most entries, from 1, and how many; 0: nobody does */
};

struct class
{
    const struct course *course;
    char *title, version[65];
    struct lesson **lessons; /* those that count, in the course's order */
    size_t lesson_count;
    struct class_exercise *exercises;
    size_t exercise_count, points; /* points: of all of them */
    struct class_question *questions;
    size_t question_count;
    struct class_hand *hands;
    size_t hand_count;
    bool stopped; /* not everything was marked */
};

/* All lessons of the course that can be read, or those that the indices name.  It is borrowed. */
struct class *class_new(const struct course *course, const int *indices, size_t count);
void class_free(struct class *class);

/*
 * Adds a file: the document of a hand-in, NULL with `trouble` when it holds none.  `edited`: people see something else
 * on its page than what it holds.
 */
void class_add(struct class *class, const char *file, const json_t *document, const char *trouble, bool edited);

/* When all were added: their order, and who shares a record with whom. */
void class_settle(struct class *class);

/* Runs what was handed in, the same code once, and counts. */
void class_mark(struct class *class, const struct marking_options *options);

#endif
