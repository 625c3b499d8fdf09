/*
 * timeline.h: what every view reads.  Floor: trace.
 *
 * The events of a step, and before them those of earlier steps: a socket that was connected then is still
 * connected now.  Everything is borrowed.
 */
#ifndef SOCKRATES_TRACE_TIMELINE_H
#define SOCKRATES_TRACE_TIMELINE_H

#include "trace/call.h"

#include <stdbool.h>
#include <stddef.h>

struct timeline {
    const struct event *const *earlier; /* known, but not shown */
    size_t earlier_count;
    uint64_t forgotten;         /* calls before those, that are not known any more */
    const struct event *events; /* shown */
    size_t event_count;
    int64_t begin;       /* when the step began */
    uint64_t dropped;    /* events of the step that were not kept */
    char *const *actors; /* names by number */
    size_t actor_count;
};

/* Events are numbered through: the earlier ones first. */
static inline size_t timeline_count(const struct timeline *timeline)
{
    return timeline->earlier_count + timeline->event_count;
}

static inline const struct event *timeline_event(const struct timeline *timeline, size_t index)
{
    return index < timeline->earlier_count ? timeline->earlier[index]
                                           : &timeline->events[index - timeline->earlier_count];
}

/* True when anybody made a call in the step. */
bool timeline_has_calls(const struct timeline *timeline);

const char *timeline_actor(const struct timeline *timeline, int actor);

/* One end of one event. */
struct moment {
    int64_t at;
    uint32_t event;
    bool end;
};

/* Begins and ends of all events in order of time; yours to free.  What has not ended has no end. */
struct moment *timeline_moments(const struct timeline *timeline, size_t *count);

#endif
