#include "trace/timeline.h"

#include "base/array.h"
#include "base/memory.h"

#include <stdlib.h>

bool timeline_has_calls(const struct timeline *timeline)
{
    for (size_t i = 0; i < timeline->event_count; i++)
        if (timeline->events[i].kind != EVENT_PRINT)
            return true;
    return false;
}

const char *timeline_actor(const struct timeline *timeline, int actor)
{
    if (actor >= 0 && (size_t)actor < timeline->actor_count && timeline->actors[actor] != NULL)
        return timeline->actors[actor];
    return actor == 0 ? "you" : "?";
}

/* At the same time: events in order, a begin before its end. */
static int compare(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->event != y->event)
        return x->event < y->event ? -1 : 1;
    return x->end - y->end;
}

struct moment *timeline_moments(const struct timeline *timeline, size_t *count)
{
    size_t events = timeline_count(timeline);
    struct moment *moments = memory_new(2 * events, sizeof *moments);
    *count = 0;
    for (size_t i = 0; i < events; i++) {
        const struct event *event = timeline_event(timeline, i);
        moments[(*count)++] = (struct moment){event->begin, (uint32_t)i, false};
        if (event->end != 0)
            moments[(*count)++] = (struct moment){event->end, (uint32_t)i, true};
    }
    array_sort(moments, *count, sizeof *moments, compare);
    return moments;
}
