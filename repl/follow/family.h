/*
 * family.h: processes and threads come, become other programs, and go.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_FAMILY_H
#define SOCKRATES_FOLLOW_FAMILY_H

#include "follow/following.h"

/* The stopped thread has made another, or has executed a program; it goes on. */
void family_spawned(struct follow *follow, struct task *parent);
void family_executed(struct follow *follow, struct task *task);

/* It is gone, with that status of waitpid(2). */
void family_died(struct follow *follow, struct task *task, int status);

#endif
