/*
 * past.h: what happened before a step.  Floor: trace.
 *
 * A socket that was connected in an earlier step is still connected now, so each step's views need the events of those
 * before it.  They are kept once, however many steps know them.
 */
#ifndef SOCKRATES_TRACE_PAST_H
#define SOCKRATES_TRACE_PAST_H

#include "trace/ring.h"

/* The events before a step, in order; they are shared, and stay as they were then. */
struct earlier {
    const struct event **events;
    size_t count;
    uint64_t forgotten; /* calls before or between those that are not known any more */
};

/* Adds a copy of the event. */
void earlier_add(struct earlier *earlier, const struct event *event);
void earlier_free(struct earlier *earlier);

/* What is known of a ring, read on step by step. */
struct past;

struct past *past_new(void);
void past_free(struct past *past);

/* What is known of the events before the one with this number; yours to free. */
struct earlier past_before(struct past *past, const struct ring *ring, uint64_t before);

#endif
