/*
 * follow.h: another program's socket calls, as events.  Floor: follow.
 *
 * Starts programs of any language and watches them and all that they start by ptrace(2): each call on a socket becomes
 * a record in a ring, the same record that the learner's own calls have.  A seccomp filter lets every other call pass
 * at full speed.  Nothing but time changes for the program.  One thread must make all calls on a struct follow, and
 * whatever child of its process ends meanwhile is collected: who waits for others follows in a process of its own.
 */
#ifndef SOCKRATES_FOLLOW_FOLLOW_H
#define SOCKRATES_FOLLOW_FOLLOW_H

#include "base/status.h"
#include "follow/options.h"
#include "follow/program.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Who follows; never NULL. */
struct follow *follow_new(const struct follow_options *options);

/* Ends what still runs. */
void follow_free(struct follow *follow);

/*
 * Starts the program; *number is its own from here on.  The call of a status that is not fine says what did not
 * work: "ptrace", "seccomp", "execve", "prepare", or "format" for a program that this machine cannot follow.
 */
struct status follow_start(struct follow *follow, const struct follow_program *program, int *number);

/* What follow_run() waits for. */
enum follow_until {
    FOLLOW_LISTENS, /* a process of the program listens, or has bound a datagram socket; or all have ended */
    FOLLOW_ENDED,   /* its first process has ended */
    FOLLOW_GONE,    /* all its processes have ended */
    FOLLOW_QUIET,   /* no program has made a call for a while, and what still runs waits */
};

/* Forever; until follow_stop(). */
#define FOLLOW_FOREVER INT64_C(-1)

/* Lets all programs go on until it is so: true; false when so many nanoseconds have passed, or it was stopped. */
bool follow_run(struct follow *follow, int number, enum follow_until until, int64_t timeout);

/* Makes follow_run() return soon.  For signal handlers. */
void follow_stop(struct follow *follow);

/* How its first process ended, as of waitpid(2); false when it has not. */
bool follow_ended(const struct follow *follow, int number, int *status);

/* The first process of the program; and sends a signal to all processes of it that run. */
pid_t follow_process(const struct follow *follow, int number);
void follow_signal(struct follow *follow, int number, int signal);

/* How many processes of the program run. */
size_t follow_running(const struct follow *follow, int number);

/* How many calls on the C library's own sockets were left out. */
uint64_t follow_left_out(const struct follow *follow);

/* What a status of follow_start() means and what helps, a sentence or two; yours to free.  *ends, unless NULL: the exit
 * status that shells have for it, 127 where there is no such program, else 126. */
char *follow_explain(struct status status, const char *program, int *ends);

#endif
