/*
 * ring.h: the timeline in shared memory.  Floor: trace.
 *
 * One ring of events is mapped before anything forks; the learner's process, its peers and the wire write
 * it without locks, anybody reads.  It is bounded: the newest events push out the oldest, and a reader is
 * told how many it came too late for.  Pages that were never written cost no memory.
 */
#ifndef SOCKRATES_TRACE_RING_H
#define SOCKRATES_TRACE_RING_H

#include "base/clock.h"
#include "trace/event.h"

#include <stdbool.h>
#include <stddef.h>

#define RING_CAPACITY    65536 /* events; 16 MiB when all were used */
#define RING_ACTORS      64
#define RING_NAME_LENGTH 24

struct ring;

/* A ring for `capacity` events, a power of two.  Shared with every process forked from here on. */
struct ring *ring_new(size_t capacity);
void ring_free(struct ring *ring);
size_t ring_capacity(const struct ring *ring);

/*
 * Claims the next event and stamps its begin; the caller fills in what is known and publishes it with
 * ring_publish(), so that others can watch the call while it blocks; ring_end() stamps its end.
 * Never fails, and waits only for a reader of ring_hold().
 */
struct event *ring_begin(struct ring *ring, enum event_kind kind, enum event_call call);

static inline void ring_publish(struct event *event)
{
    uint64_t number = (uint64_t)event->result;
    event->result = 0;
    atomic_store_explicit(&event->stamp, number + 1, memory_order_release);
}

static inline void ring_end(struct event *event, int64_t result, int error)
{
    event->result = result;
    event->error = error;
    atomic_store_explicit(&event->end, clock_now(), memory_order_release);
}

/*
 * Writes down what a descriptor is called with the newest call of the actor that gave it; nothing when that is too long
 * ago or has no room.
 */
void ring_name(struct ring *ring, int actor, int fd, const char *name);

/*
 * A reader that misses nothing: from now on whoever would push out an event from `least` on waits, until the reader
 * says more.  `reader` is the writing end of a pipe that he alone reads: when he is gone nobody waits any more.
 */
void ring_hold(struct ring *ring, uint64_t least, int reader);

/* The number the next event will have: events from an earlier value of this up to a later one are "since". */
uint64_t ring_next(const struct ring *ring);

/* Copies one event, whose lengths and numbers are sound; false when it is not written yet or was pushed out. */
bool ring_read(const struct ring *ring, uint64_t number, struct event *copy);

/*
 * The events numbered [first, last) that still exist, in order, as an array that is yours to free; *count
 * of them.  *dropped counts those that were pushed out, or whose writer died before it published them.
 */
struct event *ring_copy(const struct ring *ring, uint64_t first, uint64_t last, size_t *count, uint64_t *dropped);

/* A new actor with this name ("echo"); its number.  Actor 0 is "you"; when all are taken the last is "others". */
int ring_actor_new(struct ring *ring, const char *name);

/* From now on the actor is called so. */
void ring_actor_rename(struct ring *ring, int actor, const char *name);
const char *ring_actor_name(const struct ring *ring, int actor);

/* The same for who does not trust those that write the ring: a copy that can be shown, yours to free. */
char *ring_actor_copy(const struct ring *ring, int actor);
int ring_actor_count(const struct ring *ring);

#endif
