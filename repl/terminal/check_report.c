#include "terminal/check_report.h"

#include "base/duration.h"
#include "base/span.h"
#include "base/utf8.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const struct block_result *blocks_of(const struct lesson_result *result, size_t *count)
{
    *count = result->lesson != NULL && result->runs > 0 ? result->lesson->block_count : 0;
    return result->blocks;
}

/* Ignored blocks and parts of exercises that another block's verdict speaks for. */
static bool is_silent(const struct block_result *block)
{
    return block->verdict.kind == VERDICT_NOT_RUN && block->verdict.message == NULL;
}

static const char *id_of(const struct block_result *block)
{
    return block->block->id != NULL ? block->block->id : "";
}

/* Text for people */

static void add_place(struct text *out, const struct look *look, const char *path, int line)
{
    text_add(out, look_on(look, STYLE_NAME));
    utf8_add_visible(out, path, strlen(path));
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

static void add_failure(struct text *out, const struct look *look, const struct lesson_result *result,
                        const struct block_result *block)
{
    struct text place = TEXT_EMPTY;
    add_place(&place, look, result->path, block->verdict.line);
    if (block->block->id != NULL)
        text_format(&place, "#%s ", block->block->id);
    if (block->runs > 1)
        text_format(&place, "%s %zu of %zu times. ", block->failures < block->runs ? "flaky: failed" : "failed",
                    block->failures, block->runs);
    add_message(out, look, &place, block->verdict.message);
    text_free(&place);
}

static void add_complaint(struct text *out, const struct look *look, const struct complaint *complaint)
{
    struct text place = TEXT_EMPTY;
    add_place(&place, look, complaint->path, complaint->line);
    add_message(out, look, &place, complaint->message);
    text_free(&place);
}

static void add_skip(struct text *out, const struct look *look, const struct lesson_result *result,
                     const struct block_result *block)
{
    struct text place = TEXT_EMPTY;
    add_place(&place, look, result->path, block->verdict.line);
    look_add(&place, look, STYLE_QUIET, "skipped. ");
    add_message(out, look, &place, block->verdict.message);
    text_free(&place);
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

static void add_counts(struct text *out, const struct lesson_result *result)
{
    size_t ran = result->passed + result->failed;
    if (result->failed > 0)
        text_format(out, "%zu of %zu blocks failed", result->failed, ran);
    else
        text_format(out, "%zu block%s", ran, ran == 1 ? "" : "s");
    if (result->skipped > 0)
        text_format(out, ", %zu skipped", result->skipped);
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
    utf8_add_visible(&line, result->path, strlen(result->path));
    if (result->runs > 0) {
        text_format(&line, "  %s", look_on(look, STYLE_QUIET));
        add_counts(&line, result);
        text_add(&line, look_off(look, STYLE_QUIET));
    }
    add_line(out, look, "", "  ", &line);
    text_free(&line);
}

static void text_lesson(struct text *out, const struct lesson_result *result, const struct look *look)
{
    add_headline(out, result, look);
    for (size_t i = 0; i < result->complaints.count; i++)
        add_complaint(out, look, &result->complaints.list[i]);
    size_t count;
    const struct block_result *blocks = blocks_of(result, &count);
    for (size_t i = 0; i < count; i++)
        if (blocks[i].verdict.kind == VERDICT_FAILED)
            add_failure(out, look, result, &blocks[i]);
        else if (blocks[i].verdict.kind == VERDICT_SKIPPED)
            add_skip(out, look, result, &blocks[i]);
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
    text_add(&line, look_on(look, fine && !results->stopped ? STYLE_RIGHT : STYLE_WRONG));
    text_format(&line, "%zu lesson%s, %zu block%s: ", sums.lessons, sums.lessons == 1 ? "" : "s", ran,
                ran == 1 ? "" : "s");
    text_add(&line, results->stopped ? "stopped" : fine ? "all passed" : "not all passed");
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

struct tap {
    struct text *out;
    size_t number;
};

/* What follows '#' would be a directive. */
static void add_tap_text(struct text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '#' || *text == '\\')
            text_add_char(out, '\\');
        text_add_char(out, *text == '\n' ? ' ' : *text);
    }
}

static void tap_point(struct tap *tap, bool fine, const char *path, int line, const char *id)
{
    struct text name = TEXT_EMPTY;
    utf8_add_visible(&name, path, strlen(path));
    text_format(&name, ":%d%s%s", line, *id ? " #" : "", id);
    text_format(tap->out, "%s %zu - ", fine ? "ok" : "not ok", ++tap->number);
    add_tap_text(tap->out, text_string(&name));
    text_free(&name);
}

static void tap_message(struct tap *tap, const char *message)
{
    text_add(tap->out, "\n  ---\n  message: |\n");
    for (struct span line; span_next_line(&message, &line);)
        text_format(tap->out, "    %.*s\n", (int)line.length, line.text);
    text_add(tap->out, "  ...\n");
}

static void tap_block(struct tap *tap, const struct lesson_result *result, const struct block_result *block)
{
    tap_point(tap, block->verdict.kind != VERDICT_FAILED, result->path, block->verdict.line, id_of(block));
    if (block->verdict.kind == VERDICT_FAILED) {
        tap_message(tap, block->verdict.message);
        return;
    }
    if (block->verdict.kind != VERDICT_PASSED) {
        text_add(tap->out, " # SKIP ");
        add_tap_text(tap->out, block->verdict.message);
    }
    text_add(tap->out, "\n");
}

static void tap_lesson(struct tap *tap, const struct lesson_result *result)
{
    for (size_t i = 0; i < result->complaints.count; i++) {
        const struct complaint *complaint = &result->complaints.list[i];
        tap_point(tap, false, complaint->path, complaint->line, "");
        tap_message(tap, complaint->message);
    }
    size_t count;
    const struct block_result *blocks = blocks_of(result, &count);
    for (size_t i = 0; i < count; i++)
        if (!is_silent(&blocks[i]))
            tap_block(tap, result, &blocks[i]);
}

static void tap_end(struct text *out, const struct check_results *results, const struct look *look)
{
    (void)look;
    struct text points = TEXT_EMPTY;
    struct tap tap = {.out = &points};
    for (size_t i = 0; i < results->count; i++)
        tap_lesson(&tap, &results->list[i]);
    text_format(out, "TAP version 14\n1..%zu\n", tap.number);
    text_add_bytes(out, text_string(&points), points.length);
    if (results->stopped)
        text_add(out, "Bail out! Stopped by Ctrl-C.\n");
    text_free(&points);
}

/* JUnit's XML */

static void add_xml(struct text *out, const char *raw)
{
    struct text visible = TEXT_EMPTY;
    utf8_add_visible(&visible, raw, strlen(raw));
    for (const char *c = text_string(&visible); *c != '\0'; c++)
        switch (*c) {
        case '&':
            text_add(out, "&amp;");
            break;
        case '<':
            text_add(out, "&lt;");
            break;
        case '>':
            text_add(out, "&gt;");
            break;
        case '"':
            text_add(out, "&quot;");
            break;
        default:
            text_add_char(out, *c);
        }
    text_free(&visible);
}

static void add_attribute(struct text *out, const char *name, const char *value)
{
    text_format(out, " %s=\"", name);
    add_xml(out, value);
    text_add_char(out, '"');
}

/* <failure message="first line">everything</failure> */
static void junit_message(struct text *out, const char *element, const char *message)
{
    struct text first = TEXT_EMPTY;
    text_add_bytes(&first, message, strcspn(message, "\n"));
    text_format(out, "      <%s", element);
    add_attribute(out, "message", text_string(&first));
    text_add_char(out, '>');
    add_xml(out, message);
    text_format(out, "</%s>\n", element);
    text_free(&first);
}

/* `element` is NULL for a case that passed. */
static void junit_case(struct text *out, const char *path, int line, const char *id, int64_t elapsed,
                       const char *element, const char *message)
{
    struct text name = TEXT_EMPTY;
    text_format(&name, "line %d%s%s", line, *id ? " #" : "", id);
    text_add(out, "    <testcase");
    add_attribute(out, "classname", path);
    add_attribute(out, "name", text_string(&name));
    add_attribute(out, "file", path);
    text_format(out, " line=\"%d\" time=\"%.6f\"", line, (double)elapsed / 1e9);
    text_free(&name);
    if (element == NULL) {
        text_add(out, "/>\n");
        return;
    }
    text_add(out, ">\n");
    junit_message(out, element, message);
    text_add(out, "    </testcase>\n");
}

static size_t count_cases(const struct lesson_result *result)
{
    size_t cases = result->complaints.count, count;
    const struct block_result *blocks = blocks_of(result, &count);
    for (size_t i = 0; i < count; i++)
        cases += !is_silent(&blocks[i]);
    return cases;
}

static void junit_lesson(struct text *out, const struct lesson_result *result)
{
    text_add(out, "  <testsuite");
    add_attribute(out, "name", result->path);
    text_format(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.6f\">\n",
                count_cases(result), result->failed, result->complaints.count,
                count_cases(result) - result->complaints.count - result->failed - result->passed,
                (double)result->elapsed / 1e9);
    for (size_t i = 0; i < result->complaints.count; i++) {
        const struct complaint *complaint = &result->complaints.list[i];
        junit_case(out, complaint->path, complaint->line, "", 0, "error", complaint->message);
    }
    size_t count;
    const struct block_result *blocks = blocks_of(result, &count);
    for (size_t i = 0; i < count; i++) {
        const struct verdict *verdict = &blocks[i].verdict;
        const char *element = verdict->kind == VERDICT_PASSED   ? NULL
                              : verdict->kind == VERDICT_FAILED ? "failure"
                                                                : "skipped";
        if (!is_silent(&blocks[i]))
            junit_case(out, result->path, verdict->line, id_of(&blocks[i]), blocks[i].elapsed, element,
                       verdict->message);
    }
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
                "<testsuites name=\"sockrates check\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"%.6f\">\n",
                cases, sums.failed, sums.complaints, (double)results->elapsed / 1e9);
    for (size_t i = 0; i < results->count; i++)
        junit_lesson(out, &results->list[i]);
    text_add(out, "</testsuites>\n");
}

