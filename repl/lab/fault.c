#include "lab/fault.h"

#include "base/clock.h"
#include "base/rows.h"

#include <stdio.h>
#include <string.h>

#define DELAY (50 * CLOCK_MILLISECOND)

/* A stream that drips comes in so many pieces at most. */
#define DRIPS 20
#define DRIP  (100 * CLOCK_MILLISECOND)

const struct fault faults[] = {
    {.name = "split",
     .brief = "the bytes arrive in two pieces, cut at every place",
     .advice = "One recv() gives what has arrived, which may be the beginning of a message. Read until it is whole.",
     .runs = FAULT_CUTS},
    {.name = "bytes",
     .brief = "the bytes arrive one at a time",
     .advice = "One recv() gives what has arrived, which may be a single byte. Read until the message is whole.",
     .manner = {.alike = true}},
    {.name = "delay",
     .brief = "everything arrives 50 ms later",
     .advice = "An answer takes its time. Wait for it: no sleep is right everywhere.",
     .any = true,
     .manner = {.delay = DELAY}},
    {.name = "drip",
     .brief = "the bytes drip, 0.1 s apart",
     .advice = "A timeout bounds each call, not the whole: every byte begins it anew. One deadline bounds them all.",
     .manner = {.alike = true, .pause = DRIP}},
    {.name = "stall",
     .brief = "half of the answer comes, then nothing more",
     .advice = "Whoever waits without a limit waits for ever. Set one, and say what was missing when it is over.",
     .runs = FAULT_MIDDLE,
     .manner = {.end = RELAY_STALLS}},
    {.name = "close",
     .brief = "the peer closes in mid-message",
     .advice = "recv() gives \"\" at the end, whether the message is whole or not. Half a message is none.",
     .runs = FAULT_POINTS,
     .manner = {.end = RELAY_CLOSES}},
    {.name = "rst",
     .brief = "the connection is reset in mid-message",
     .advice = "A reset raises ConnectionResetError in the middle of anything. What came before it is half a message.",
     .runs = FAULT_POINTS,
     .manner = {.end = RELAY_RESETS}},
    {.name = "gone",
     .brief = "the peer closes before its first byte",
     .advice = "connect() may be fine and the first recv() the end: \"\" is not an answer.",
     .manner = {.end = RELAY_CLOSES}},
    {.name = "refused",
     .brief = "nobody listens there any more",
     .advice = "connect() raises ConnectionRefusedError when nobody listens. Then there is no answer to give.",
     .door = true,
     .manner = {.door = RELAY_SHUT}},
    {.name = "full",
     .brief = "the queue is full: connecting is not answered",
     .advice = "connect() waits, for minutes, when nobody answers. A timeout that is set before it bounds that.",
     .door = true,
     .manner = {.door = RELAY_FULL}},
    {.name = "eintr",
     .brief = "a signal interrupts whoever waits",
     .advice = "A signal that has a handler ends a call that waits. What was to be done is still to be done.",
     .any = true,
     .manner = {.interrupts = true}},
    {.name = "loss",
     .brief = "a packet is lost, each of the first ones in turn",
     .advice = "TCP sends it again after 0.2 s to 1 s, and what you wait for is that much later. UDP loses it.",
     .runs = FAULT_PACKETS,
     .wire = true},
    {.name = NULL},
};

bool fault_read(struct fault_wish *wish, const char *word, const char **nearest)
{
    size_t count = ROW_COUNT(faults) - 1, length = strcspn(word, "@");
    char name[FAULT_NAME_ROOM] = "";
    memcpy(name, word, length < sizeof name - 1 ? length : sizeof name - 1);
    *wish = (struct fault_wish){row_named(faults, count, sizeof *faults, name), word[length] == '@'};
    *nearest = NULL;
    bool plain = word[length] == '\0' || strcmp(word + length, "@1") == 0;
    if (wish->fault != NULL && plain && !(wish->first && (wish->fault->door || wish->fault->wire)))
        return true;
    *nearest = wish->fault != NULL ? wish->fault->name : row_nearest(faults, count, sizeof *faults, name);
    return false;
}

