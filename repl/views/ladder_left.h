/*
 * ladder_left.h: what happens on connections that the learner has left.  Floor: views.
 *
 * When the others notice is chance: it may be in that step or in the next one.  So a picture that is the same in every
 * run has none of it.
 */
#ifndef SOCKRATES_VIEWS_LADDER_LEFT_H
#define SOCKRATES_VIEWS_LADDER_LEFT_H

#include "views/ladder_model.h"

/*
 * By socket, yours to free: the learner's end was closed in an earlier step; also for the other end, and for what a
 * relay has behind it.
 */
bool *ladder_find_left(const struct ladder *ladder);

#endif
