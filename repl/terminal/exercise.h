/*
 * exercise.h: exercises, which the learner solves.  Floor: terminal.
 *
 * The starter is offered for editing.  What is entered runs in the session as the lesson left it, and the
 * exercise's check judges what happened, never the text.
 */
#ifndef SOCKRATES_TERMINAL_EXERCISE_H
#define SOCKRATES_TERMINAL_EXERCISE_H

#include "terminal/tutor.h"

/* Offers the exercise that this starter begins, ready to be edited. */
void exercise_offer(struct tutor *tutor, const struct block *starter);

/* Enter was pressed instead of an attempt. */
void exercise_remind(struct tutor *tutor);

/*
 * Before the learner's entry runs, the code that was `offered` or other: from the second attempt on the session is as
 * the lesson left it again.
 */
void exercise_prepare(struct tutor *tutor, bool offered);

/* The entry ran: the check judges it. */
void exercise_judge(struct tutor *tutor);

/* A single line ran: where nothing is judged before it is handed in, it must not seem to be kept. */
void exercise_went_on(struct tutor *tutor);

/*
 * Runs one check on what ran last, which stays the outcome that :why explains.  *observed becomes what it says when it
 * does not pass, yours to free.
 */
bool exercise_check(struct tutor *tutor, const struct block *checking, char **observed);

void exercise_hint(struct tutor *tutor);
void exercise_solution(struct tutor *tutor);

/* The starter once more. */
void exercise_starter(struct tutor *tutor);

#endif
