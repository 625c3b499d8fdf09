/*
 * keeper.h: the process with which all programs of a private network end.  Floor: lab.
 *
 * It is the first in a process namespace of its own, in which every program is started: when it ends, which it does
 * with the process that started it, the kernel kills them all, wherever they have hidden.  Where the system makes no
 * such namespace they are looked for instead.
 *
 * It holds the hosts' namespaces, so that a program can go to another host: keeper_go().
 */
#ifndef SOCKRATES_LAB_KEEPER_H
#define SOCKRATES_LAB_KEEPER_H

#include "lab/network.h"

struct keeper {
    pid_t process;
    bool whole; /* it has a process namespace */
    int hold;   /* it ends when nobody has this any more */
};

/* What the calling process forks from here on lives with it. */
struct status keeper_start(struct keeper *keeper, const struct network *network);

/* Nothing that was forked since then is left. */
void keeper_end(struct keeper *keeper);

/* The keeper's number for those who live with it. */
pid_t keeper_number(const struct keeper *keeper);

/* In a new child: /proc shows what lives with the keeper. */
void keeper_show(const struct keeper *keeper);

/* In a program that lives with the keeper of this number: the process is on that host from here on. */
struct status keeper_go(pid_t number, int host);

#endif