/* JSON */

static json_t *json_text(const char *raw)
{
    struct text visible = TEXT_EMPTY;
    utf8_add_visible(&visible, raw, strlen(raw));
    json_t *json = json_string(text_string(&visible));
    text_free(&visible);
    return json;
}

static json_t *json_seconds(int64_t elapsed)
{
    return json_real((double)elapsed / 1e9);
}

static json_t *json_block(const struct block_result *block)
{
    static const char *const verdicts[] = {
        [VERDICT_PASSED] = "passed",
        [VERDICT_FAILED] = "failed",
        [VERDICT_SKIPPED] = "skipped",
        [VERDICT_NOT_RUN] = "not run",
    };
    static const char *const roles[] = {
        [BLOCK_PLAIN] = "plain",
        [BLOCK_STARTER] = "starter",
        [BLOCK_SOLUTION] = "solution",
        [BLOCK_CHECK] = "check",
    };
    json_t *json = json_pack("{s:i, s:i, s:s, s:s, s:I, s:I, s:o}", "block", block->block->line, "line",
                             block->verdict.line, "role", roles[block->block->role], "verdict",
                             verdicts[block->verdict.kind], "runs", (json_int_t)block->runs, "failures",
                             (json_int_t)block->failures, "elapsed", json_seconds(block->elapsed));
    if (block->block->id != NULL)
        json_object_set_new(json, "id", json_text(block->block->id));
    if (block->verdict.message != NULL)
        json_object_set_new(json, "message", json_text(block->verdict.message));
    return json;
}

