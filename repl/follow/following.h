/*
 * following.h: what the files of this floor share about those that are followed.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_FOLLOWING_H
#define SOCKRATES_FOLLOW_FOLLOWING_H

#include "follow/options.h"
#include "follow/record.h"

#include <signal.h>

/* A program that was started. */
struct started {
    int actor;
    pid_t process; /* its first one */
    char *name;
    int report; /* what became of execve(2); -1: read already */
    bool executed, ended, listens;
    bool told; /* to end */
    int status;
    size_t running; /* processes */
    size_t forks;   /* of itself that made calls, ever */
};

struct follow {
    struct follow_options options;
    struct recorder recorder;
    struct tasks *tasks;
    struct started *programs;
    size_t count;
    uint64_t left_out;
    int64_t newest; /* when the last call was seen */
    bool said[FOLLOW_REMARKS];
    volatile sig_atomic_t stopped;
};

/* What is worth saying is said once. */
void following_remark(struct follow *follow, enum follow_remark remark, const char *program);

struct started *following_program(struct follow *follow, const struct process *process);

/* A process becomes an actor with its first call. */
int following_actor(struct follow *follow, struct process *process);

/* The stopped thread goes on, with a signal or 0; up to the end of its call, and then it is in that state. */
void following_go_on(const struct task *task, int signal);
void following_go_on_to_exit(struct task *task, enum task_state state);

#endif