void fault_name(const struct fault_wish *wish, char name[FAULT_NAME_ROOM])
{
    snprintf(name, FAULT_NAME_ROOM, "%s%s", wish->fault->name, wish->first ? "@1" : "");
}

/* --- places --------------------------------------------------------------------------------------------- */

static uint64_t longest(const struct fault_measure *measure)
{
    uint64_t there = measure->longest[RELAY_TO_CLIENT], back = measure->longest[RELAY_TO_PEER];
    return there > back ? there : back;
}

/* Behind which byte of `length` the stream is cut; all of them, or the first half of the most and some others. */
static uint64_t cut_at(uint64_t length, size_t run)
{
    const size_t dense = FAULT_CUTS_MOST / 2;
    uint64_t cuts = length - 1;
    if (cuts <= FAULT_CUTS_MOST || run < dense)
        return run + 1;
    return dense + 1 + (run - dense) * (cuts - dense - 1) / (FAULT_CUTS_MOST - dense - 1);
}

static size_t count_cuts(uint64_t length)
{
    return length < 2 ? 0 : length - 1 < FAULT_CUTS_MOST ? (size_t)(length - 1) : FAULT_CUTS_MOST;
}

/* How many different points a stream has. */
static size_t count_points(uint64_t length)
{
    return length < 2 ? length : length < 4 ? (size_t)length - 1 : 3;
}

static uint64_t point_at(uint64_t length, size_t run)
{
    if (length < 4)
        return length < 2 ? 0 : run + 1;
    const uint64_t points[] = {1, length / 2, length - 1};
    return points[run < 3 ? run : 2];
}

size_t fault_run_count(const struct fault_wish *wish, const struct fault_measure *measure)
{
    uint64_t length = longest(measure), packets = measure->packets;
    switch (wish->fault->runs) {
    case FAULT_CUTS:
        return count_cuts(length);
    case FAULT_POINTS:
        return count_points(length);
    case FAULT_PACKETS:
        return packets < FAULT_PACKETS_MOST ? (size_t)packets : FAULT_PACKETS_MOST;
    default:
        return wish->fault->door || length > 0 || (wish->fault->any && packets > 0);
    }
}

/* After how many bytes of a stream it happens; 0: at its beginning. */
static uint64_t place_in(const struct fault_run *run, uint64_t length)
{
    switch (run->wish.fault->runs) {
    case FAULT_CUTS:
        return length < 2 ? 0 : cut_at(length, run->run);
    case FAULT_POINTS:
        return point_at(length, run->run);
    case FAULT_MIDDLE:
        return length / 2;
    default:
        return 0;
    }
}

void fault_manner(const struct fault_run *run, struct relay_manner *manner)
{
    const struct fault *fault = run->wish.fault;
    *manner = fault->manner;
    manner->connections = run->wish.first;
    manner->lost = fault_packet(run);
    for (size_t way = 0; way < RELAY_WAYS; way++) {
        uint64_t length = run->measure.longest[way];
        manner->after[way] = length > 0 ? (int64_t)place_in(run, length) : INT64_MAX;
        if (fault->runs == FAULT_CUTS && run->run < count_cuts(length))
            manner->pieces[way][0] = (uint32_t)cut_at(length, run->run);
        else if (manner->alike)
            manner->pieces[way][0] = manner->pause > 0 ? (uint32_t)(length / DRIPS + 1) : 1;
    }
}

uint32_t fault_packet(const struct fault_run *run)
{
    return run->wish.fault->runs == FAULT_PACKETS ? (uint32_t)run->run + 1 : 0;
}

void fault_say_place(struct text *text, const struct fault_run *run)
{
    uint64_t length = longest(&run->measure);
    uint64_t place = place_in(run, length);
    if (fault_packet(run) > 0)
        text_format(text, "packet %zu of %llu", run->run + 1, (unsigned long long)run->measure.packets);
    else if (place > 0)
        text_format(text, "behind byte %llu of %llu", (unsigned long long)place, (unsigned long long)length);
}
