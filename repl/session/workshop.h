/*
 * workshop.h: programs in other languages, built and run beside a session.  Floor: session.
 *
 * A worker in its room starts no programs.  So it has a bench beside it, a process that was forked before the room was
 * entered: on the learner's host, with the same ring, and with no rights of root.  It builds what the worker sends,
 * runs it, and follows it: its socket calls are recorded as the learner's.  Compiler and program are in a room of their
 * own: they read what is installed, write below the session's folder, and reach no other process.
 */
#ifndef SOCKRATES_SESSION_WORKSHOP_H
#define SOCKRATES_SESSION_WORKSHOP_H

#include "base/text.h"
#include "session/code_language.h"
#include "trace/ring.h"

#include <stdint.h>
#include <sys/types.h>

struct workshop;

/* More is not kept of what a program prints: who prints more has made a mistake. */
#define WORKSHOP_PRINTED_MOST ((size_t)1 << 20)

/* Starts the bench.  NULL when there can be none.  The folder is where it builds; borrowed. */
struct workshop *workshop_new(struct ring *ring, const char *folder);

/* Whoever uses it: what is printed goes there, and it is asked all the time whether to stop. */
struct workshop_watcher {
    void *owner;
    /* False: that is enough, the program is to end. */
    bool (*output)(void *owner, const char *bytes, size_t length);
    bool (*stopping)(void *owner);
};

/* A program's text; lines are counted from first_line on, in a file of that name. */
struct workshop_source {
    enum code_language language;
    const char *name;
    int first_line;
    const char *text;
    size_t length;
};

/* Makes it ready to run; what the compiler says is added.  False when there is nothing to run. */
bool workshop_build(struct workshop *workshop, const struct workshop_source *source,
                    const struct workshop_watcher *watcher, struct text *said);

/* How a program ended. */
struct workshop_end {
    int status;      /* its exit status; -1: a signal ended it */
    int signal;      /* that one; 0 for none */
    const char *why; /* what it was ended for, as a sentence goes on after "it was ended: "; NULL for nothing */
    char *failed;    /* it could not be started, and this is why; yours to free; NULL: it ran */
    bool stopped;    /* the watcher said so */
};

/* Runs what was built last, with these arguments, to its end and that of all that it started. */
struct workshop_end workshop_run(struct workshop *workshop, char *const *arguments,
                                 const struct workshop_watcher *watcher);

/*
 * Starts what was built last, and waits only until it listens, or has bound a datagram socket.  False when it does not
 * run: workshop_wait() tells why.  One program runs at a time: who was started before is killed.
 */
bool workshop_start(struct workshop *workshop, char *const *arguments, const struct workshop_watcher *watcher);

/* Lets it go on until that moment; true when it has ended, and how. */
bool workshop_wait(struct workshop *workshop, const struct workshop_watcher *watcher, int64_t moment,
                   struct workshop_end *end);

/* Sends a signal to the one that runs, if any; it has reached it when this returns. */
void workshop_signal(struct workshop *workshop, const struct workshop_watcher *watcher, int signal);

/* The process of who was started last; and kills it, with all that it has started. */
pid_t workshop_process(const struct workshop *workshop);
void workshop_stop(struct workshop *workshop);

#endif
