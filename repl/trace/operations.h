/*
 * operations.h: calls that belong together.  Floor: trace.
 *
 * A call with a timeout is several system calls: the first attempt, polls that wait, the attempt that
 * succeeds; a call that a signal interrupted is made again.  One operation is all of these, and what came of
 * them in the end.  Notes, handlers and states are operations of one event each; the calls that a handler
 * makes are operations of their own, in the middle of the one it interrupted.
 */
#ifndef SOCKRATES_TRACE_OPERATIONS_H
#define SOCKRATES_TRACE_OPERATIONS_H

#include "trace/timeline.h"

struct operation {
    uint32_t first, last; /* events: the first attempt, the one that decided */
    uint16_t kind;        /* enum event_kind */
    uint16_t call;        /* enum event_call */
    uint16_t actor;
    uint32_t chunk; /* of the event that began it */
    int32_t fd;
    int64_t begin, end; /* end 0: it goes on */
    int64_t result;
    int error;
    bool timed_out;         /* our own deadline ended it */
    int64_t deadline;       /* the moment of that; 0: it has not waited */
    int64_t asked;          /* how long it was to wait at most, or to sleep; 0: nobody said */
    unsigned waits;         /* polls that served a timeout */
    unsigned interruptions; /* calls that a signal ended */
    uint32_t handler;       /* the operation of the handler that made it; OPERATION_NONE */
    uint32_t interrupted;   /* a handler: the call that goes on once it is done; OPERATION_NONE */
};

#define OPERATION_NONE UINT32_MAX

struct operations {
    struct operation *list;
    size_t count;
    uint32_t *of_event; /* which operation an event belongs to */
};

static inline enum call_act operation_act(const struct operation *operation)
{
    return operation->kind == EVENT_CALL ? (enum call_act)call_row(operation->call)->act : ACT_NONE;
}

struct operations *operations_new(const struct timeline *timeline);
struct operations *operations_copy(const struct operations *operations, const struct timeline *timeline);
void operations_free(struct operations *operations);

#endif
