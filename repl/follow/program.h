/*
 * program.h: a program that is to be started.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_PROGRAM_H
#define SOCKRATES_FOLLOW_PROGRAM_H

struct follow_program {
    char *const *arguments; /* arguments[0] is looked for in PATH as a shell does; ended by NULL */
    const char *name;       /* in pictures; NULL: its own, or that of its script */
    int actor;              /* as whom its first process is recorded; -1: a new one when it makes its first call */
    /* In the child, before the program begins: where it shall run; an errno value, 0 for fine.  NULL for nothing. */
    int (*prepare)(void *owner);
    void *owner;
};

#endif
