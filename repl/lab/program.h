/*
 * program.h: other people's programs, on the hosts of a private network.  Floor: lab.
 */
#ifndef SOCKRATES_LAB_PROGRAM_H
#define SOCKRATES_LAB_PROGRAM_H

#include "lab/keeper.h"

#include <signal.h>

/* How a program is started. */
struct program_way {
    const struct network *network;
    const struct keeper *keeper;
    int host;
    bool aside;           /* it has no terminal and no input, and what it says goes to standard error */
    int terminal;         /* it leads a group of its own, which has this terminal; -1: it does not */
    sigset_t signals;     /* that are held back in it */
    const char *commands; /* the folder of `me` and `peer`, first of those where programs are looked for; or NULL */
};

/* In a new child: it runs beside another program, without its terminal and its input; it speaks on standard error. */
void program_step_aside(void);

/* In a new child: it is where the way says, with all but the program. */
void program_prepare(const struct program_way *way);

/* Starts it; the status is what exec says. */
struct status program_start(pid_t *process, const struct program_way *way, char *const argv[]);

/* Puts the program in the place of the calling process; returns when it cannot: 127 it is not there, 126 it is none. */
int program_become(char *const argv[]);

/* The number that an environment has of the keeper with whom its programs live; 0: they live with none. */
pid_t program_keeper(void);

#endif
