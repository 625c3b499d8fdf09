#include "lab/schedule.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define TABLE 8192 /* a power of two; what falls on a place that is taken pushes out what was there */

struct entry {
    int64_t release;
    uint64_t sequence;
    void *item;
};

/* Packets to one host. */
struct line {
    struct manner manner;
    int64_t free; /* when the last bit of the last packet has left */
    /* When each of those that wait for the rate has left: a ring. */
    int64_t leaves[SCHEDULE_MOST];
    size_t first, waiting;
};

struct known_rule {
    struct rule rule;
    uint32_t number;
    uint64_t matched;
    int64_t applied;
};

struct schedule {
    struct line lines[SCHEDULE_HOSTS];
    struct known_rule rules[SCHEDULE_RULES];
    size_t rule_count;
    uint32_t last_rule;
    bool unplugged, paused;
    schedule_ask *ask;
    void *owner; /* of `ask` */
    struct question {
        const struct packet *packet;
        int from;
        size_t length;
        uint64_t hash; /* what the packet says, once `hashed` */
        bool hashed;
        uint64_t drawn;
        uint32_t number; /* of the rule that asks */
    } question;
    struct entry heap[SCHEDULE_MOST];
    size_t count;
    uint64_t sequence;
    struct {
        uint64_t key;
        uint32_t base; /* the number of the SYN */
    } flows[TABLE];
    struct {
        uint64_t key;
        uint32_t times;
    } copies[TABLE];
};

struct schedule *schedule_new(void)
{
    return memory_new(1, sizeof(struct schedule));
}

void schedule_free(struct schedule *schedule)
{
    free(schedule);
}

/* --- the heap ------------------------------------------------------------------------------------------- */

static bool before(const struct entry *a, const struct entry *b)
{
    return a->release != b->release ? a->release < b->release : a->sequence < b->sequence;
}

static void swap(struct entry *a, struct entry *b)
{
    struct entry kept = *a;
    *a = *b;
    *b = kept;
}

