#include "terminal/check_report.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/html_escape.h"
#include "base/span.h"
#include "base/utf8.h"
#include "lesson/recorded.h"
#include "lesson/trial.h"
#include "terminal/check_github.h"
#include "terminal/check_json.h"

#include <stdlib.h>
#include <string.h>

/* One line of a report. */
struct item {
    const struct block_result *block; /* NULL: a complaint */
    const char *path, *message;
    int line;
    enum verdict_kind kind;
};

/*
 * The lesson's complaints, then its blocks; *at begins with 0.  Ignored blocks are left out, and parts of
 * exercises that another block's verdict speaks for.
 */
static bool next_item(const struct lesson_result *result, size_t *at, struct item *item)
{
    size_t complaints = result->complaints.count, all = complaints + lesson_result_blocks(result);
    if (*at < complaints) {
        const struct complaint *complaint = &result->complaints.list[(*at)++];
        *item = (struct item){NULL, complaint->path, complaint->message, complaint->line, VERDICT_FAILED};
        return true;
    }
    while (*at < all) {
        const struct block_result *block = &result->blocks[(*at)++ - complaints];
        const struct verdict *verdict = &block->verdict;
        *item = (struct item){block, result->path, verdict->message, verdict->line, verdict->kind};
        if (verdict->kind != VERDICT_NOT_RUN || verdict->message != NULL)
            return true;
    }
    return false;
}

/* " #id", or nothing. */
static void add_id(struct text *out, const struct item *item)
{
    if (item->block != NULL && item->block->block->id != NULL)
        text_format(out, " #%s", item->block->block->id);
}

/* Text for people */

static void add_name(struct text *out, const char *name)
{
    utf8_add_keeping(out, name, strlen(name), "");
}

static void add_place(struct text *out, const struct look *look, const char *path, int line)
{
    text_add(out, look_on(look, STYLE_NAME));
    add_name(out, path);
    if (line > 0)
        text_format(out, ":%d", line);
    text_format(out, ":%s ", look_off(look, STYLE_NAME));
}

/* The lines of a diff have their own colours. */
static enum style style_of_line(const char *line)
{
    if (strncmp(line, "- ", 2) == 0)
        return STYLE_WRONG;
    return strncmp(line, "+ ", 2) == 0 ? STYLE_RIGHT : STYLE_TEXT;
}

/* A line of our own, wrapped only where the window is too narrow for it. */
static void add_line(struct text *out, const struct look *look, const char *first, const char *rest,
                     const struct text *line)
{
    if (look_columns(text_string(line)) + strlen(first) > (size_t)look->width)
        look_wrap(out, look, first, rest, text_string(line));
    else
        text_format(out, "%s%s\n", first, text_string(line));
}

/*
 * "place message" with the message's further lines indented.  Prose is wrapped to the window; the lines of a
 * diff are what they are.
 */
static void add_message(struct text *out, const struct look *look, const struct text *place, const char *message)
{
    struct span line = {"", 0};
    struct text first = TEXT_EMPTY;
    text_add_bytes(&first, text_string(place), place->length);
    span_next_line(&message, &line);
    look_add_visible(&first, look, line.text, line.length);
    add_line(out, look, "  ", "    ", &first);
    text_free(&first);
    while (span_next_line(&message, &line)) {
        text_format(out, "      %s", look_on(look, style_of_line(line.text)));
        look_add_visible(out, look, line.text, line.length);
        text_format(out, "%s\n", look_off(look, style_of_line(line.text)));
    }
}

static void add_item(struct text *out, const struct look *look, const struct item *item)
{
    const struct block_result *block = item->block;
    struct text place = TEXT_EMPTY;
    add_place(&place, look, item->path, item->line);
    if (item->kind == VERDICT_SKIPPED)
        look_add(&place, look, STYLE_QUIET, "skipped. ");
    else if (block != NULL && block->block->id != NULL)
        text_format(&place, "#%s ", block->block->id);
    if (item->kind == VERDICT_FAILED && block != NULL && block->runs > 1)
        text_format(&place, "%s %zu of %zu times. ", block->failures < block->runs ? "flaky: failed" : "failed",
                    block->failures, block->runs);
    add_message(out, look, &place, item->message);
    text_free(&place);
}

