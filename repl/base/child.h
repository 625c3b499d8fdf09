/*
 * child.h: what a forked child does first.  Floor: base.
 */
#ifndef SOCKRATES_BASE_CHILD_H
#define SOCKRATES_BASE_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Descriptors from here on belong to the program, not to the learner: peers do not close them. */
#define CHILD_HOUSE_DESCRIPTORS 1000

/*
 * The child dies with its parent; signals do to it what they do to a new program, and none is held back.
 * Ctrl-C is for the parent to answer: the child ignores SIGINT.
 */
void child_begin(pid_t parent);

/* Closes every descriptor from 3 to `last` but these two; -1 is none. */
void child_close(int keep, int also, int last);

/* Waits for its end, through signals; the status as of waitpid(2), which may be NULL.  False when there is no such
 * child. */
bool child_wait(pid_t child, int *status);

/* What a process or thread does, the third field of /proc/PID/stat: R runs or could, S waits, D waits for the disk, t
 * is looked at by its tracer; 0 when it is gone. */
char child_state(pid_t process);

/* A signal was sent to the process and has not reached it yet, although it is not held back. */
bool child_awaits(pid_t process, int signal);

/* It has a handler for the signal. */
bool child_catches(pid_t process, int signal);

/* How long the process has had a processor, in nanoseconds; 0 unknown. */
int64_t child_worked(pid_t process);

/*
 * A copy of the descriptor, close-on-exec, from `least` on, so that the learner's begin at 3; lower where fewer may be
 * open (ulimit -n).  The original is closed.  -1 and errno when there is no room at all.
 */
int child_move_up(int fd, int least);

#endif
