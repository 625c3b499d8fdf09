/*
 * executable.h: what a file is that is to be executed.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_EXECUTABLE_H
#define SOCKRATES_FOLLOW_EXECUTABLE_H

#include <stdbool.h>
#include <sys/types.h>

struct executable {
    char *path;   /* found in PATH; NULL: there is none */
    bool foreign; /* of another architecture, or of 32 bits */
};

/* Follows the first line of a script to its interpreter.  Yours to free. */
struct executable executable_find(const char *name);

/* The same of what a process executes. */
bool executable_is_foreign(pid_t process);
bool executable_has_rights(pid_t process);

void executable_free(struct executable *executable);

#endif
