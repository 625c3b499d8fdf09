#include "session/settle.h"

#include "base/clock.h"
#include "lab/network.h"

#include <poll.h>

/*
 * How long peers that go on talking are waited for, and how much work of those that have something to do; a busy
 * machine may give them a processor late.
 */
#define TALKING (10 * CLOCK_MILLISECOND)
#define WORKING (30 * CLOCK_MILLISECOND)
#define LATEST  CLOCK_SECOND

static bool any_runs(const struct lab *lab)
{
    for (const struct peer *peer = lab->peers; peer != NULL; peer = peer->next)
        if (peer_runs(peer))
            return true;
    return false;
}

static int64_t work_of(const struct lab *lab)
{
    int64_t work = 0;
    for (const struct peer *peer = lab->peers; peer != NULL; peer = peer->next)
        work += peer_worked(peer);
    return work;
}

void settle(const struct runtime *runtime)
{
    const struct lab *lab = &runtime->lab;
    bool runs = false, talks = lab->peers != NULL;
    int64_t begin = clock_now(), work = talks ? work_of(lab) : 0, rested = begin;
    /* On a busy machine the wire gets a processor late, too. */
    network_catch_up(lab->network);
    while (runs || talks) {
        uint64_t before = ring_next(runtime->net.ring);
        poll(NULL, 0, 1);
        network_catch_up(lab->network);
        int64_t now = clock_now();
        runs = any_runs(lab) && now - begin < LATEST && work_of(lab) - work < WORKING;
        if (runs)
            rested = now;
        talks = ring_next(runtime->net.ring) != before && now - rested < TALKING;
    }
}
