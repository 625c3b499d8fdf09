/*
 * Faults by name, how many runs each means, and what a run does: nothing but arithmetic.
 */
#include "lab/fault.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct fault_wish wish_of(const char *word)
{
    struct fault_wish wish;
    const char *nearest;
    assert_true(fault_read(&wish, word, &nearest));
    return wish;
}

static struct fault_run run_of(const char *word, uint64_t client, uint64_t peer, size_t run)
{
    return (struct fault_run){wish_of(word), {.longest = {[RELAY_TO_CLIENT] = client, [RELAY_TO_PEER] = peer}}, run};
}

static size_t count_of(const char *word, uint64_t length)
{
    struct fault_run run = run_of(word, length, 0, 0);
    return fault_run_count(&run.wish, &run.measure);
}

static void every_fault_has_its_words(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct fault *fault = faults; fault->name != NULL; fault++, count++) {
        char name[FAULT_NAME_ROOM];
        struct fault_wish wish = wish_of(fault->name);
        assert_ptr_equal(wish.fault, fault);
        assert_true(strlen(fault->name) + strlen("@1") < FAULT_NAME_ROOM);
        assert_non_null(fault->brief);
        assert_true(strlen(fault->brief) <= 60);
        assert_int_equal(fault->advice[strlen(fault->advice) - 1], '.');
        fault_name(&wish, name);
        assert_string_equal(name, fault->name);
    }
    assert_int_equal(count, 12);
}

static void names_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *word, *nearest;
    } wrong[] = {{"splti", "split"}, {"rst@2", "rst"},     {"rst@", "rst"},
                 {"full@1", "full"}, {"loss@1", "loss"},   {"refused@1", "refused"},
                 {"", NULL},         {"earthquake", NULL}, {"@1", NULL}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct fault_wish wish;
        const char *nearest;
        assert_false(fault_read(&wish, wrong[i].word, &nearest));
        if (wrong[i].nearest == NULL)
            assert_null(nearest);
        else
            assert_string_equal(nearest, wrong[i].nearest);
    }
    struct fault_wish first = wish_of("rst@1");
    char name[FAULT_NAME_ROOM];
    fault_name(&first, name);
    assert_string_equal(name, "rst@1");
    assert_true(first.first);
}

static void runs_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint64_t length;
        size_t count;
    } rows[] = {{"split", 0, 0},   {"split", 1, 0},        {"split", 2, 1},       {"split", 12, 11}, {"split", 65, 64},
                {"split", 66, 64}, {"split", 1 << 20, 64}, {"rst", 0, 0},         {"rst", 1, 1},     {"rst", 2, 1},
                {"rst", 3, 2},     {"rst", 4, 3},          {"close", 1 << 20, 3}, {"stall", 0, 0},   {"stall", 9, 1},
                {"bytes", 0, 0},   {"bytes", 9, 1},        {"refused", 0, 1},     {"full", 9, 1},    {"loss", 9, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(count_of(rows[i].name, rows[i].length), rows[i].count);
    struct fault_run loss = run_of("loss", 0, 0, 2);
    loss.measure.packets = 5;
    assert_int_equal(fault_run_count(&loss.wish, &loss.measure), 5);
    assert_int_equal(fault_packet(&loss), 3);
    loss.measure.packets = 500;
    assert_int_equal(fault_run_count(&loss.wish, &loss.measure), FAULT_PACKETS_MOST);
}

/* Each within the stream, each later than the one before; the first bytes without a gap, the last one too. */
static void cuts_are_in_order(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {2, 3, 64, 65, 66, 67, 100, 1000, 1 << 20};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        uint32_t before = 0;
        size_t count = count_of("split", lengths[i]);
        for (size_t k = 0; k < count; k++) {
            struct relay_manner manner;
            struct fault_run run = run_of("split", lengths[i], 0, k);
            fault_manner(&run, &manner);
            uint32_t cut = manner.pieces[RELAY_TO_CLIENT][0];
            assert_true(cut > before && cut < lengths[i]);
            if (k < FAULT_CUTS_MOST / 2)
                assert_int_equal(cut, k + 1);
            assert_int_equal(manner.pieces[RELAY_TO_CLIENT][1], 0);
            assert_int_equal(manner.pieces[RELAY_TO_PEER][0], 0);
            before = cut;
        }
        assert_int_equal(before, lengths[i] - 1);
    }
}

/* The shorter way has fewer cuts; the later runs leave it alone. */
static void ways_are_cut_apart(void **state)
{
    (void)state;
    struct relay_manner manner;
    struct fault_run run = run_of("split", 10, 4, 2);
    fault_manner(&run, &manner);
    assert_int_equal(manner.pieces[RELAY_TO_CLIENT][0], 3);
    assert_int_equal(manner.pieces[RELAY_TO_PEER][0], 3);
    run.run = 3;
    fault_manner(&run, &manner);
    assert_int_equal(manner.pieces[RELAY_TO_CLIENT][0], 4);
    assert_int_equal(manner.pieces[RELAY_TO_PEER][0], 0);
}

static void ends_have_their_place(void **state)
{
    (void)state;
    struct relay_manner manner;
    static const int64_t points[] = {1, 6, 11};
    for (size_t k = 0; k < 3; k++) {
        struct fault_run run = run_of("rst@1", 12, 0, k);
        fault_manner(&run, &manner);
        assert_int_equal(manner.end, RELAY_RESETS);
        assert_int_equal(manner.connections, 1);
        assert_int_equal(manner.after[RELAY_TO_CLIENT], points[k]);
        assert_true(manner.after[RELAY_TO_PEER] == INT64_MAX);
    }
    struct fault_run gone = run_of("gone", 12, 0, 0);
    fault_manner(&gone, &manner);
    assert_int_equal(manner.after[RELAY_TO_CLIENT], 0);
    assert_int_equal(manner.connections, 0);
}

/* However long it is, it does not drip for ever. */
static void drips_are_few(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {1, 19, 20, 21, 1000, 1 << 20};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct relay_manner manner;
        struct fault_run run = run_of("drip", lengths[i], 0, 0);
        fault_manner(&run, &manner);
        assert_true(manner.pieces[RELAY_TO_CLIENT][0] * 20 >= lengths[i]);
        assert_true(manner.pause == 100 * CLOCK_MILLISECOND);
    }
}

static void places_are_said(void **state)
{
    (void)state;
    static const struct {
        const char *name, *place;
        size_t run;
    } rows[] = {{"split", "behind byte 5 of 12", 4},
                {"rst", "behind byte 6 of 12", 1},
                {"gone", "", 0},
                {"bytes", "", 0},
                {"loss", "packet 3 of 9", 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text text = TEXT_EMPTY;
        struct fault_run run = run_of(rows[i].name, 12, 0, rows[i].run);
        run.measure.packets = 9;
        fault_say_place(&text, &run);
        assert_string_equal(text_string(&text), rows[i].place);
        text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_has_its_words),
        cmocka_unit_test(names_are_read),
        cmocka_unit_test(runs_are_counted),
        cmocka_unit_test(cuts_are_in_order),
        cmocka_unit_test(ways_are_cut_apart),
        cmocka_unit_test(ends_have_their_place),
        cmocka_unit_test(drips_are_few),
        cmocka_unit_test(places_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
