/* Charts of timelines that make no sense: whatever stands in the records, they are drawn, and within their width. */
#include "base/span.h"
#include "base/utf8.h"
#include "views/chart_json.h"
#include "views/chart_svg.h"
#include "views/chart_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define EVENTS 120
#define ROUNDS 300

/* A generator of its own: the same on every machine. */
static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

static void make(struct event *event, int64_t *now, uint32_t *state)
{
    static const int errors[] = {0, 0, 0, 0, 4, 11, 104, 111, 115};
    static const int64_t results[] = {-1, 0, 1, 2, 5, 70000, INT64_C(1) << 50};
    memset(event, 0, sizeof *event);
    *now += next(state) % 3000000;
    event->kind = next(state) % 12 == 0 ? (uint16_t)(1 + next(state) % 6) : EVENT_CALL;
    event->call = (uint16_t)(next(state) % CALL_COUNT);
    event->actor = (uint16_t)(next(state) % 3);
    event->flags = next(state) % 5 == 0 ? (uint16_t)next(state) : 0;
    event->begin = *now;
    event->end = next(state) % 9 == 0 ? 0 : *now + next(state) % 2000000;
    event->fd = (int32_t)(next(state) % 6) + 2;
    event->error = errors[next(state) % (sizeof errors / sizeof *errors)];
    event->result = event->error ? -1 : results[next(state) % (sizeof results / sizeof *results)];
    for (size_t i = 0; i < 4; i++)
        event->arg[i] = next(state) % 3 == 0 ? (int64_t)next(state) : next(state) % 8;
    event->data_length = (uint16_t)(next(state) % (EVENT_ROOM + 1));
    for (size_t i = 0; i < event->data_length; i++)
        event->payload[i] = (char)next(state);
}

static void draw(const struct findings *findings, enum chart_kind kind, bool normal, int width)
{
    struct chart *chart = chart_new(findings, kind, normal);
    struct text text = TEXT_EMPTY, svg = TEXT_EMPTY;
    chart_text(&text, chart, &(struct ladder_paper){.width = width, .unicode = width != 79, .words = width == 60});
    const char *rest = text_string(&text);
    for (struct span line; span_next_line(&rest, &line);)
        assert_true(utf8_columns(line.text, line.length) <= (size_t)width);
    chart_svg(&svg, chart, &(struct svg_options){.id = "c", .normal = normal});
    json_decref(chart_to_json(chart));
    text_free(&text);
    text_free(&svg);
    chart_free(chart);
}

static void anything_is_drawn(void **state)
{
    static const int widths[] = {20, 40, 60, 79, 80, 200};
    char you[] = "you", a[] = "a\x1b[31m", b[] = "b\n<&>\xff";
    char *actors[] = {you, a, b};
    uint32_t seed = 2026;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct event events[EVENTS];
        const struct event *earlier[EVENTS / 4];
        int64_t now = 1000;
        for (size_t i = 0; i < EVENTS; i++)
            make(&events[i], &now, &seed);
        size_t before = next(&seed) % (EVENTS / 4);
        for (size_t i = 0; i < before; i++)
            earlier[i] = &events[i];
        struct findings *findings = findings_new((struct timeline){.earlier = earlier,
                                                                   .earlier_count = before,
                                                                   .events = events + before,
                                                                   .event_count = EVENTS - before,
                                                                   .begin = events[before].begin,
                                                                   .actors = actors,
                                                                   .actor_count = 3});
        for (int kind = 0; kind < CHARTS; kind++)
            draw(findings, (enum chart_kind)kind, round % 2, widths[round % (int)(sizeof widths / sizeof *widths)]);
        findings_free(findings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(anything_is_drawn)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
