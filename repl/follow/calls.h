/*
 * calls.h: the calls of a thread, from their beginning to their end.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_CALLS_H
#define SOCKRATES_FOLLOW_CALLS_H

#include "follow/following.h"

/* The thread is stopped where it begins a call that the filter wants seen, or where that is over; it goes on. */
void calls_enter(struct follow *follow, struct task *task);
void calls_leave(struct follow *follow, struct task *task);

#endif
