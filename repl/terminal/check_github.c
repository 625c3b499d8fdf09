#include "terminal/check_github.h"

#include "views/json_text.h"

#include <stdlib.h>
#include <string.h>

/* The line becomes one variable of an environment, which has no room for much. */
#define MESSAGE_MOST 600
#define TESTS_MOST   100

struct marks {
    json_t *tests;
    json_int_t most;
    bool failed;
};

static json_t *visible(const char *text, size_t most)
{
    size_t length = strnlen(text, most);
    while (length > 0 && text[length] != '\0' && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return json_text_bytes(text, length);
}

/* The reporter prints the line unless it is 0. */
static void add_test(struct marks *marks, const char *path, const struct section *section, int points,
                     const char *message)
{
    const char *title = section != NULL ? section->title : NULL;
    int line = section != NULL ? cmark_node_get_start_line(section->heading) : 0;
    bool passed = message == NULL;
    marks->most += points;
    marks->failed |= !passed;
    struct text name = TEXT_EMPTY;
    text_format(&name, "%s%s%s", path, title != NULL ? ": " : "", title != NULL ? title : "");
    json_t *test = json_pack("{s:o, s:s, s:i, s:i}", "name", visible(text_string(&name), MESSAGE_MOST), "status",
                             passed ? "pass" : "fail", "score", passed ? points : 0, "line_no", line);
    if (!passed && json_array_size(marks->tests) < TESTS_MOST)
        json_object_set_new(test, "message", visible(message, MESSAGE_MOST));
    json_array_append_new(marks->tests, test);
    text_free(&name);
}

/* The exercise that the block is a part of; NULL without. */
static const struct exercise *exercise_of(const struct lesson *lesson, const struct block *block)
{
    const struct exercise *found = NULL;
    for (size_t i = 0; block->role != BLOCK_PLAIN && i < lesson->exercise_count; i++)
        if (lesson->exercises[i].line <= block->line)
            found = &lesson->exercises[i];
    return found;
}

/* Why the answer in this language earns nothing; NULL: it earns the points.  What was skipped was not shown to work. */
static const char *fault_in(const struct lesson_result *result, const struct exercise *exercise,
                            enum code_language language)
{
    bool passed = false;
    for (size_t i = 0; i < result->lesson->block_count; i++) {
        const struct block *block = result->blocks[i].block;
        const struct verdict *verdict = &result->blocks[i].verdict;
        if (block->language != language || exercise_of(result->lesson, block) != exercise)
            continue;
        if (verdict->kind == VERDICT_FAILED || verdict->kind == VERDICT_SKIPPED)
            return verdict->message != NULL ? verdict->message : "It did not pass.";
        passed |= verdict->kind == VERDICT_PASSED && block->role == BLOCK_SOLUTION;
    }
    return passed ? NULL : "It was not run.";
}

/* Whoever may choose a language answers in one of them, so one that passes is enough. */
static const char *fault_of(const struct lesson_result *result, const struct exercise *exercise)
{
    const char *fault = fault_in(result, exercise, CODE_LUA);
    for (size_t i = 0; fault != NULL && i < CODE_LANGUAGES; i++)
        if (i != CODE_LUA && exercise->programs[i].solution != NULL && fault_in(result, exercise, i) == NULL)
            fault = NULL;
    return fault;
}

/* What fails outside the exercises; NULL: nothing. */
static const char *other_fault(const struct lesson_result *result, bool ran)
{
    if (result->complaints.count > 0)
        return result->complaints.list[0].message;
    for (size_t i = 0; ran && i < result->lesson->block_count; i++)
        if (result->blocks[i].verdict.kind == VERDICT_FAILED &&
            exercise_of(result->lesson, result->blocks[i].block) == NULL)
            return result->blocks[i].verdict.message;
    return ran ? NULL : "It was not run.";
}

static void mark_lesson(struct marks *marks, const struct lesson_result *result)
{
    bool ran = result->lesson != NULL && result->runs > 0;
    size_t exercises = result->lesson != NULL ? result->lesson->exercise_count : 0;
    const char *fault = other_fault(result, ran);
    if (fault != NULL || exercises == 0)
        add_test(marks, result->path, NULL, result->lesson != NULL && exercises == 0, fault);
    for (size_t i = 0; i < exercises; i++) {
        const struct exercise *exercise = &result->lesson->exercises[i];
        add_test(marks, result->path, &result->lesson->sections[exercise->section], exercise->points,
                 ran ? fault_of(result, exercise) : "It was not run.");
    }
}

/* RFC 4648. */
static void add_base64(struct text *out, const char *bytes, size_t length)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        unsigned group = 0;
        for (size_t part = 0; part < 3; part++)
            group = group << 8 | (i + part < length ? (unsigned char)bytes[i + part] : 0);
        for (size_t part = 0; part < 4; part++)
            text_add_char(out, i + part > length ? '=' : signs[group >> (18 - 6 * part) & 63]);
    }
}

void check_github_add(struct text *out, const struct check_results *results)
{
    struct marks marks = {.tests = json_array()};
    for (size_t i = 0; i < results->count; i++)
        mark_lesson(&marks, &results->list[i]);
    const char *status = results->stopped ? "error" : marks.failed ? "fail" : "pass";
    json_t *json = json_pack("{s:i, s:s, s:I, s:o}", "version", 1, "status", status, "max_score", marks.most, "tests",
                             marks.tests);
    char *document = json_dumps(json, JSON_COMPACT);
    add_base64(out, document, strlen(document));
    text_add_char(out, '\n');
    free(document);
    json_decref(json);
}
