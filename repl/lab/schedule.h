/*
 * schedule.h: what the wire does with each packet, and when.  Floor: lab.
 *
 * Pure: no socket and no clock of its own.  Chance is no sequence of numbers but a hash of what the packet says, so
 * that one seed gives one picture, whatever else the stack sends in between.
 */
#ifndef SOCKRATES_LAB_SCHEDULE_H
#define SOCKRATES_LAB_SCHEDULE_H

#include "trace/packet.h"

#define SCHEDULE_HOSTS 2
#define SCHEDULE_MOST  4096 /* packets on their way at once; a queue is never longer */
#define SCHEDULE_RULES 64   /* in force at once */

/* How packets to one host fare; all zero is a perfect wire. */
struct manner {
    int64_t delay, jitter;  /* nanoseconds; jitter is the most that is added */
    double loss, duplicate; /* from 0 to 1 */
    int64_t rate;           /* bits a second; 0: no limit */
    int64_t queue;          /* packets that wait for the rate; 0: SCHEDULE_MOST */
    uint64_t seed;
};

/* What a rule says of one property of a packet. */
enum rule_wish { RULE_ANY, RULE_WITH, RULE_WITHOUT };

struct rule {
    enum packet_fate fate; /* PACKET_DROPPED or PACKET_HELD */
    int64_t hold;          /* how long */
    uint8_t with, without; /* enum tcp_flag */
    uint8_t data;          /* enum rule_wish */
    uint8_t kinds;         /* one bit for each enum packet_kind; 0: all */
    uint8_t from;          /* 1 + the host; 0: any */
    uint32_t nth;          /* only this one of those that match, from 1; 0: all */
    bool asks;             /* only where whoever is asked says so: see schedule_ask_of() */
};

struct schedule;

struct schedule *schedule_new(void);
void schedule_free(struct schedule *schedule);

/* For packets to that host from now on; what was counted for chance begins anew. */
void schedule_set_manner(struct schedule *schedule, int to, const struct manner *manner);

/* Who decides for rules that ask, by their number; `owner` knows which packet it is about. */
typedef bool schedule_ask(void *owner, uint32_t number);
void schedule_ask_of(struct schedule *schedule, schedule_ask *ask, void *owner);

/* For who is asked: chance, of 64 bits, that depends on the seed, the packet, the rule, and how often it drew before.
 */
uint64_t schedule_draw(struct schedule *schedule);

/* The first rule that matches decides.  The rule's number, from 1; 0 when there is no room. */
uint32_t schedule_add_rule(struct schedule *schedule, const struct rule *rule);

/* The rule is over.  How many packets it was applied to, as schedule_count() says; -1 for no rule. */
int64_t schedule_end_rule(struct schedule *schedule, uint32_t number);
int64_t schedule_count(const struct schedule *schedule, uint32_t number);
bool schedule_asks(const struct schedule *schedule, uint32_t number);

void schedule_plug(struct schedule *schedule, bool plugged);
bool schedule_plugged(const struct schedule *schedule);

/* While it is paused nothing is due. */
void schedule_pause(struct schedule *schedule, bool paused);
bool schedule_paused(const struct schedule *schedule);

struct decision {
    enum packet_fate fate;
    int64_t release; /* when it is put out, if it arrives */
    bool copied;     /* and once more right behind */
};

/* Decides on a packet of `length` bytes that came from the host now. */
struct decision schedule_decide(struct schedule *schedule, const struct packet *packet, int from, size_t length,
                                int64_t now);

/* On its way until the moment; of one moment the first comes first.  False when there are SCHEDULE_MOST. */
bool schedule_add(struct schedule *schedule, int64_t release, void *item);

/* The next one that is due, which is on its way no more; NULL when there is none. */
void *schedule_take(struct schedule *schedule, int64_t now);

/* The next one, due or not, paused or not. */
void *schedule_step(struct schedule *schedule);

/* Nothing is on its way and nothing is held up: what comes may go. */
bool schedule_idle(const struct schedule *schedule);

/* When the next one is due; CLOCK_NEVER when nothing is on its way, or it is paused. */
int64_t schedule_next(const struct schedule *schedule);

#endif
