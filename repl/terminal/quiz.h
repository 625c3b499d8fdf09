/*
 * quiz.h: quizzes, which the learner answers.  Floor: terminal.
 *
 * The explanation belongs to the answer that was chosen.  A prediction is answered once, then the run shows
 * who was right; any other is asked again until the answer is right.  In an exam an answer is kept, and nothing said.
 */
#ifndef SOCKRATES_TERMINAL_QUIZ_H
#define SOCKRATES_TERMINAL_QUIZ_H

#include "terminal/tutor.h"

enum quiz_result {
    QUIZ_NO_ANSWER, /* the line is something else */
    QUIZ_AGAIN,     /* wrong, or no such number: it still waits */
    QUIZ_DONE,      /* right, or kept */
    QUIZ_PREDICTED, /* now the block shall run */
};

/* The answers to choose from; those in the set of bits are marked. */
void quiz_show(struct tutor *tutor, const struct quiz *quiz, uint64_t chosen);

/* For each answer whether it is right, and why or why not. */
void quiz_reveal(struct tutor *tutor, const struct quiz *quiz, uint64_t chosen);

void quiz_ask(struct tutor *tutor, const struct quiz *quiz, size_t step);
enum quiz_result quiz_take_answer(struct tutor *tutor, const char *line);

/* After the run: was the prediction right, and why. */
void quiz_explain(struct tutor *tutor);

/* Enter was pressed instead of an answer. */
void quiz_remind(struct tutor *tutor);

#endif
