/*
 * task.h: exercises, which the learner solves.  Floor: terminal.
 *
 * The starter is offered for editing.  What is entered runs in the session as the lesson left it, and the
 * exercise's check judges what happened, never the text.
 */
#ifndef SOCKRATES_TERMINAL_TASK_H
#define SOCKRATES_TERMINAL_TASK_H

#include "terminal/tutor.h"

/* Offers the exercise that this starter begins, ready to be edited. */
void task_offer(struct tutor *tutor, const struct block *starter);

/* Enter was pressed instead of an attempt. */
void task_remind(struct tutor *tutor);

/* Before the learner's entry runs: from the second attempt on the session is as the lesson left it again. */
void task_prepare(struct tutor *tutor);

/* The entry ran: the check judges it. */
void task_judge(struct tutor *tutor);

void task_hint(struct tutor *tutor);
void task_solution(struct tutor *tutor);

/* The starter once more. */
void task_starter(struct tutor *tutor);

#endif
