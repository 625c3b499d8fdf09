/* The views of the timelines in tests/golden/ladder, each beside what it should be.  ACCEPT=1 writes that. */
#include "base/text.h"
#include "render/terminal_views.h"
#include "support/made_events.h"
#include "views/ladder_json.h"
#include "views/ladder_svg.h"

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
    ladder_svg(out, ladder, &(struct ladder_svg_options){.id = "l", .alone = true, .normal = true});
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

static const struct view {
    const char *name;
    void (*make)(struct text *out, const struct outcome *outcome);
    bool packets; /* only of timelines with some */
} views[] = {
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
};

/* --- comparing ------------------------------------------------------------------------------------------ */

static char *folder(void)
{
    const char *source = getenv("SOCKRATES_SOURCE");
    return text_make("%s/tests/golden/ladder", source ? source : ".");
}

static void write_file(const char *path, const struct text *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite(text_string(text), 1, text->length, file);
    fclose(file);
}

static bool compare(const char *path, const struct text *made)
{
    struct text expected = TEXT_EMPTY;
    if (getenv("ACCEPT") != NULL)
        write_file(path, made);
    bool same = text_read_file(&expected, path) && strcmp(text_string(&expected), text_string(made)) == 0;
    if (!same)
        print_message("%s differs.\n--- expected\n%s--- made\n%s", path, text_string(&expected), text_string(made));
    text_free(&expected);
    return same;
}

static bool check_file(const char *where, const char *name)
{
    struct text source = TEXT_EMPTY;
    char *path = text_make("%s/%s.events", where, name);
    assert_true(text_read_file(&source, path));
    struct outcome *outcome = made_events(text_string(&source));
    bool fine = true;
    bool packets = strstr(text_string(&source), " packet ") != NULL;
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        if (views[i].packets && !packets)
            continue;
        struct text made = TEXT_EMPTY;
        char *beside = text_make("%s/%s.%s", where, name, views[i].name);
        views[i].make(&made, outcome);
        fine = compare(beside, &made) && fine;
        text_free(&made);
        free(beside);
    }
    outcome_free(outcome);
    text_free(&source);
    free(path);
    return fine;
}

static void test_timelines(void **state)
{
    (void)state;
    char *where = folder();
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
        fine = check_file(where, entry->d_name) && fine;
        count++;
    }
    closedir(files);
    free(where);
    assert_true(count >= 13);
    assert_true(fine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_timelines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
