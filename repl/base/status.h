/*
 * status.h: how a call ended.  Floor: base.
 *
 * Returned by value from everything that may fail for a reason outside the program.  errno and the name of
 * the call are captured at once, so that nobody has to ask later.
 */
#ifndef SOCKRATES_BASE_STATUS_H
#define SOCKRATES_BASE_STATUS_H

#include <stdbool.h>

enum status_kind {
    STATUS_FINE,
    STATUS_ERRNO,       /* the kernel said no: `error` is an errno value */
    STATUS_TIMED_OUT,   /* our own deadline passed */
    STATUS_INTERRUPTED, /* a signal handler raised; whoever asked knows what */
    STATUS_NAME,        /* a name could not be resolved: `error` is an EAI_ value */
    STATUS_HOST,        /* the same by gethostbyname(3) and its like: `error` is an h_errno value */
    STATUS_DENIED,      /* a session may not do it, and the kernel was not asked: `text` says what */
    STATUS_PLAIN,       /* an OSError without errno: `text` says what */
};

struct status {
    enum status_kind kind;
    int error;
    const char *call; /* the call that failed, a literal: "connect" */
    const char
        *text; /* STATUS_PLAIN, STATUS_DENIED: what went wrong; STATUS_NAME, STATUS_HOST: a hint, or NULL; a literal */
};

#define STATUS_OK ((struct status){STATUS_FINE, 0, 0, 0})

static inline bool status_fine(struct status status)
{
    return status.kind == STATUS_FINE;
}

static inline struct status status_errno(const char *call, int error)
{
    return (struct status){.kind = STATUS_ERRNO, .error = error, .call = call};
}

#endif
