/* What the wire does with packets, and when: made packets, and a clock that stands where the test puts it. */
#include "lab/schedule.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ME, PEER };

#define MS CLOCK_MILLISECOND

static struct packet tcp(uint8_t flags, uint32_t sequence, size_t data)
{
    struct packet packet = {.kind = PACKET_TCP, .flags = flags, .sequence = sequence, .data = data};
    packet.from = packet.to = (struct address){.length = sizeof(struct sockaddr_in)};
    packet.from.in.sin_port = 1;
    packet.to.in.sin_port = 2;
    return packet;
}

static struct decision decide(struct schedule *schedule, const struct packet *packet, int from, int64_t now)
{
    return schedule_decide(schedule, packet, from, 100, now);
}

/* --- order ---------------------------------------------------------------------------------------------- */

static void test_order(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new();
    static const int64_t moments[] = {50, 10, 50, 30, 10, 20, 50, 40};
    static const int expected[] = {1, 4, 5, 3, 7, 0, 2, 6};
    char items[8];
    assert_true(schedule_idle(schedule));
    for (size_t i = 0; i < 8; i++)
        assert_true(schedule_add(schedule, moments[i], &items[i]));
    assert_false(schedule_idle(schedule));
    assert_null(schedule_take(schedule, 9));
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(schedule_next(schedule), moments[expected[i]]);
        assert_ptr_equal(schedule_take(schedule, 50), &items[expected[i]]);
    }
    assert_int_equal(schedule_next(schedule), CLOCK_NEVER);
    schedule_free(schedule);
}

static void test_full(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new();
    for (int64_t i = 0; i < SCHEDULE_MOST; i++)
        assert_true(schedule_add(schedule, SCHEDULE_MOST - i, schedule));
    assert_false(schedule_add(schedule, 1, schedule));
    for (int64_t i = 1; i <= SCHEDULE_MOST; i++) {
        assert_null(schedule_take(schedule, i - 1));
        assert_non_null(schedule_take(schedule, i));
    }
    schedule_free(schedule);
}

static void test_pause(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new();
    char first, second;
    schedule_pause(schedule, true);
    assert_false(schedule_idle(schedule));
    schedule_add(schedule, 20, &second);
    schedule_add(schedule, 10, &first);
    assert_int_equal(schedule_next(schedule), CLOCK_NEVER);
    assert_null(schedule_take(schedule, 100));
    assert_ptr_equal(schedule_step(schedule), &first);
    schedule_pause(schedule, false);
    assert_ptr_equal(schedule_take(schedule, 100), &second);
    assert_null(schedule_step(schedule));
    schedule_free(schedule);
}

/* --- rules ---------------------------------------------------------------------------------------------- */

static void test_rules(void **state)
{
    (void)state;
    const struct {
        struct rule rule;
        bool syn, answer, data, reset; /* which of these it drops */
    } rows[] = {
        {{.with = TCP_FLAG_SYN}, true, true, false, false},
        {{.with = TCP_FLAG_SYN, .without = TCP_FLAG_ACK}, true, false, false, false},
        {{.with = TCP_FLAG_SYN | TCP_FLAG_ACK}, false, true, false, false},
        {{.data = RULE_WITH}, false, false, true, false},
        {{.data = RULE_WITHOUT}, true, true, false, true},
        {{.from = 1 + PEER}, false, true, false, true},
        {{.kinds = 1U << PACKET_UDP}, false, false, false, false},
        {{.kinds = 1U << PACKET_TCP, .from = 1 + ME}, true, false, true, false},
        {{.nth = 2}, false, true, false, false},
    };
    const struct packet syn = tcp(TCP_FLAG_SYN, 0, 0), answer = tcp(TCP_FLAG_SYN | TCP_FLAG_ACK, 0, 0),
                        data = tcp(TCP_FLAG_ACK, 1, 5), reset = tcp(TCP_FLAG_RST, 1, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct schedule *schedule = schedule_new();
        struct rule rule = rows[i].rule;
        rule.fate = PACKET_DROPPED;
        uint32_t number = schedule_add_rule(schedule, &rule);
        assert_int_equal(decide(schedule, &syn, ME, 0).fate == PACKET_DROPPED, rows[i].syn);
        assert_int_equal(decide(schedule, &answer, PEER, 0).fate == PACKET_DROPPED, rows[i].answer);
        assert_int_equal(decide(schedule, &data, ME, 0).fate == PACKET_DROPPED, rows[i].data);
        assert_int_equal(decide(schedule, &reset, PEER, 0).fate == PACKET_DROPPED, rows[i].reset);
        int count = rows[i].syn + rows[i].answer + rows[i].data + rows[i].reset;
        assert_int_equal(schedule_count(schedule, number), count);
        assert_int_equal(schedule_end_rule(schedule, number), count);
        assert_int_equal(decide(schedule, &syn, ME, 0).fate, PACKET_DELIVERED);
        schedule_free(schedule);
    }
}