/* What the lesson has instead of the block's result. */
static void add_recorded(struct text *out, const struct look *look, const struct lesson_result *result,
                         const struct block *block)
{
    struct recorded recorded = recorded_of(block);
    const char *parts[] = {recorded.text, recorded.ladder};
    struct text label = TEXT_EMPTY;
    if (recorded.text == NULL && recorded.ladder == NULL)
        return;
    recorded_label(&label, result->lesson);
    look_wrap(out, look, "    ", "    ", text_string(&label));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (struct span line; parts[i] != NULL && span_next_line(&parts[i], &line);) {
            text_add(out, "      ");
            look_add_visible(out, look, line.text, line.length);
            text_add_char(out, '\n');
        }
    text_free(&label);
}

static void add_mark(struct text *out, const struct look *look, bool fine)
{
    enum style style = fine ? STYLE_RIGHT : STYLE_WRONG;
    const char *mark = look->plain     ? (fine ? "passed" : "failed")
                       : look->unicode ? (fine ? "✓" : "✗")
                                       : (fine ? "ok" : "FAILED");
    look_add(out, look, style, mark);
    text_add_char(out, ' ');
}

/* Of prose alone, or a file that is no lesson. */
#define NO_BLOCKS "no blocks to check"

/* How often solutions ran with faults, and which there was no private network for. */
static void add_faults(struct text *out, const struct lesson_result *result)
{
    size_t runs = 0, skipped = 0;
    for (size_t i = 0; i < result->lesson->block_count; i++) {
        const struct trial *trial = result->blocks[i].trial;
        for (size_t k = 0; trial != NULL && k < trial->count; k++) {
            runs += trial->rows[k].done;
            skipped += trial->rows[k].verdict == TRIAL_SKIPPED;
        }
    }
    if (runs > 0)
        text_format(out, ", %zu runs with faults", runs);
    if (skipped > 0)
        text_format(out, ", %zu fault%s skipped without a private network", skipped, skipped == 1 ? "" : "s");
}

static void add_counts(struct text *out, const struct lesson_result *result)
{
    size_t ran = result->passed + result->failed;
    if (result->failed > 0)
        text_format(out, "%zu of %zu blocks failed", result->failed, ran);
    else if (ran + result->skipped == 0)
        text_add(out, NO_BLOCKS);
    else
        text_format(out, "%zu block%s", ran, ran == 1 ? "" : "s");
    if (result->skipped > 0)
        text_format(out, ", %zu skipped", result->skipped);
    add_faults(out, result);
    for (size_t i = 0; i < CODE_LANGUAGES; i++)
        if (result->proved[i] > 0)
            text_format(out, ", %zu the same in %s", result->proved[i], code_languages[i].name);
    if (result->accepted > 0)
        text_format(out, ", %zu output%s accepted", result->accepted, result->accepted == 1 ? "" : "s");
    if (result->runs > 1)
        text_format(out, ", %zu times", result->runs);
    text_add(out, ", ");
    duration_write(out, result->elapsed, DURATION_MEASURED);
}

static void add_headline(struct text *out, const struct lesson_result *result, const struct look *look)
{
    struct text line = TEXT_EMPTY;
    add_mark(&line, look, lesson_result_fine(result));
    add_name(&line, result->path);
    if (result->runs > 0) {
        text_format(&line, "  %s", look_on(look, STYLE_QUIET));
        add_counts(&line, result);
        text_add(&line, look_off(look, STYLE_QUIET));
    }
    add_line(out, look, "", "  ", &line);
    text_free(&line);
}

static void add_unproved(struct text *out, const struct lesson_result *result, const struct look *look)
{
    for (size_t i = 0; i < CODE_LANGUAGES; i++)
        if (result->unproved[i] != NULL)
            look_wrap(out, look, "  ", "    ", result->unproved[i]);
}

