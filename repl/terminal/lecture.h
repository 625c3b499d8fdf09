/*
 * lecture.h: what a room sees of a lesson just now.  Floor: terminal.
 *
 * A slide is seen from several sides: as it stands, what came of its code, why an answer is right.  Each is made anew
 * whenever it is shown, so that it fits a window of any size.
 */
#ifndef SOCKRATES_TERMINAL_LECTURE_H
#define SOCKRATES_TERMINAL_LECTURE_H

#include "terminal/board.h"
#include "terminal/slide.h"
#include "terminal/tutor.h"

enum side {
    SIDE_SLIDE,  /* as it stands in the lesson, nothing run */
    SIDE_RESULT, /* what came of its code */
    SIDE_WHY,    /* of each answer */
    /* What is looked at and left again: */
    SIDE_STARTER,
    SIDE_HINTS,
    SIDE_SOLUTION,
    SIDE_LADDER,
    SIDE_PACKETS,
    SIDE_CALLS,
    SIDE_KEYS,
    SIDE_NOTHING,
    SIDE_COUNT
};

struct lecture {
    struct tutor *tutor;
    struct board board;
    struct screen foot; /* where it is said what is waited for */
    const int *lessons; /* places in the course, borrowed */
    size_t lesson_count, lesson;
    struct slide *slides;
    size_t slide_count, slide; /* slide_count: the lesson is over */
    enum side side, under;     /* and the one that is gone back to */
    size_t ready;              /* the session is as the lesson has it before this step */
    const struct block *ran;   /* what SIDE_RESULT is about */
    uint64_t chosen;           /* by the room, a set of bits; of the question asked last */
    size_t hints;              /* that are shown */
    int detail;                /* of ladder and calls, from 0 */
    char *kept;                /* what came of it, when something else has run since; NULL: nothing has */
    char *trouble;             /* why nothing came of it; NULL: all is well */
    bool checked, passed;      /* the solution, by the exercise's check */
    char *observed;            /* why it did not */
    const char *remark;        /* said once, at the foot; NULL for nothing */
    bool quit;
};

/* The slide that is shown; NULL at the end of the lesson. */
const struct slide *lecture_slide(const struct lecture *lecture);

/* Opens the lesson in this place of the list, at its first slide; false when it cannot be read. */
bool lecture_open(struct lecture *lecture, size_t lesson);

/* What the tutor has open now, at the step it stands at, is what is shown. */
void lecture_take_open(struct lecture *lecture);
void lecture_close(struct lecture *lecture);

/* To this slide, as it stands. */
void lecture_go_to(struct lecture *lecture, size_t slide);

/* To another side; one that is only looked at is left by lecture_leave_side(), which is false of the others. */
void lecture_turn(struct lecture *lecture, enum side side);
bool lecture_leave_side(struct lecture *lecture);

/* The session becomes as the lesson has it before this step; false, with the trouble told, when it cannot. */
bool lecture_bring_to(struct lecture *lecture, size_t step);

/* The code of the slide, or of the solution that is shown, runs; then what came of it is shown. */
void lecture_run(struct lecture *lecture);

#endif
