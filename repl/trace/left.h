/*
 * left.h: what happens on connections that the learner has left.  Floor: trace.
 *
 * When the others notice is chance: it may be in that step or in the next one.  So what is to be the same in every run
 * has none of it.
 */
#ifndef SOCKRATES_TRACE_LEFT_H
#define SOCKRATES_TRACE_LEFT_H

#include "trace/sockets.h"

/*
 * By socket, yours to free: the learner's end was closed before that moment; also for the other end, and for what a
 * relay has behind it.
 */
bool *left_find(const struct sockets *sockets, int64_t begin);

#endif
