/*
 * options.h: how programs are to be followed.  Floor: follow.
 */
#ifndef SOCKRATES_FOLLOW_OPTIONS_H
#define SOCKRATES_FOLLOW_OPTIONS_H

#include "trace/past.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct follow;

/* What is worth saying once to whoever looks on. */
enum follow_remark {
    REMARK_IO_URING, /* calls made by io_uring are not seen */
    REMARK_FOREIGN,  /* a program of another architecture: its calls are not seen */
    REMARK_RIGHTS,   /* a set-user-ID program runs without its rights */
    REMARK_SHUT,     /* a program that nobody may look into: addresses and data are not seen */
    FOLLOW_REMARKS
};

struct follow_options {
    struct ring *ring; /* where calls are recorded */
    bool all;          /* also those on sockets that the C library opens for itself, to look up names */
    int64_t takes;     /* what is on its way between two programs, there and back; 0 on one machine */
    struct past *past; /* keeps what is known of the calls that the ring pushes out; NULL for nothing */
    void (*remark)(void *owner, enum follow_remark remark, const char *program); /* NULL for none */
    /*
     * The line of its source where a stopped thread makes its call, 0 unknown; `caller` is where the function that
     * makes it returns to.  Told when a process is another program, or gone.  NULL for no lines.
     */
    int (*line)(void *owner, pid_t process, pid_t thread, uint64_t caller);
    void (*forget)(void *owner, pid_t process);
    void *lines; /* whose functions line and forget are */
    void *owner; /* of remark */
};

#endif
