/*
 * question.h: questions.  Floor: terminal.
 *
 * The explanation belongs to the answer that was chosen.  A prediction is answered once, then the run shows
 * who was right; any other question is asked again until the answer is right.
 */
#ifndef SOCKRATES_TERMINAL_QUESTION_H
#define SOCKRATES_TERMINAL_QUESTION_H

#include "terminal/tutor.h"

enum question_result {
    QUESTION_NO_ANSWER, /* the line is something else */
    QUESTION_AGAIN,     /* wrong, or no such number: it still waits */
    QUESTION_DONE,      /* right */
    QUESTION_PREDICTED, /* now the block shall run */
};

void question_ask(struct tutor *tutor, const struct quiz *quiz, size_t step);
enum question_result question_take_answer(struct tutor *tutor, const char *line);

/* After the run: was the prediction right, and why. */
void question_explain(struct tutor *tutor);

/* Enter was pressed instead of an answer. */
void question_remind(struct tutor *tutor);

#endif
