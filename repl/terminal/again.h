/*
 * again.h: the last step, against a peer of another kind.  Floor: terminal.
 *
 * What ran in the learner's session runs once more in a fresh one, in which one peer is another than the code asks
 * for.  The learner's own session knows nothing of it.
 */
#ifndef SOCKRATES_TERMINAL_AGAIN_H
#define SOCKRATES_TERMINAL_AGAIN_H

#include "terminal/tutor.h"

/* Reruns the last chunk that spoke to a peer; the argument is the name of a kind, see lab/bodies.h. */
void again_run(struct tutor *tutor, const char *argument);

#endif
