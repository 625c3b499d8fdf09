/*
 * Prints what lessons and examples become in C and in Python, and the calls that were recorded, as JSON:
 * [{"name", "c", "python", "calls": [[name, outcome], ...]}].
 *
 *     translations examples|FILE.md ...
 */
#include "base/clock.h"
#include "base/manual.h"
#include "base/memory.h"
#include "lesson/lesson.h"
#include "lua/errors.h"
#include "lua/globals.h"
#include "net/net.h"
#include "translate/translate.h"
#include "session/session.h"
#include "trace/operations.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *all;

/* A call that a handler made is over before the one that it interrupted. */
static int by_end(const void *a, const void *b)
{
    const struct operation *x = *(const struct operation *const *)a, *y = *(const struct operation *const *)b;
    int64_t end = x->end ? x->end : INT64_MAX, other = y->end ? y->end : INT64_MAX;
    return end != other ? (end > other ? 1 : -1) : (x > y) - (x < y);
}

/* The learner's calls, each with the waits and retries behind it: ["recv", "5"], ["connect", "ECONNREFUSED"].
 */
static json_t *calls_of(const struct findings *findings)
{
    const struct timeline *timeline = &findings->timeline;
    const struct operations *operations = findings->operations;
    json_t *calls = json_array();
    const struct operation **list = memory_new(operations->count, sizeof *list);
    for (size_t i = 0; i < operations->count; i++)
        list[i] = &operations->list[i];
    if (operations->count > 0)
        qsort(list, operations->count, sizeof *list, by_end);
    for (size_t i = 0; i < operations->count; i++) {
        const struct operation *operation = list[i];
        /* The main program makes its peers ready. */
        bool setup = timeline_event(timeline, operation->first)->flags & EVENT_SETUP;
        if (operation->kind != EVENT_CALL || (operation->actor != 0 && !setup))
            continue;
        char *result = operation->timed_out ? memory_copy("timeout")
                       : operation->error   ? memory_copy(error_symbol(operation->error))
                                            : text_make("%lld", (long long)operation->result);
        json_array_append_new(calls, json_pack("[s, s]", event_call_name(operation->call), result));
        free(result);
    }
    free(list);
    return calls;
}

static void add(const char *name, const struct findings *findings, bool whole)
{
    struct text c = TEXT_EMPTY, python = TEXT_EMPTY;
    translate(&c, language_named("c"), findings, &(struct translate_options){.all = whole});
    translate(&python, language_named("python"), findings, &(struct translate_options){.all = whole});
    json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:o, s:b}", "name", name, "c", text_string(&c), "python",
                                         text_string(&python), "calls", calls_of(findings), "whole", whole));
    text_free(&c);
    text_free(&python);
}

/* Everything that the session remembers, as one step. */
static struct timeline whole_of(const struct outcome *outcome, struct event **events)
{
    struct findings *findings = outcome_findings(outcome);
    struct timeline timeline = findings->timeline;
    size_t count = timeline_count(&timeline);
    *events = memory_new(count, sizeof **events);
    for (size_t i = 0; i < count; i++)
        memcpy((void *)&(*events)[i], (const void *)timeline_event(&timeline, i), sizeof **events);
    timeline.events = *events;
    timeline.event_count = count;
    timeline.earlier = NULL;
    timeline.earlier_count = 0;
    findings_free(findings);
    return timeline;
}

static struct outcome *evaluate(struct session *session, const char *code)
{
    const struct chunk chunk = {.name = "step", .first_line = 1, .text = code, .length = strlen(code)};
    return session_evaluate(session, &chunk, NULL);
}

static void take_outcome(const char *name, const struct outcome *outcome)
{
    struct event *events;
    struct findings *findings = findings_new(whole_of(outcome, &events));
    add(name, findings, true);
    findings_free(findings);
    free(events);
}

static void take_lesson(const char *path)
{
    struct complaints complaints = {NULL, 0};
    struct lesson *lesson = lesson_read(path, &complaints);
    struct session_options options = {.time = 10 * CLOCK_SECOND};
    struct session *session = session_new(&options);
    struct outcome *last = NULL;
    for (size_t i = 0; lesson != NULL && i < lesson->block_count && session_alive(session); i++) {
        const struct block *block = lesson->blocks[i];
        if (block->ignored || block->needs != 0 || block->role == BLOCK_CHECK || block->role == BLOCK_STARTER)
            continue;
        outcome_free(last);
        last = evaluate(session, block->code);
        char *name = text_make("%s step %zu", lesson->name, i + 1);
        struct findings *findings = outcome_findings(last);
        if (findings->timeline.event_count > 0)
            add(name, findings, false);
        findings_free(findings);
        free(name);
    }
    if (last != NULL)
        take_outcome(lesson->name, last);
    outcome_free(last);
    session_free(session);
    lesson_free(lesson);
    complaints_free(&complaints);
}

/* The text between ```lua and ```. */
static char *example_of(const char *help)
{
    const char *start = strstr(help, "```lua\n"), *end = start ? strstr(start + 7, "```") : NULL;
    return end ? memory_copy_bytes(start + 7, (size_t)(end - start - 7)) : NULL;
}

static void take_example(struct manual *manual, const struct module *module, const struct function_row *row,
                         const char *receiver)
{
    struct session_options options = {.time = 10 * CLOCK_SECOND};
    char *name = text_make("%s%s%s", receiver ? receiver : module->name, receiver ? ":" : ".", row->name);
    const struct manual_entry *section = manual_find(manual, name);
    char *text = section ? memory_copy_bytes(section->text, section->length) : NULL;
    char *code = text ? example_of(text) : NULL;
    free(name);
    free(text);
    name = text_make("%s.%s", module->name, row->name);
    struct session *session = session_new(&options);
    struct outcome *outcome = code ? evaluate(session, code) : NULL;
    if (outcome != NULL && outcome->event_count > 0)
        take_outcome(name, outcome);
    outcome_free(outcome);
    session_free(session);
    free(code);
    free(name);
}

static void take_examples(void)
{
    struct manual *manual = manual_new(NULL);
    for (size_t i = 0; modules[i] != NULL; i++) {
        const struct function_row *row;
        const char *receiver;
        for (size_t k = 0; (row = module_row_at(modules[i], k, &receiver)) != NULL; k++)
            take_example(manual, modules[i], row, receiver);
    }
    manual_free(manual);
}

int main(int argc, char **argv)
{
    all = json_array();
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "examples") == 0)
            take_examples();
        else
            take_lesson(argv[i]);
    json_dumpf(all, stdout, JSON_INDENT(1));
    json_decref(all);
    return 0;
}
