/*
 * showing.h: the parts of a step on the screen.  Floor: terminal.
 *
 * A learner's tutor shows them one below the other, a lecture as it is told to.
 */
#ifndef SOCKRATES_TERMINAL_SHOWING_H
#define SOCKRATES_TERMINAL_SHOWING_H

#include "terminal/tutor.h"

/* What the step says before its block or question, but this node; NULL: all of it. */
void showing_prose(struct tutor *tutor, const struct step *step, const cmark_node *without);

/* Code as if the learner had typed it: what follows is what they would have seen. */
void showing_code(struct tutor *tutor, const char *code);

/* The sign before a line of code that goes on. */
const char *showing_more(const struct look *look);

/* What came of the block, which ran last: its result, and the panes that it asks for. */
void showing_result(struct tutor *tutor, const struct block *block);

/* What stands for the result of a block that cannot run here; of one that shows nothing there is nothing to say. */
void showing_recorded(struct tutor *tutor, const struct block *block, unsigned missing);

/* True when a prediction comes before anything else runs where the learner sees it. */
bool showing_asks_next(const struct lesson *lesson, size_t step);

#endif
