/*
 * play.h: free play between the steps of a lesson.  Floor: terminal.
 *
 * The learner may run anything at any moment.  The lesson goes on in the same session as long as what it left
 * there is as it was: its variables, its sockets.  Else it is replayed first.
 */
#ifndef SOCKRATES_TERMINAL_PLAY_H
#define SOCKRATES_TERMINAL_PLAY_H

#include "terminal/tutor.h"

/* The lesson has just had its say: from here on it is play. */
void play_begin(struct tutor *tutor);

/* Before and after something of the learner's ran. */
void play_watch(struct tutor *tutor);
void play_note(struct tutor *tutor);

/* The same after an attempt at an exercise: what it made is not play. */
void play_attempted(struct tutor *tutor);

/* The session is gone, or not as the lesson needs it. */
void play_lost(struct tutor *tutor);

/* The names that the learner has made in this session, yours to free; NULL for none. */
char *play_made(const struct tutor *tutor);

bool play_happened(const struct tutor *tutor);

/* True when the lesson must be replayed before it can go on. */
bool play_touched(const struct tutor *tutor);

#endif