static json_t *json_complaints(const struct complaints *complaints)
{
    json_t *list = json_array();
    for (size_t i = 0; i < complaints->count; i++)
        json_array_append_new(list,
                              json_pack("{s:o, s:i, s:o}", "path", json_text(complaints->list[i].path), "line",
                                        complaints->list[i].line, "message", json_text(complaints->list[i].message)));
    return list;
}

static json_t *json_lesson(const struct lesson_result *result)
{
    json_t *blocks = json_array();
    size_t count;
    const struct block_result *list = blocks_of(result, &count);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(blocks, json_block(&list[i]));
    json_t *json = json_pack("{s:o, s:b, s:o, s:o, s:o}", "path", json_text(result->path), "fine",
                             lesson_result_fine(result), "elapsed", json_seconds(result->elapsed), "complaints",
                             json_complaints(&result->complaints), "blocks", blocks);
    if (result->lesson != NULL)
        json_object_set_new(json, "title", json_text(result->lesson->title));
    return json;
}

static void json_end(struct text *out, const struct check_results *results, const struct look *look)
{
    (void)look;
    struct check_sums sums = check_results_sum(results);
    json_t *lessons = json_array();
    for (size_t i = 0; i < results->count; i++)
        json_array_append_new(lessons, json_lesson(&results->list[i]));
    json_t *json = json_pack("{s:I, s:I, s:I, s:I, s:I, s:b, s:o, s:o}", "passed", (json_int_t)sums.passed, "failed",
                             (json_int_t)sums.failed, "skipped", (json_int_t)sums.skipped, "complaints",
                             (json_int_t)sums.complaints, "accepted", (json_int_t)sums.accepted, "stopped",
                             results->stopped, "elapsed", json_seconds(results->elapsed), "lessons", lessons);
    char *document = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    text_format(out, "%s\n", document);
    free(document);
    json_decref(json);
}

const struct report_format report_formats[] = {
    {.name = "text", .lesson = text_lesson, .end = text_end},
    {.name = "tap", .end = tap_end},
    {.name = "junit", .end = junit_end},
    {.name = "json", .end = json_end},
    {.name = NULL},
};