static void test_rules_are_bounded(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new();
    const struct rule rule = {.fate = PACKET_DROPPED};
    for (uint32_t i = 1; i <= SCHEDULE_RULES; i++)
        assert_int_equal(schedule_add_rule(schedule, &rule), i);
    assert_int_equal(schedule_add_rule(schedule, &rule), 0);
    assert_int_equal(schedule_end_rule(schedule, 3), 0);
    assert_int_equal(schedule_add_rule(schedule, &rule), SCHEDULE_RULES + 1);
    assert_int_equal(schedule_count(schedule, 3), -1);
    assert_int_equal(schedule_count(schedule, 4), 0);
    assert_int_equal(schedule_end_rule(schedule, 3), -1);
    schedule_free(schedule);
}

static void test_hold(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new();
    const struct packet packet = tcp(TCP_FLAG_ACK, 1, 5);
    schedule_set_manner(schedule, PEER, &(struct manner){.delay = 20 * MS});
    schedule_add_rule(schedule, &(struct rule){.fate = PACKET_HELD, .hold = 30 * MS, .nth = 1});
    struct decision first = decide(schedule, &packet, ME, 7), second = decide(schedule, &packet, ME, 7);
    assert_int_equal(first.fate, PACKET_HELD);
    assert_int_equal(first.release, 50 * MS + 7);
    assert_int_equal(second.fate, PACKET_DELIVERED);
    assert_int_equal(second.release, 20 * MS + 7);
    schedule_free(schedule);
}

static void test_unplugged(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new();
    const struct packet packet = tcp(TCP_FLAG_SYN, 0, 0);
    schedule_plug(schedule, false);
    assert_false(schedule_plugged(schedule));
    assert_int_equal(decide(schedule, &packet, ME, 0).fate, PACKET_UNPLUGGED);
    schedule_plug(schedule, true);
    assert_int_equal(decide(schedule, &packet, ME, 0).fate, PACKET_DELIVERED);
    schedule_free(schedule);
}

/* No rule and no chance takes what no lesson is about. */
static void test_chatter(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new();
    const struct packet report = {.kind = PACKET_ICMPV6, .type = 143};
    uint32_t rule = schedule_add_rule(schedule, &(struct rule){.fate = PACKET_DROPPED});
    schedule_set_manner(schedule, PEER, &(struct manner){.loss = 1});
    assert_int_equal(decide(schedule, &report, ME, 5).fate, PACKET_DELIVERED);
    assert_int_equal(schedule_count(schedule, rule), 0);
    schedule_free(schedule);
}

/* --- the line ------------------------------------------------------------------------------------------- */

/* 100 bytes at 80 kbit/s take 10 ms; two may wait. */
static void test_rate(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new();
    const struct packet packet = tcp(TCP_FLAG_ACK, 1, 5);
    schedule_set_manner(schedule, PEER, &(struct manner){.delay = 5 * MS, .rate = 80000, .queue = 2});
    assert_int_equal(decide(schedule, &packet, ME, 0).release, 15 * MS);
    assert_int_equal(decide(schedule, &packet, ME, 0).release, 25 * MS);
    assert_int_equal(decide(schedule, &packet, ME, 0).fate, PACKET_OVERFLOWED);
    assert_int_equal(decide(schedule, &packet, ME, 10 * MS).release, 35 * MS);
    assert_int_equal(decide(schedule, &packet, ME, 10 * MS).fate, PACKET_OVERFLOWED);
    assert_int_equal(decide(schedule, &packet, ME, 100 * MS).release, 115 * MS);
    assert_int_equal(decide(schedule, &packet, PEER, 100 * MS).release, 100 * MS);
    schedule_free(schedule);
}

