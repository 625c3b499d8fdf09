/*
 * journal.h: what the learner did, told to the record.  Floor: terminal.
 *
 * Each function adds one entry to the record of the progress, about the open lesson; `sockrates handin` shows them.
 */
#ifndef SOCKRATES_TERMINAL_JOURNAL_H
#define SOCKRATES_TERMINAL_JOURNAL_H

#include "terminal/tutor.h"

void journal_opened(struct tutor *tutor);

/* The last step was shown. */
void journal_done(struct tutor *tutor);

/* To the question that waits: what was chosen, a set; but in an exam, what is right as well. */
void journal_answer(struct tutor *tutor, uint64_t chosen);

/* Of the exercise that waits: so many hints were shown by now; the solution was. */
void journal_hint(struct tutor *tutor);
void journal_solution(struct tutor *tutor);

/*
 * An attempt at it.  Begin with what ran, before a check may end the session; then what became of it: `observed` is
 * what the check saw, or NULL.
 */
json_t *journal_attempt(struct tutor *tutor);
void journal_judged(struct tutor *tutor, json_t *attempt, bool passed, const char *observed);

/* No check is here to judge it. */
void journal_kept(struct tutor *tutor, json_t *attempt);

/* The name of an exercise within its lesson. */
const char *journal_slug(const struct lesson *lesson, const struct exercise *exercise);

#endif
