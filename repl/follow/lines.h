/*
 * lines.h: the line of its source that a followed program is at.  Floor: follow.
 *
 * From the debug information in the program's own file (-g): the innermost frame that has a line, so that a call made
 * through a library is told at the line of the program that wanted it.  elfutils' libdw reads it; nothing is fetched
 * from anywhere.  It is a module of its own (libexec/sockrates/sockrates-lines.so), loaded where it is needed.
 */
#ifndef SOCKRATES_FOLLOW_LINES_H
#define SOCKRATES_FOLLOW_LINES_H

#include <stdint.h>
#include <sys/types.h>

struct lines;

/* What the module has to give. */
struct lines_functions {
    struct lines *(*new)(void);
    void (*free)(struct lines *lines);
    /* For struct follow_options. */
    int (*at)(void *lines, pid_t process, pid_t thread, uint64_t caller);
    void (*forget)(void *lines, pid_t process);
};

/* NULL where it is not installed, or libdw is not: then there are no lines. */
const struct lines_functions *lines_load(void);

#endif
