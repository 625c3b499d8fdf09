/*
 * run.h: a cell that runs, an execute_request from begin to reply.  Floor: kernel.
 *
 * It never blocks: while its Lua runs, run_descriptor() is readable when run_go_on() has something to do.
 */
#ifndef SOCKRATES_KERNEL_RUN_H
#define SOCKRATES_KERNEL_RUN_H

#include "kernel/state.h"

struct run;

/* Takes over the request, and begins; what can be done at once has been done when this returns. */
struct run *run_new(struct kernel *kernel, struct letter *request);
void run_free(struct run *run);

/* The request that it answers; borrowed. */
const struct letter *run_request(const struct run *run);

/* True when nothing more is to be done but run_end(). */
bool run_over(const struct run *run);

/* True when it has failed, and what is queued behind it must not run. */
bool run_stops_others(const struct run *run);

/* Says what came of it, the reply last. */
void run_end(struct run *run);

/* To wait at, and until when. */
int run_descriptor(const struct run *run);
int64_t run_moment(const struct run *run);

/* Takes what has arrived, sends what is due. */
void run_go_on(struct run *run);

/* What somebody wrote for its io.read(); nothing happens when nobody waits for that. */
void run_give_input(struct run *run, const struct letter *answer);

/* As Ctrl-C in a terminal; once is enough. */
void run_interrupt(struct run *run);

/* It is over, whatever its code does: the kernel leaves. */
void run_abandon(struct run *run);

#endif
