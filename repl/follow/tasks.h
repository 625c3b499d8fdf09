/*
 * tasks.h: the processes and threads that are followed.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_TASKS_H
#define SOCKRATES_FOLLOW_TASKS_H

#include "follow/origin.h"
#include "follow/syscalls.h"

/* What threads have in common. */
struct process {
    pid_t id;
    int program; /* which it belongs to */
    int actor;   /* -1: it has made no call yet */
    char *name;  /* what it is called once it is an actor */
    bool forked; /* and has executed no program of its own */
    struct handles *handles;
    struct origin *origin;
    size_t threads; /* that run */
    unsigned born;  /* threads, ever */
};

/* What a thread is doing. */
enum task_state {
    TASK_NEW,     /* nobody has said yet whose it is */
    TASK_BEGUN,   /* not the program yet */
    TASK_RUNS,    /* it does what nobody looks at */
    TASK_CALLS,   /* it makes a call that is recorded */
    TASK_TRACKED, /* it makes one that is not, but that may change what its descriptors are */
};

struct task {
    pid_t id;
    struct process *process; /* NULL while it is new */
    unsigned thread;         /* 0: the first of its process */
    enum task_state state;
    struct invocation call; /* the last one that was looked at */
    enum syscall_interest interest;
    uint64_t stack;      /* where its stack was then */
    int connecting;      /* a descriptor whose connect(2) goes on alone; -1: none */
    bool interrupted;    /* a signal ended it, and it may be made again */
    int64_t since;       /* when that was */
    struct event draft;  /* what is known of it */
    struct event *event; /* in the ring */
    uint64_t number;     /* of that event */
    struct task *next;   /* with the same hash */
};

struct tasks;

struct tasks *tasks_new(void);
void tasks_free(struct tasks *tasks);

/* NULL for nobody. */
struct task *tasks_find(const struct tasks *tasks, pid_t id);

/* A new one, of nobody yet. */
struct task *tasks_add(struct tasks *tasks, pid_t id);

/* Gives it to a process, or to a new one of its own where `process` is NULL; what that is, is the caller's to fill in.
 */
void tasks_settle(struct task *task, struct process *process);

/* It is gone; with the last thread its process, for which the caller gets the last word before. */
void tasks_remove(struct tasks *tasks, struct task *task);

size_t tasks_count(const struct tasks *tasks);

/* Calls back with every thread. */
void tasks_each(const struct tasks *tasks, void (*visit)(void *owner, struct task *task), void *owner);

#endif