static void text_lesson(struct text *out, const struct lesson_result *result, const struct look *look)
{
    add_headline(out, result, look);
    add_unproved(out, result, look);
    struct item item;
    for (size_t at = 0; next_item(result, &at, &item);) {
        if (item.kind == VERDICT_FAILED || item.kind == VERDICT_SKIPPED)
            add_item(out, look, &item);
        if (item.kind == VERDICT_SKIPPED)
            add_recorded(out, look, result, item.block->block);
    }
}

static void add_sum(struct text *out, size_t number, const char *what)
{
    if (number > 0)
        text_format(out, ", %zu %s", number, what);
}

static void text_end(struct text *out, const struct check_results *results, const struct look *look)
{
    struct check_sums sums = check_results_sum(results);
    bool fine = sums.failed == 0 && sums.complaints == 0;
    size_t ran = sums.passed + sums.failed;
    struct text line = TEXT_EMPTY;
    bool nothing = fine && !results->stopped && ran + sums.skipped == 0;
    text_add(&line, look_on(look, nothing ? STYLE_ADVICE : fine && !results->stopped ? STYLE_RIGHT : STYLE_WRONG));
    text_format(&line, "%zu lesson%s, ", sums.lessons, sums.lessons == 1 ? "" : "s");
    if (nothing)
        text_add(&line, NO_BLOCKS);
    else
        text_format(&line, "%zu block%s: %s", ran, ran == 1 ? "" : "s",
                    results->stopped ? "stopped"
                    : fine           ? "all passed"
                                     : "not all passed");
    text_add(&line, look_off(look, STYLE_RIGHT));
    add_sum(&line, sums.failed, "failed");
    add_sum(&line, sums.complaints, sums.complaints == 1 ? "mistake in the text" : "mistakes in the text");
    add_sum(&line, sums.skipped, "skipped");
    add_sum(&line, sums.accepted, "accepted");
    text_add(&line, ", ");
    duration_write(&line, results->elapsed, DURATION_MEASURED);
    add_line(out, look, "", "  ", &line);
    text_free(&line);
}

/* TAP version 14 */

/* What follows '#' would be a directive. */
static void add_tap_text(struct text *out, const char *raw)
{
    char *visible = utf8_visible(raw, strlen(raw));
    for (const char *text = visible; *text != '\0'; text++) {
        if (*text == '#' || *text == '\\')
            text_add_char(out, '\\');
        text_add_char(out, *text == '\n' ? ' ' : *text);
    }
    free(visible);
}

static void tap_item(struct text *out, size_t number, const struct item *item)
{
    struct text name = TEXT_EMPTY;
    add_name(&name, item->path);
    text_format(&name, ":%d", item->line);
    add_id(&name, item);
    text_format(out, "%s %zu - ", item->kind == VERDICT_FAILED ? "not ok" : "ok", number);
    add_tap_text(out, text_string(&name));
    text_free(&name);
    if (item->kind == VERDICT_FAILED) {
        const char *message = item->message;
        text_add(out, "\n  ---\n  message: |2\n"); /* however far its own lines are indented */
        for (struct span line; span_next_line(&message, &line);) {
            text_add(out, "    ");
            utf8_add_visible(out, line.text, line.length);
            text_add_char(out, '\n');
        }
        text_add(out, "  ...");
    } else if (item->kind != VERDICT_PASSED) {
        text_add(out, " # SKIP ");
        add_tap_text(out, item->message);
    }
    text_add(out, "\n");
}

static void tap_end(struct text *out, const struct check_results *results, const struct look *look)
{
    (void)look;
    struct text points = TEXT_EMPTY;
    struct item item;
    size_t number = 0;
    for (size_t i = 0; i < results->count; i++)
        for (size_t at = 0; next_item(&results->list[i], &at, &item);)
            tap_item(&points, ++number, &item);
    text_format(out, "TAP version 14\n1..%zu\n", number);
    text_add_bytes(out, text_string(&points), points.length);
    if (results->stopped)
        text_add(out, "Bail out! Stopped by Ctrl-C.\n");
    text_free(&points);
}

