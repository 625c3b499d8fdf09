/*
 * record.h: from what is known of a call to its record in the ring.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_RECORD_H
#define SOCKRATES_FOLLOW_RECORD_H

#include "follow/tasks.h"
#include "trace/past.h"
#include "trace/ring.h"

struct recorder {
    struct ring *ring;
    struct past *past; /* keeps what the ring pushes out; NULL: nobody wants it */
};

/* The thread's call is under way, and can be seen to be. */
void record_begin(const struct recorder *recorder, struct task *task);

/* A signal ended it, or does not: the program knows only when it goes on, and so do we. */
void record_interrupted(struct task *task);

/* It has returned; its draft says what.  One that was not begun is written as a whole. */
void record_end(const struct recorder *recorder, struct task *task);

/* What becomes of the socket with this number in the kernel, which is the process's descriptor fd. */
void record_passing(const struct recorder *recorder, const struct task *task, int fd, uint64_t number,
                    enum passing what);

/* The process made a child, which is that actor. */
void record_fork(const struct recorder *recorder, const struct task *task, int child, pid_t process);

/* The actor's process has ended, and the kernel closed what it had; `how` is what people read of it, `signal` what
 * ended it, 0 for none. */
void record_death(const struct recorder *recorder, int actor, const char *how, int signal);

#endif
