/*
 * The views of the timelines in tests/golden/ladder and tests/golden/chart, each beside what it should be.  ACCEPT=1
 * writes that.
 */
#include "base/text.h"
#include "render/terminal_views.h"
#include "support/golden.h"
#include "support/made_events.h"
#include "views/chart_json.h"
#include "views/chart_svg.h"
#include "views/ladder_svg.h"
#include "views/ladder_json.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* --- what is made of a timeline ------------------------------------------------------------------------- */

static void draw_with(struct text *out, const struct outcome *outcome, const struct ladder_paper *paper,
                      const struct ladder_options *options)
{
    struct findings *findings = outcome_findings(outcome);
    struct ladder *ladder = ladder_new(findings, options);
    ladder_text(out, ladder, paper);
    ladder_free(ladder);
    findings_free(findings);
}

static void draw(struct text *out, const struct outcome *outcome, const struct ladder_paper *paper, bool states)
{
    draw_with(out, outcome, paper, &(struct ladder_options){.states = states});
}

static const struct ladder_paper wide_paper = {.width = 80, .unicode = true, .times = true};
static const struct ladder_paper narrow_paper = {.width = 40, .unicode = true, .times = true};

static void wide(struct text *out, const struct outcome *outcome)
{
    draw(out, outcome, &wide_paper, true);
}

static void narrow(struct text *out, const struct outcome *outcome)
{
    draw(out, outcome, &narrow_paper, true);
}

static void ascii(struct text *out, const struct outcome *outcome)
{
    draw(out, outcome, &(struct ladder_paper){.width = 80}, false);
}

static void words(struct text *out, const struct outcome *outcome)
{
    draw(out, outcome, &(struct ladder_paper){.width = 80, .unicode = true, .words = true}, true);
}

static void normal(struct text *out, const struct outcome *outcome)
{
    struct findings *findings = outcome_findings(outcome);
    const struct ladder_options options = {.gap = 50 * CLOCK_MILLISECOND, .most = 400, .normal = true};
    struct ladder *ladder = ladder_new(findings, &options);
    ladder_text(out, ladder, &(struct ladder_paper){.width = 72, .unicode = true, .normal = true});
    ladder_free(ladder);
    findings_free(findings);
}

static void calls(struct text *out, const struct outcome *outcome)
{
    const struct look look = {.width = 100, .unicode = true};
    struct findings *findings = outcome_findings(outcome);
    terminal_calls(out, findings, &(struct call_list_options){.everybody = true}, &look);
    text_add(out, "\nnormal, yours alone:\n");
    terminal_calls(out, findings, &(struct call_list_options){.normal = true}, &look);
    findings_free(findings);
}

static void draw_svg(struct text *out, const struct outcome *outcome, bool packets)
{
    const struct ladder_options options = {.states = true, .normal = true, .packets = packets};
    struct findings *findings = outcome_findings(outcome);
    struct ladder *ladder = ladder_new(findings, &options);
    ladder_svg(out, ladder, &(struct svg_options){.id = "l", .alone = true, .normal = true});
    ladder_free(ladder);
    findings_free(findings);
}

static void svg(struct text *out, const struct outcome *outcome)
{
    draw_svg(out, outcome, false);
}

static void dump_json(struct text *out, const struct outcome *outcome, bool packets)
{
    struct findings *findings = outcome_findings(outcome);
    struct ladder *ladder = ladder_new(findings, &(struct ladder_options){.states = true, .packets = packets});
    json_t *object = ladder_to_json(ladder);
    char *text = json_dumps(object, JSON_INDENT(1));
    text_format(out, "%s\n", text);
    free(text);
    json_decref(object);
    ladder_free(ladder);
    findings_free(findings);
}

static void json(struct text *out, const struct outcome *outcome)
{
    dump_json(out, outcome, false);
}

/* --- with packets --------------------------------------------------------------------------------------- */

static const struct ladder_options with_packets = {.states = true, .packets = true};
static const struct ladder_options with_all = {.packets = true, .acks = true, .numbers = true};

static void packets_wide(struct text *out, const struct outcome *outcome)
{
    draw_with(out, outcome, &wide_paper, &with_packets);
}

static void packets_narrow(struct text *out, const struct outcome *outcome)
{
    draw_with(out, outcome, &narrow_paper, &with_packets);
}

static void packets_ascii(struct text *out, const struct outcome *outcome)
{
    draw_with(out, outcome, &(struct ladder_paper){.width = 80}, &with_packets);
}

static void packets_words(struct text *out, const struct outcome *outcome)
{
    draw_with(out, outcome, &(struct ladder_paper){.width = 80, .unicode = true, .words = true}, &with_packets);
}

static void packets_svg(struct text *out, const struct outcome *outcome)
{
    draw_svg(out, outcome, true);
}

static void packets_json(struct text *out, const struct outcome *outcome)
{
    dump_json(out, outcome, true);
}

static void all_wide(struct text *out, const struct outcome *outcome)
{
    draw_with(out, outcome, &wide_paper, &with_all);
}

static void all_narrow(struct text *out, const struct outcome *outcome)
{
    draw_with(out, outcome, &narrow_paper, &with_all);
}

struct view {
    const char *name;
    void (*make)(struct text *out, const struct outcome *outcome);
    bool packets; /* only of timelines with some */
};