bool schedule_add(struct schedule *schedule, int64_t release, void *item)
{
    struct entry *heap = schedule->heap;
    if (schedule->count == SCHEDULE_MOST)
        return false;
    size_t at = schedule->count++;
    heap[at] = (struct entry){release, schedule->sequence++, item};
    for (; at > 0 && before(&heap[at], &heap[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&heap[at], &heap[(at - 1) / 2]);
    return true;
}

void *schedule_step(struct schedule *schedule)
{
    struct entry *heap = schedule->heap;
    if (schedule->count == 0)
        return NULL;
    void *item = heap[0].item;
    heap[0] = heap[--schedule->count];
    for (size_t at = 0, least = 0;; at = least) {
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < schedule->count; child++)
            if (before(&heap[child], &heap[least]))
                least = child;
        if (least == at)
            return item;
        swap(&heap[at], &heap[least]);
    }
}

bool schedule_idle(const struct schedule *schedule)
{
    return schedule->count == 0 && !schedule->paused;
}

int64_t schedule_next(const struct schedule *schedule)
{
    return schedule->count == 0 || schedule->paused ? CLOCK_NEVER : schedule->heap[0].release;
}

void *schedule_take(struct schedule *schedule, int64_t now)
{
    return schedule_next(schedule) <= now ? schedule_step(schedule) : NULL;
}

/* --- what it is told ------------------------------------------------------------------------------------ */

void schedule_set_manner(struct schedule *schedule, int to, const struct manner *manner)
{
    schedule->lines[to].manner = *manner;
    schedule->lines[to].free = 0;
    schedule->lines[to].waiting = 0;
    memset(schedule->copies, 0, sizeof schedule->copies);
}

/* Its place; the count for none. */
static size_t find_rule(const struct schedule *schedule, uint32_t number)
{
    size_t at = 0;
    while (at < schedule->rule_count && schedule->rules[at].number != number)
        at++;
    return at;
}

uint32_t schedule_add_rule(struct schedule *schedule, const struct rule *rule)
{
    if (schedule->rule_count == SCHEDULE_RULES)
        return 0;
    schedule->rules[schedule->rule_count++] = (struct known_rule){.rule = *rule, .number = ++schedule->last_rule};
    return schedule->last_rule;
}

int64_t schedule_count(const struct schedule *schedule, uint32_t number)
{
    size_t at = find_rule(schedule, number);
    return at < schedule->rule_count ? schedule->rules[at].applied : -1;
}

bool schedule_asks(const struct schedule *schedule, uint32_t number)
{
    size_t at = find_rule(schedule, number);
    return at < schedule->rule_count && schedule->rules[at].rule.asks;
}

int64_t schedule_end_rule(struct schedule *schedule, uint32_t number)
{
    int64_t count = schedule_count(schedule, number);
    size_t at = find_rule(schedule, number);
    if (count >= 0)
        memmove(&schedule->rules[at], &schedule->rules[at + 1],
                (--schedule->rule_count - at) * sizeof *schedule->rules);
    return count;
}

void schedule_plug(struct schedule *schedule, bool plugged)
{
    schedule->unplugged = !plugged;
}

bool schedule_plugged(const struct schedule *schedule)
{
    return !schedule->unplugged;
}

void schedule_pause(struct schedule *schedule, bool paused)
{
    schedule->paused = paused;
}

bool schedule_paused(const struct schedule *schedule)
{
    return schedule->paused;
}

/* --- rules ---------------------------------------------------------------------------------------------- */

void schedule_ask_of(struct schedule *schedule, schedule_ask *ask, void *owner)
{
    schedule->ask = ask;
    schedule->owner = owner;
}

static bool fits(const struct rule *rule, const struct packet *packet, int from)
{
    return (packet->flags & rule->with) == rule->with && (packet->flags & rule->without) == 0 &&
           (rule->data == RULE_ANY || (rule->data == RULE_WITH) == (packet->data > 0)) &&
           (rule->kinds == 0 || (rule->kinds >> packet->kind & 1) != 0) && (rule->from == 0 || rule->from == from + 1);
}

static bool matches(struct schedule *schedule, const struct known_rule *known)
{
    struct question *question = &schedule->question;
    if (!fits(&known->rule, question->packet, question->from))
        return false;
    question->number = known->number;
    question->drawn = 0;
    return !known->rule.asks || (schedule->ask != NULL && schedule->ask(schedule->owner, known->number));
}

/* Every rule counts what matches, also when another one was first. */
static const struct rule *find_applying(struct schedule *schedule)
{
    struct known_rule *found = NULL;
    for (size_t i = 0; i < schedule->rule_count; i++) {
        struct known_rule *known = &schedule->rules[i];
        if (!matches(schedule, known))
            continue;
        known->matched++;
        if (found == NULL && (known->rule.nth == 0 || known->rule.nth == known->matched))
            found = known;
    }
    if (found == NULL)
        return NULL;
    found->applied++;
    return &found->rule;
}

/* --- chance --------------------------------------------------------------------------------------------- */

/* The end of splitmix64: every bit of the result depends on every bit of both. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) + UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ hash >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ hash >> 27) * UINT64_C(0x94d049bb133111eb);
    return hash ^ hash >> 31;
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = mix(hash, ((const uint8_t *)bytes)[i]);
    return hash;
}

static uint64_t flow_key(const struct packet *packet)
{
    uint64_t key = hash_bytes(1, &packet->from.any, packet->from.length);
    return hash_bytes(key, &packet->to.any, packet->to.length);
}

static void note_flow(struct schedule *schedule, const struct packet *packet)
{
    uint64_t key = flow_key(packet);
    schedule->flows[key % TABLE].key = key;
    schedule->flows[key % TABLE].base = packet->sequence;
}

/* Counted from the SYN of its direction, since the first number is another one each time. */
static uint32_t relative_sequence(const struct schedule *schedule, const struct packet *packet)
{
    uint64_t key = flow_key(packet);
    return schedule->flows[key % TABLE].key == key ? packet->sequence - schedule->flows[key % TABLE].base : 0;
}

/* What the packet says, without what is another thing each time: ports of clients, first numbers, stamps. */
static uint64_t hash_packet(struct schedule *schedule, const struct packet *packet, int from, size_t length)
{
    const uint64_t parts[] = {(uint64_t)from,
                              packet->kind,
                              packet->flags,
                              packet->type,
                              packet->kind == PACKET_TCP ? relative_sequence(schedule, packet) : 0,
                              packet->kind == PACKET_OTHER ? length : packet->data};
    uint64_t hash = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        hash = mix(hash, parts[i]);
    if (schedule->copies[hash % TABLE].key != hash)
        schedule->copies[hash % TABLE].times = 0;
    schedule->copies[hash % TABLE].key = hash;
    return mix(hash, schedule->copies[hash % TABLE].times++);
}

/* Once for each packet: it counts how often there was such a one. */
static uint64_t hash_of_question(struct schedule *schedule)
{
    struct question *question = &schedule->question;
    if (!question->hashed)
        question->hash = hash_packet(schedule, question->packet, question->from, question->length);
    question->hashed = true;
    return question->hash;
}

enum { CHANCE_LOSS = 1, CHANCE_DUPLICATE, CHANCE_JITTER, CHANCE_RULE };

static bool takes_chances(const struct manner *manner)
{
    return manner->loss > 0 || manner->duplicate > 0 || manner->jitter > 0;
}

/* From 0 up to, but never, 1. */
static double chance(const struct manner *manner, uint64_t hash, uint64_t what)
{
    return (double)(mix(mix(hash, manner->seed), what) >> 11) * 0x1p-53;
}

uint64_t schedule_draw(struct schedule *schedule)
{
    struct question *question = &schedule->question;
    uint64_t hash = hash_of_question(schedule), seed = schedule->lines[1 - question->from].manner.seed;
    return mix(mix(mix(mix(hash, seed), CHANCE_RULE), question->number), question->drawn++);
}

/* --- the line ------------------------------------------------------------------------------------------- */

/* When its last bit has left; false when the queue is full. */
static bool wait_for_rate(struct line *line, size_t length, int64_t now, int64_t *left)
{
    const struct manner *manner = &line->manner;
    size_t most = manner->queue > 0 && manner->queue < SCHEDULE_MOST ? (size_t)manner->queue : SCHEDULE_MOST;
    *left = now;
    if (manner->rate <= 0)
        return true;
    for (; line->waiting > 0 && line->leaves[line->first] <= now; line->waiting--)
        line->first = (line->first + 1) % SCHEDULE_MOST;
    if (line->waiting >= most)
        return false;
    double takes = (double)length * 8 * (double)CLOCK_SECOND / (double)manner->rate;
    line->free = (line->free > now ? line->free : now) + (int64_t)takes;
    line->leaves[(line->first + line->waiting++) % SCHEDULE_MOST] = line->free;
    *left = line->free;
    return true;
}

static void pass(struct schedule *schedule, int64_t now, struct decision *decision)
{
    struct line *line = &schedule->lines[1 - schedule->question.from];
    const struct manner *manner = &line->manner;
    uint64_t hash = takes_chances(manner) ? hash_of_question(schedule) : 0;
    if (chance(manner, hash, CHANCE_LOSS) < manner->loss) {
        decision->fate = PACKET_LOST;
    } else if (!wait_for_rate(line, schedule->question.length, now, &decision->release)) {
        decision->fate = PACKET_OVERFLOWED;
    } else {
        double jitter = chance(manner, hash, CHANCE_JITTER) * (double)manner->jitter;
        decision->release += manner->delay + (int64_t)jitter;
        decision->copied = chance(manner, hash, CHANCE_DUPLICATE) < manner->duplicate;
    }
}

struct decision schedule_decide(struct schedule *schedule, const struct packet *packet, int from, size_t length,
                                int64_t now)
{
    struct decision decision = {.fate = PACKET_DELIVERED, .release = now};
    if ((packet->flags & TCP_FLAG_SYN) != 0)
        note_flow(schedule, packet);
    if (schedule->unplugged) {
        decision.fate = PACKET_UNPLUGGED;
        return decision;
    }
    /* What no lesson is about stays out of counts and chance. */
    if (packet_is_chatter(packet))
        return decision;
    schedule->question = (struct question){.packet = packet, .from = from, .length = length};
    const struct rule *rule = find_applying(schedule);
    if (rule != NULL && rule->fate == PACKET_DROPPED) {
        decision.fate = PACKET_DROPPED;
        return decision;
    }
    pass(schedule, now, &decision);
    if (rule != NULL && decision.fate == PACKET_DELIVERED) {
        decision.fate = PACKET_HELD;
        decision.release += rule->hold;
    }
    return decision;
}
