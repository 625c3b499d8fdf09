#include "trace/past.h"

#include "base/array.h"
#include "base/memory.h"
#include "trace/call.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* So many of the newest; of those before them only what a socket is known by. */
#define NEWEST 4096

/* An event and how many know it.  One of no kind was not written yet when it was looked for. */
struct kept {
    size_t references;
    uint64_t number; /* in the ring */
    struct event event;
};

struct past {
    struct kept **list;
    size_t count;
    uint64_t next; /* the number to read next */
    uint64_t forgotten;
};

static struct kept *kept_new(uint64_t number)
{
    struct kept *kept = memory_new(1, sizeof *kept);
    kept->references = 1;
    kept->number = number;
    return kept;
}

static void kept_free(struct kept *kept)
{
    if (--kept->references == 0)
        free(kept);
}

/* --- what a step knows ---------------------------------------------------------------------------------- */

static void share(struct earlier *earlier, struct kept *kept)
{
    kept->references++;
    ARRAY_ADD(earlier->events, earlier->count, &kept->event);
}

void earlier_add(struct earlier *earlier, const struct event *event)
{
    struct kept *kept = kept_new(0);
    memcpy((void *)&kept->event, (const void *)event, sizeof *event);
    ARRAY_ADD(earlier->events, earlier->count, &kept->event);
}

void earlier_free(struct earlier *earlier)
{
    for (size_t i = 0; i < earlier->count; i++)
        kept_free((struct kept *)((char *)earlier->events[i] - offsetof(struct kept, event)));
    free(earlier->events);
    *earlier = (struct earlier){.events = NULL};
}

/* --- reading on ----------------------------------------------------------------------------------------- */

struct past *past_new(void)
{
    return memory_new(1, sizeof(struct past));
}

void past_free(struct past *past)
{
    if (past == NULL)
        return;
    for (size_t i = 0; i < past->count; i++)
        kept_free(past->list[i]);
    free(past->list);
    free(past);
}

/* What had not ended, or was not written yet, is read again: as a new one, the old one may be known to others. */
static void read_again(struct past *past, const struct ring *ring)
{
    for (size_t i = 0; i < past->count; i++) {
        struct kept *kept = past->list[i], *newer;
        if (kept->event.end != 0)
            continue;
        newer = kept_new(kept->number);
        bool more = ring_read(ring, kept->number, &newer->event) && (newer->event.end != 0 || kept->event.kind == 0);
        past->list[i] = more ? newer : kept;
        kept_free(more ? kept : newer);
    }
}

static void read_on(struct past *past, const struct ring *ring, uint64_t before)
{
    uint64_t first = before > ring_capacity(ring) ? before - ring_capacity(ring) : 0;
    if (past->next < first) {
        past->forgotten += first - past->next;
        past->next = first;
    }
    for (; past->next < before; past->next++) {
        struct kept *kept = kept_new(past->next);
        if (!ring_read(ring, past->next, &kept->event))
            memset((void *)&kept->event, 0, sizeof kept->event);
        ARRAY_ADD(past->list, past->count, kept);
    }
}

static bool stays(const struct kept *kept, uint64_t before, size_t capacity)
{
    if (kept->number + capacity < before || kept->event.kind == EVENT_STATE)
        return false;
    bool failed = kept->event.kind == EVENT_NOTE && kept->event.flags & EVENT_FAILED;
    bool lasts = kept->event.kind == EVENT_PASSED || call_of(&kept->event)->lasts;
    return kept->number + NEWEST >= before || failed || lasts;
}

static void forget(struct past *past, uint64_t before, size_t capacity)
{
    size_t count = 0;
    for (size_t i = 0; i < past->count; i++) {
        struct kept *kept = past->list[i];
        if (stays(kept, before, capacity)) {
            past->list[count++] = kept;
            continue;
        }
        past->forgotten += kept->event.kind == EVENT_CALL;
        kept_free(kept);
    }
    past->count = count;
}

struct earlier past_before(struct past *past, const struct ring *ring, uint64_t before)
{
    read_again(past, ring);
    read_on(past, ring, before);
    forget(past, before, ring_capacity(ring));
    struct earlier earlier = {.forgotten = past->forgotten};
    for (size_t i = 0; i < past->count && past->list[i]->number < before; i++)
        if (past->list[i]->event.kind != 0)
            share(&earlier, past->list[i]);
    return earlier;
}
