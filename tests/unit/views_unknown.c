/* What the views do with an event or a call of a later day: they leave it out, and draw it as nothing else. */
#include "views/call_list.h"
#include "views/chart.h"
#include "views/ladder.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static const struct event events[] = {
    {.kind = EVENT_CALL, .call = CALL_COUNT + 7, .fd = 3, .begin = 1, .end = 2},
    {.kind = EVENT_CALL, .call = CALL_COUNT + 7, .fd = 3, .begin = 3, .end = 4, .error = 22, .result = -1},
    {.kind = EVENT_CALL, .call = CALL_NONE, .fd = 3, .begin = 5, .end = 6},
    {.kind = 77, .fd = 3, .begin = 7, .end = 8},
    {.kind = EVENT_CALL, .call = CALL_CLOSE, .fd = 3, .begin = 9, .end = 10},
};

static const struct timeline timeline = {.events = events, .event_count = sizeof events / sizeof *events};

static void ladder_leaves_out(void **state)
{
    (void)state;
    struct findings *findings = findings_new(timeline);
    struct ladder *ladder = ladder_new(findings, &(struct ladder_options){.states = true});
    assert_int_equal(ladder->row_count, 1);
    ladder_free(ladder);
    findings_free(findings);
}

static void call_list_leaves_out(void **state)
{
    (void)state;
    struct findings *findings = findings_new(timeline);
    for (int normal = 0; normal < 2; normal++) {
        struct call_list list = call_list_of(findings, &(struct call_list_options){.normal = normal});
        assert_int_equal(list.count, 1);
        assert_ptr_equal(list.lines[0].event, &events[4]);
        call_list_free(&list);
    }
    findings_free(findings);
}

static void charts_leave_out(void **state)
{
    (void)state;
    struct findings *findings = findings_new(timeline);
    for (int i = 0; i < 2 * CHARTS; i++) {
        struct chart *chart = chart_new(findings, (enum chart_kind)(i % CHARTS), i >= CHARTS);
        assert_int_equal(chart->panel_count, 0);
        chart_free(chart);
    }
    findings_free(findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ladder_leaves_out),
        cmocka_unit_test(call_list_leaves_out),
        cmocka_unit_test(charts_leave_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
