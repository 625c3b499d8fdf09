/*
 * passing.h: sockets that one process gives to another in a message (SCM_RIGHTS).  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_PASSING_H
#define SOCKRATES_FOLLOW_PASSING_H

#include "follow/following.h"

/* The thread is about to send a message: what it carries is under way; and it did not send it after all. */
void passing_sent(struct follow *follow, const struct task *task);
void passing_not_sent(struct follow *follow, const struct task *task);

/* It has received one: the sockets in it are the program's from now on. */
void passing_received(struct follow *follow, const struct task *task);

#endif
