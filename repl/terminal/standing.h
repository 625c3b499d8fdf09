/*
 * standing.h: where the learner stands in the lesson.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_STANDING_H
#define SOCKRATES_TERMINAL_STANDING_H

#include "terminal/tutor.h"

/* How many lessons the course has. */
size_t standing_total(const struct tutor *tutor);

/* The quiet line that says where we are and what Enter does. */
void standing_say(struct tutor *tutor);

/* Says that something cannot be, and why: the whole of it once. */
void standing_explain(struct tutor *tutor, unsigned missing, const char *first);

/* Where a private network is asked for and cannot be made: says so, once. */
void standing_say_network(struct tutor *tutor);

/* A fresh session, with nothing in it; says what is gone. */
void standing_begin_anew(struct tutor *tutor);

/* After a chunk that found no memory: says how to go on. */
void standing_offer_anew(struct tutor *tutor);

/*
 * A fresh session in the state that the lesson has before this step: the blocks before it run again, unseen.
 * Returns false when that was stopped or ended the session.
 */
bool standing_restore(struct tutor *tutor, size_t step);

/* The same for a session in the state before `from`: only what is between runs, *total blocks. */
bool standing_advance(struct tutor *tutor, size_t from, size_t to, size_t *total);

/* Runs a block unseen, while the status line says so; false when what came of it leaves nothing to go on with. */
bool standing_run_unseen(struct tutor *tutor, const struct block *block, const char *doing);

#endif
