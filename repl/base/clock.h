/*
 * clock.h: time in nanoseconds.  Floor: base.
 *
 * Every moment in Sockrates is a count of nanoseconds on the monotonic clock; every duration likewise.
 */
#ifndef SOCKRATES_BASE_CLOCK_H
#define SOCKRATES_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_MICROSECOND INT64_C(1000)
#define CLOCK_MILLISECOND INT64_C(1000000)
#define CLOCK_SECOND      INT64_C(1000000000)
#define CLOCK_NEVER       INT64_MAX

static inline int64_t clock_count(struct timespec time)
{
    return time.tv_sec * CLOCK_SECOND + time.tv_nsec;
}

/* What another clock shows: CLOCK_REALTIME, since 1970. */
static inline int64_t clock_on(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return clock_count(now);
}

static inline int64_t clock_now(void)
{
    return clock_on(CLOCK_MONOTONIC);
}

/* A duration in seconds, for people and for Lua. */
static inline double clock_seconds(int64_t duration)
{
    return (double)duration / 1e9;
}

/* The moment `duration` from now; CLOCK_NEVER when that lies beyond what can be counted. */
int64_t clock_after(int64_t duration);

/* Milliseconds until the moment for poll(2): rounded up, 0 once it has passed, -1 for CLOCK_NEVER. */
int clock_poll_timeout(int64_t moment);

#endif
