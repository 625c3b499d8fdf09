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
    bool rights;  /* set-user-ID and the like: it would run with rights that it does not get here */
};

/* Follows the first line of a script to its interpreter.  Yours to free. */
struct executable executable_find(const char *name);
/* True when the program that the process executes is foreign. */
bool executable_is_foreign(pid_t process);
void executable_free(struct executable *executable);

#endif
