/*
 * findings.h: a timeline, read once.  Floor: trace.
 *
 * What its events mean together: which calls are one operation, on which socket each was, what passed between
 * sockets.  Made once for a step and lent to all its views: call list, ladder, programs.
 */
#ifndef SOCKRATES_TRACE_FINDINGS_H
#define SOCKRATES_TRACE_FINDINGS_H

#include "trace/messages.h"
#include "trace/operations.h"

struct findings {
    struct timeline timeline; /* its events are borrowed */
    struct moment *moments;   /* begins and ends in order of time */
    size_t moment_count;
    struct operations *operations;
    struct sockets *sockets;
    struct messages *messages;
};

struct findings *findings_new(struct timeline timeline);
void findings_free(struct findings *findings);

#endif