/* JUnit's XML, with what the schema of Jenkins' xUnit plugin knows and nothing else: it refuses the rest. */

static void add_attribute(struct text *out, const char *name, const char *value)
{
    char *line = utf8_name(value);
    text_format(out, " %s=\"", name);
    html_add(out, line);
    text_add_char(out, '"');
    free(line);
}

/* <failure message="first line">everything</failure> */
static void junit_message(struct text *out, const char *element, const char *message)
{
    struct text first = TEXT_EMPTY;
    text_add_bytes(&first, message, strcspn(message, "\n"));
    text_format(out, "      <%s", element);
    add_attribute(out, "message", text_string(&first));
    text_add_char(out, '>');
    html_add(out, message);
    text_format(out, "</%s>\n", element);
    text_free(&first);
}

static void junit_case(struct text *out, const struct item *item)
{
    static const char *const elements[] = {
        [VERDICT_FAILED] = "failure", [VERDICT_SKIPPED] = "skipped", [VERDICT_NOT_RUN] = "skipped"};
    struct text name = TEXT_EMPTY;
    text_format(&name, "line %d", item->line);
    add_id(&name, item);
    text_add(out, "    <testcase");
    add_attribute(out, "classname", item->path);
    add_attribute(out, "name", text_string(&name));
    text_format(out, " time=\"%.3f\"", item->block ? clock_seconds(item->block->elapsed) : 0.0);
    text_free(&name);
    if (item->kind == VERDICT_PASSED) {
        text_add(out, "/>\n");
        return;
    }
    text_add(out, ">\n");
    junit_message(out, item->block ? elements[item->kind] : "error", item->message);
    text_add(out, "    </testcase>\n");
}

static size_t count_cases(const struct lesson_result *result)
{
    struct item item;
    size_t cases = 0;
    for (size_t at = 0; next_item(result, &at, &item);)
        cases++;
    return cases;
}

static void junit_lesson(struct text *out, const struct lesson_result *result)
{
    text_add(out, "  <testsuite");
    add_attribute(out, "name", result->path);
    add_attribute(out, "file", result->path);
    text_format(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\">\n",
                count_cases(result), result->failed, result->complaints.count,
                count_cases(result) - result->complaints.count - result->failed - result->passed,
                clock_seconds(result->elapsed));
    struct item item;
    for (size_t at = 0; next_item(result, &at, &item);)
        junit_case(out, &item);
    text_add(out, "  </testsuite>\n");
}

static void junit_end(struct text *out, const struct check_results *results, const struct look *look)
{
    (void)look;
    size_t cases = 0;
    struct check_sums sums = check_results_sum(results);
    for (size_t i = 0; i < results->count; i++)
        cases += count_cases(&results->list[i]);
    text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text_format(out,
                "<testsuites name=\"sockrates check\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"%.3f\">\n",
                cases, sums.failed, sums.complaints, clock_seconds(results->elapsed));
    for (size_t i = 0; i < results->count; i++)
        junit_lesson(out, &results->list[i]);
    text_add(out, "</testsuites>\n");
}

static void json_end(struct text *out, const struct check_results *results, const struct look *look)
{
    (void)look;
    check_json_add(out, results);
}

static void github_end(struct text *out, const struct check_results *results, const struct look *look)
{
    (void)look;
    check_github_add(out, results);
}

const struct report_format report_formats[FORMAT_COUNT] = {
    [FORMAT_TEXT] = {.signs = {"\\:", "\\#"}, .lesson = text_lesson, .end = text_end},
    [FORMAT_TAP] = {.signs = {"\\:", "\\#"}, .end = tap_end},
    [FORMAT_JUNIT] = {.signs = {"&#58;", "&#35;"}, .end = junit_end},
    [FORMAT_JSON] = {.signs = {"\\u003a", "\\u0023"}, .end = json_end},
    [FORMAT_GITHUB] = {.end = github_end}, /* base64 has neither sign */
};
