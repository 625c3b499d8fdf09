/*
 * aside.h: asking in a child what nobody can interrupt.  Floor: net.
 *
 * getaddrinfo(3) and its kin wait for name servers, and a signal does not bring them back.  So a short-lived
 * child asks and writes the answer into a pipe, and this process waits for the pipe through the door, where
 * signals are answered.  The child has no exit signal: it is nobody's SIGCHLD.
 */
#ifndef SOCKRATES_NET_ASIDE_H
#define SOCKRATES_NET_ASIDE_H

#include "base/text.h"
#include "net/net.h"

struct aside {
    /* Runs in the child: adds to the answer, returns 0 or a code of its own. */
    int (*ask)(void *question, struct text *answer);
    void *question;
    int otherwise;      /* the code when the child ends without an answer */
    struct text answer; /* filled in; yours to free */
    int code;           /* filled in */
    pid_t child;        /* 0: not started */
    int pipe;
};

/*
 * For net_call's `run`: starts the child at the first call and reads its answer; EINTR like any call that
 * waits. 0 when the answer and the code are there.
 */
ssize_t aside_run(struct aside *aside);

/* Ends the child if it still asks; to be called whatever came of it. */
void aside_end(struct aside *aside);

#endif