static const struct view ladders[] = {
    {"80.txt", wide, false},
    {"40.txt", narrow, false},
    {"ascii.txt", ascii, false},
    {"words.txt", words, false},
    {"normal.txt", normal, false},
    {"calls.txt", calls, false},
    {"svg", svg, false},
    {"json", json, false},
    {"packets.80.txt", packets_wide, true},
    {"packets.40.txt", packets_narrow, true},
    {"packets.ascii.txt", packets_ascii, true},
    {"packets.words.txt", packets_words, true},
    {"packets.svg", packets_svg, true},
    {"packets.json", packets_json, true},
    {"acks.80.txt", all_wide, true},
    {"acks.40.txt", all_narrow, true},
    {NULL, NULL, false},
};

/* --- charts --------------------------------------------------------------------------------------------- */

/* All that show anything. */
static void draw_charts(struct text *out, const struct outcome *outcome, const struct ladder_paper *paper)
{
    struct findings *findings = outcome_findings(outcome);
    for (int kind = 0; kind < CHARTS; kind++) {
        struct chart *chart = chart_new(findings, (enum chart_kind)kind, paper->normal);
        if (chart->panel_count > 0)
            text_format(out, "--- %s\n", chart_name((enum chart_kind)kind));
        chart_text(out, chart, paper);
        chart_free(chart);
    }
    findings_free(findings);
}

static void charts_wide(struct text *out, const struct outcome *outcome)
{
    draw_charts(out, outcome, &wide_paper);
}

static void charts_narrow(struct text *out, const struct outcome *outcome)
{
    draw_charts(out, outcome, &narrow_paper);
}

static void charts_ascii(struct text *out, const struct outcome *outcome)
{
    draw_charts(out, outcome, &(struct ladder_paper){.width = 80});
}

static void charts_words(struct text *out, const struct outcome *outcome)
{
    draw_charts(out, outcome, &(struct ladder_paper){.width = 80, .unicode = true, .words = true});
}

static void charts_normal(struct text *out, const struct outcome *outcome)
{
    draw_charts(out, outcome, &(struct ladder_paper){.width = 72, .unicode = true, .normal = true});
}

static void charts_svg(struct text *out, const struct outcome *outcome)
{
    struct findings *findings = outcome_findings(outcome);
    for (int kind = 0; kind < CHARTS; kind++) {
        struct chart *chart = chart_new(findings, (enum chart_kind)kind, true);
        chart_svg(out, chart, &(struct svg_options){.id = chart_name((enum chart_kind)kind), .alone = true});
        chart_free(chart);
    }
    findings_free(findings);
}

static void charts_json(struct text *out, const struct outcome *outcome)
{
    struct findings *findings = outcome_findings(outcome);
    for (int kind = 0; kind < CHARTS; kind++) {
        struct chart *chart = chart_new(findings, (enum chart_kind)kind, false);
        json_t *panels = chart_to_json(chart);
        char *text = json_dumps(panels, JSON_COMPACT);
        text_format(out, "%s\n", text);
        free(text);
        json_decref(panels);
        chart_free(chart);
    }
    findings_free(findings);
}

static const struct view charts[] = {
    {"80.txt", charts_wide, false},       {"40.txt", charts_narrow, false},
    {"ascii.txt", charts_ascii, false},   {"words.txt", charts_words, false},
    {"normal.txt", charts_normal, false}, {"svg", charts_svg, false},
    {"json", charts_json, false},         {NULL, NULL, false},
};

/* --- comparing ------------------------------------------------------------------------------------------ */

static bool check_file(const char *where, const char *name, const struct view *views)
{
    struct text source = TEXT_EMPTY;
    char *path = text_make("%s/%s.events", where, name);
    assert_true(text_read_file(&source, path));
    struct outcome *outcome = made_events(text_string(&source));
    bool fine = true;
    bool packets = strstr(text_string(&source), " packet ") != NULL;
    for (size_t i = 0; views[i].name != NULL; i++) {
        if (views[i].packets && !packets)
            continue;
        struct text made = TEXT_EMPTY;
        char *beside = text_make("%s/%s.%s", where, name, views[i].name);
        views[i].make(&made, outcome);
        fine = golden_is(beside, &made) && fine;
        text_free(&made);
        free(beside);
    }
    outcome_free(outcome);
    text_free(&source);
    free(path);
    return fine;
}

static size_t check_folder(const char *name, const struct view *views)
{
    char *where = golden_path(name);
    DIR *files = opendir(where);
    struct dirent *entry;
    size_t count = 0;
    bool fine = true;
    assert_non_null(files);
    while ((entry = readdir(files)) != NULL) {
        char *end = strstr(entry->d_name, ".events");
        if (end == NULL)
            continue;
        *end = '\0';
        fine = check_file(where, entry->d_name, views) && fine;
        count++;
    }
    closedir(files);
    free(where);
    assert_true(fine);
    return count;
}

static void test_ladders(void **state)
{
    (void)state;
    assert_true(check_folder("ladder", ladders) >= 13);
}

static void test_charts(void **state)
{
    (void)state;
    assert_true(check_folder("chart", charts) >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ladders), cmocka_unit_test(test_charts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
