#include "trace/ring.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "trace/call.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

/* What is shared: who reads it may not trust who wrote it. */
struct shared {
    _Atomic uint64_t next;
    _Atomic uint64_t limit; /* from this number on an event waits for the reader; UINT64_MAX: there is none */
    int reader;             /* a pipe that he reads */
    _Atomic int actors;
    char names[RING_ACTORS][RING_NAME_LENGTH];
    _Alignas(EVENT_SIZE) struct event events[];
};

struct ring {
    struct shared *shared;
    size_t capacity;
};

static size_t size_of(size_t capacity)
{
    return sizeof(struct shared) + capacity * sizeof(struct event);
}

struct ring *ring_new(size_t capacity)
{
    void *memory =
        mmap(NULL, size_of(capacity), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    struct ring *ring = memory_new(1, sizeof *ring);
    *ring = (struct ring){memory_checked(memory != MAP_FAILED ? memory : NULL), capacity};
    ring->shared->limit = UINT64_MAX;
    ring->shared->actors = 1;
    strcpy(ring->shared->names[0], "you");
    return ring;
}

void ring_free(struct ring *ring)
{
    if (ring == NULL)
        return;
    munmap(ring->shared, size_of(ring->capacity));
    free(ring);
}

void ring_hold(struct ring *ring, uint64_t least, int reader)
{
    ring->shared->reader = reader;
    atomic_store_explicit(&ring->shared->limit, least + ring->capacity, memory_order_release);
}

/* A pipe that nobody reads is in error. */
static void wait_for_reader(struct shared *shared, uint64_t number)
{
    int before = errno;
    struct pollfd reader = {.fd = shared->reader};
    while (number >= atomic_load_explicit(&shared->limit, memory_order_acquire))
        if (poll(&reader, 1, 1) > 0)
            atomic_store_explicit(&shared->limit, UINT64_MAX, memory_order_release);
    errno = before;
}

struct event *ring_begin(struct ring *ring, enum event_kind kind, enum event_call call)
{
    uint64_t number = atomic_fetch_add_explicit(&ring->shared->next, 1, memory_order_relaxed);
    if (number >= atomic_load_explicit(&ring->shared->limit, memory_order_relaxed))
        wait_for_reader(ring->shared, number);
    struct event *event = &ring->shared->events[number & (ring->capacity - 1)];
    atomic_store_explicit(&event->stamp, 0, memory_order_release);
    /* Field by field: the compiler joins these stores, where a memset() would be a call. */
    atomic_store_explicit(&event->end, 0, memory_order_relaxed);
    event->kind = (uint16_t)kind;
    event->call = (uint16_t)call;
    event->actor = event->flags = 0;
    event->fd = -1;
    event->error = 0;
    /* Kept in `result` until the event is published, so that publishing needs no second argument. */
    event->result = (int64_t)number;
    event->chunk = 0;
    event->line = 0;
    event->arg[0] = event->arg[1] = event->arg[2] = event->arg[3] = 0;
    event->address_length = event->names_length = event->data_length = event->function = 0;
    event->begin = clock_now();
    return event;
}

/* Which of its descriptors the call gave: 0, 1 for the second of a pair, or -1. */
static int given(const struct event *event, int fd)
{
    switch (event->end != 0 && event->error == 0 ? call_of(event)->gives : GIVES_NOTHING) {
    case GIVES_DESCRIPTOR:
        return event->result == fd ? 0 : -1;
    case GIVES_PAIR:
        return event->fd == fd ? 0 : event->arg[3] == fd ? 1 : -1;
    default:
        return -1;
    }
}

/* The names so far with this one at its place; false when there is no room. */
static void add_name(struct event *event, int place, const char *name)
{
    char *names = event->payload + event->address_length + event->data_length;
    size_t room = EVENT_ROOM - event->address_length - event->data_length, length = strlen(name);
    const char *blank = memchr(names, ' ', event->names_length);
    char first[EVENT_ROOM], second[EVENT_ROOM];
    snprintf(first, sizeof first, "%.*s", (int)(blank ? blank - names : event->names_length), names);
    snprintf(second, sizeof second, "%.*s", blank ? (int)(names + event->names_length - blank - 1) : 0,
             blank ? blank + 1 : "");
    if (strlen(first) + strlen(second) + length + 2 > room)
        return;
    const char *a = place == 0 ? name : first, *b = place == 1 ? name : second;
    event->names_length = (uint16_t)snprintf(names, room, "%s%s%s", a, *b != '\0' ? " " : "", b);
}

/* So far back; what is used only later has no name. */
#define NAMED_MOST 1024

void ring_name(struct ring *ring, int actor, int fd, const char *name)
{
    uint64_t next = ring_next(ring), least = next > NAMED_MOST ? next - NAMED_MOST : 0;
    for (uint64_t number = next; number-- > least;) {
        struct event *event = &ring->shared->events[number & (ring->capacity - 1)];
        if (atomic_load_explicit(&event->stamp, memory_order_acquire) != number + 1 || event->actor != actor)
            continue;
        int place = given(event, fd);
        if (place >= 0) {
            if (!(event->flags & EVENT_SETUP))
                add_name(event, place, name);
            return;
        }
    }
}

uint64_t ring_next(const struct ring *ring)
{
    return atomic_load_explicit(&ring->shared->next, memory_order_acquire);
}

/* Whoever wrote it, no reader goes beyond its bounds. */
static void make_sound(struct event *event)
{
    if (!event_is_whole(event))
        event->address_length = event->data_length = event->names_length = 0;
    if (event->address_length > sizeof(struct sockaddr_storage))
        event->address_length = 0;
    if (event->actor >= RING_ACTORS)
        event->actor = RING_ACTORS - 1;
    if (event->function >= FUNCTION_COUNT)
        event->function = FUNCTION_NONE;
}

bool ring_read(const struct ring *ring, uint64_t number, struct event *copy)
{
    const struct event *event = &ring->shared->events[number & (ring->capacity - 1)];
    if (atomic_load_explicit(&event->stamp, memory_order_acquire) != number + 1)
        return false;
    memcpy((void *)copy, (const void *)event, sizeof *copy);
    atomic_thread_fence(memory_order_acquire);
    if (atomic_load_explicit(&event->stamp, memory_order_relaxed) != number + 1)
        return false;
    make_sound(copy);
    return true;
}

struct event *ring_copy(const struct ring *ring, uint64_t first, uint64_t last, size_t *count, uint64_t *dropped)
{
    uint64_t asked = last > first ? last - first : 0;
    uint64_t start = asked > ring->capacity ? last - ring->capacity : first;
    struct event *events = memory_new((size_t)(last > start ? last - start : 0), sizeof *events);
    *count = 0;
    for (uint64_t number = start; number < last; number++)
        if (ring_read(ring, number, &events[*count]))
            (*count)++;
    *dropped = asked - *count;
    return events;
}

int ring_actor_new(struct ring *ring, const char *name)
{
    int actor = atomic_fetch_add(&ring->shared->actors, 1);
    if (actor >= RING_ACTORS - 1) {
        atomic_store(&ring->shared->actors, RING_ACTORS);
        actor = RING_ACTORS - 1;
        name = "others";
    }
    strncpy(ring->shared->names[actor], name, RING_NAME_LENGTH - 1);
    return actor;
}

void ring_actor_rename(struct ring *ring, int actor, const char *name)
{
    memset(ring->shared->names[actor], 0, RING_NAME_LENGTH);
    strncpy(ring->shared->names[actor], name, RING_NAME_LENGTH - 1);
}

const char *ring_actor_name(const struct ring *ring, int actor)
{
    return actor >= 0 && actor < RING_ACTORS ? ring->shared->names[actor] : "?";
}

char *ring_actor_copy(const struct ring *ring, int actor)
{
    const char *name = ring_actor_name(ring, actor);
    return utf8_visible(name, strnlen(name, RING_NAME_LENGTH - 1));
}

int ring_actor_count(const struct ring *ring)
{
    int count = ring->shared->actors;
    return count < 1 ? 1 : count < RING_ACTORS ? count : RING_ACTORS;
}

size_t ring_capacity(const struct ring *ring)
{
    return ring->capacity;
}