/* --- chance --------------------------------------------------------------------------------------------- */

#define PACKETS 1000

/* The fates of a connection of which each packet comes twice; `first` is its first number, `port` the client's. */
static void play(const struct manner *manner, uint32_t first, uint16_t port, struct decision fates[2 * PACKETS])
{
    struct schedule *schedule = schedule_new();
    struct packet syn = tcp(TCP_FLAG_SYN, first, 0);
    syn.from.in.sin_port = port;
    decide(schedule, &syn, ME, 0);
    schedule_set_manner(schedule, PEER, manner);
    for (uint32_t i = 0; i < 2 * PACKETS; i++) {
        struct packet packet = tcp(TCP_FLAG_ACK, first + 1 + i % PACKETS, 1);
        packet.from.in.sin_port = port;
        fates[i] = decide(schedule, &packet, ME, 0);
    }
    schedule_free(schedule);
}

static bool same_fates(const struct decision *a, const struct decision *b)
{
    for (size_t i = 0; i < 2 * PACKETS; i++)
        if (a[i].fate != b[i].fate || a[i].release != b[i].release || a[i].copied != b[i].copied)
            return false;
    return true;
}

static void test_chance(void **state)
{
    (void)state;
    static struct decision fates[2 * PACKETS], again[2 * PACKETS], other[2 * PACKETS];
    const struct manner manner = {.loss = 0.2, .duplicate = 0.1, .jitter = MS, .seed = 7};
    struct manner other_seed = manner;
    other_seed.seed = 8;
    play(&manner, 12345, 40000, fates);
    play(&manner, UINT32_MAX - 10, 50000, again);
    play(&other_seed, 12345, 40000, other);
    assert_true(same_fates(fates, again));
    assert_false(same_fates(fates, other));
    size_t lost = 0, copied = 0, lost_both = 0;
    int64_t most = 0;
    for (size_t i = 0; i < 2 * PACKETS; i++) {
        lost += fates[i].fate == PACKET_LOST;
        copied += fates[i].copied;
        lost_both += i < PACKETS && fates[i].fate == PACKET_LOST && fates[i + PACKETS].fate == PACKET_LOST;
        most = fates[i].release > most ? fates[i].release : most;
    }
    /* One seed, one result: these are no guesses, but near what was asked for. */
    assert_in_range(lost, 350, 450);
    assert_in_range(copied, 120, 200);
    assert_in_range(lost_both, 20, 60);
    assert_in_range(most, MS * 9 / 10, MS - 1);
}

static void test_certain(void **state)
{
    (void)state;
    static struct decision fates[2 * PACKETS];
    play(&(struct manner){.loss = 1}, 1, 1, fates);
    for (size_t i = 0; i < 2 * PACKETS; i++)
        assert_int_equal(fates[i].fate, PACKET_LOST);
    play(&(struct manner){.duplicate = 1}, 1, 1, fates);
    for (size_t i = 0; i < 2 * PACKETS; i++)
        assert_true(fates[i].copied && fates[i].fate == PACKET_DELIVERED && fates[i].release == 0);
}

/* The same manner again begins anew. */
static void test_again(void **state)
{
    (void)state;
    struct schedule *schedule = schedule_new();
    const struct packet packet = tcp(TCP_FLAG_ACK, 1, 5);
    const struct manner manner = {.loss = 0.5, .seed = 3};
    enum packet_fate first[64];
    schedule_set_manner(schedule, PEER, &manner);
    for (size_t i = 0; i < 64; i++)
        first[i] = decide(schedule, &packet, ME, 0).fate;
    schedule_set_manner(schedule, PEER, &manner);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(decide(schedule, &packet, ME, 0).fate, first[i]);
    schedule_free(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),   cmocka_unit_test(test_full),  cmocka_unit_test(test_pause),
        cmocka_unit_test(test_rules),   cmocka_unit_test(test_hold),  cmocka_unit_test(test_rules_are_bounded),
        cmocka_unit_test(test_chatter), cmocka_unit_test(test_rate),  cmocka_unit_test(test_unplugged),
        cmocka_unit_test(test_chance),  cmocka_unit_test(test_again), cmocka_unit_test(test_certain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
