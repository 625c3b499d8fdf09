#include "lesson/verdict.h"

#include "base/duration.h"
#include "base/span.h"
#include "base/text.h"
#include "lesson/picture.h"

#include <stdlib.h>
#include <string.h>

/* One thing to judge: true when it is as it should be, else `message` and perhaps `line` say what is not. */
typedef bool judge(const struct block *block, const struct outcome *outcome, struct expect_names *names,
                   struct text *message, int *line);

static bool has_error(const struct outcome *outcome)
{
    return outcome->kind == OUTCOME_ERROR || outcome->kind == OUTCOME_INTERRUPTED ||
           outcome->kind == OUTCOME_INCOMPLETE;
}

/* The error as one line: "ConnectionRefusedError: [Errno 111] Connection refused". */
static void add_error(struct text *text, const struct outcome *outcome)
{
    const struct outcome_error *error = &outcome->error;
    if (outcome->kind == OUTCOME_INCOMPLETE) {
        text_add(text, "The code is not complete: an `end`, a bracket or a quote is missing");
        return;
    }
    text_format(text, "%s: %s", error->class != NULL ? error->class : "error",
                error->message != NULL ? error->message : "");
}

static int error_line(const struct block *block, const struct outcome *outcome)
{
    return outcome->error.line >= block->line ? outcome->error.line : block->line;
}

static bool judge_session(const struct block *block, const struct outcome *outcome, struct expect_names *names,
                          struct text *message, int *line)
{
    (void)block, (void)names, (void)line;
    if (outcome->kind != OUTCOME_ENDED)
        return true;
    text_add(message, outcome->reason != NULL ? outcome->reason : "The session has ended.");
    return false;
}

static bool judge_error(const struct block *block, const struct outcome *outcome, struct expect_names *names,
                        struct text *message, int *line)
{
    (void)names;
    if (block->error == NULL && !has_error(outcome))
        return true;
    if (block->error != NULL && has_error(outcome) && outcome_error_is(outcome, block->error))
        return true;
    if (block->error != NULL)
        text_format(message, "Expected the error %s, but ", block->error);
    if (has_error(outcome)) {
        *line = error_line(block, outcome);
        if (block->error != NULL)
            text_add(message, "observed ");
        add_error(message, outcome);
    } else {
        text_add(message, "the block ended without an error.");
    }
    return false;
}

static bool judge_time(const struct block *block, const struct outcome *outcome, struct expect_names *names,
                       struct text *message, int *line)
{
    (void)names, (void)line;
    int64_t slack = block->time / 100 * block->percent;
    int64_t low = block->time - slack, high = block->time + slack;
    if (block->time == 0 || (outcome->elapsed >= low && outcome->elapsed <= high))
        return true;
    text_add(message, "Took ");
    duration_write(message, outcome->elapsed, DURATION_MEASURED);
    text_add(message, "; expected ");
    duration_write(message, low, DURATION_MEASURED);
    text_add(message, " to ");
    duration_write(message, high, DURATION_MEASURED);
    text_add(message, ".");
    return false;
}

/* *line: the one of the fence that differs, from 1. */
static bool compare(cmark_node *fence, const char *actual, struct expect_names *names, const char *what,
                    struct text *message, int *line)
{
    int differs;
    const char *expected = cmark_node_get_literal(fence);
    if (expect_match(expected, actual, names, &differs))
        return true;
    *line = 1 + differs;
    text_format(message, "The %s differs (- expected, + observed):\n", what);
    expect_diff(message, expected, actual, names);
    text_cut(message, message->length - 1);
    return false;
}

static bool judge_output(const struct block *block, const struct outcome *outcome, struct expect_names *names,
                         struct text *message, int *line)
{
    if (block->expected == NULL)
        return true;
    char *actual = outcome_text(outcome);
    bool same = compare(block->expected, actual, names, "output", message, line);
    *line += same ? 0 : block->expected_line;
    free(actual);
    return same;
}

/* A picture without the lines that say for how long nothing happened. */
static char *without_gaps(const char *picture)
{
    static const char gap[] = " ┆";
    struct text out = TEXT_EMPTY;
    for (struct span line; span_next_line(&picture, &line);)
        if (line.length < strlen(gap) || strncmp(line.text, gap, strlen(gap)) != 0)
            text_format(&out, "%.*s\n", (int)line.length, line.text);
    return text_steal(&out);
}

/* A busy machine is late: that alone makes no other picture. */
static bool same_but_for_time(cmark_node *fence, const char *actual, struct expect_names *names)
{
    char *expected = without_gaps(cmark_node_get_literal(fence)), *observed = without_gaps(actual);
    int differs;
    bool same = expect_match(expected, observed, names, &differs);
    free(expected);
    free(observed);
    return same;
}

static bool judge_ladder(const struct block *block, const struct outcome *outcome, struct expect_names *names,
                         struct text *message, int *line)
{
    char *actual = block->ladder != NULL ? picture_of(block, outcome) : NULL;
    bool same = actual == NULL || same_but_for_time(block->ladder, actual, names) ||
                compare(block->ladder, actual, names, "picture", message, line);
    *line += same ? 0 : block->ladder_line;
    free(actual);
    return same;
}

static judge *const judges[] = {judge_session, judge_error, judge_time, judge_output, judge_ladder};

/* Whose picture shows peers that fail, says so; and what an unfinished or a wrong answer does to them is its own. */
static bool may_peers_fail(const struct block *block)
{
    return (block->drawn & PANE_LADDER) != 0 || block->role == BLOCK_STARTER || block->role == BLOCK_WRONG;
}

/* How peers failed in this step, which may be why something else is not as it should be. */
static void add_failed_peers(struct text *message, const struct outcome *outcome)
{
    struct notes notes = outcome_notes(outcome, false);
    for (size_t i = 0; i < notes.count; i++) {
        const struct note *note = &notes.list[i];
        if (!note->failed || (size_t)note->actor >= outcome->actor_count)
            continue;
        text_format(message, "%s%s failed: ", message->length > 0 ? "\n" : "", outcome->actors[note->actor]);
        note_write(message, text_string(&note->words), note->words.length, true);
    }
    notes_free(&notes);
}

struct verdict verdict_of(const struct block *block, const struct outcome *outcome, struct expect_names *names)
{
    struct verdict verdict = {.kind = VERDICT_PASSED, .line = block->line};
    if (outcome == NULL)
        return (struct verdict){.kind = VERDICT_NOT_RUN, .line = block->line};
    struct text message = TEXT_EMPTY;
    bool fine = true;
    for (size_t i = 0; fine && i < sizeof judges / sizeof *judges; i++)
        fine = judges[i](block, outcome, names, &message, &verdict.line);
    if (!may_peers_fail(block))
        add_failed_peers(&message, outcome);
    if (fine && message.length > 0)
        text_add(&message, "\nIf that is to be seen, put the picture below the block, `output {.ladder}`.");
    if (message.length > 0) {
        verdict.kind = VERDICT_FAILED;
        verdict.message = text_steal(&message);
    }
    return verdict;
}

/* A string as values show it, "…", without its quotes; other values as they are.  What nobody would see, "\r", stays
 * visible. */
static void add_unquoted(struct text *text, const char *value)
{
    size_t length = strlen(value);
    if (length < 2 || value[0] != '"' || value[length - 1] != '"') {
        text_add(text, value);
        return;
    }
    for (const char *c = value + 1; c < value + length - 1; c++) {
        bool escaped = *c == '\\' && c + 2 < value + length && strchr("n\"\\", c[1]) != NULL;
        if (escaped)
            c++;
        text_add_char(text, escaped && *c == 'n' ? '\n' : *c);
    }
}

static bool value_is(const struct outcome *outcome, size_t index, const char *text)
{
    return index < outcome->value_count && strcmp(outcome->values[index].text, text) == 0;
}

bool verdict_of_check(const struct outcome *outcome, char **observed)
{
    struct text text = TEXT_EMPTY;
    bool refused = value_is(outcome, 0, "false") || (value_is(outcome, 0, "nil") && outcome->value_count > 1);
    *observed = NULL;
    if (outcome->kind == OUTCOME_FINE && !refused)
        return true;
    if (outcome->kind == OUTCOME_ENDED)
        text_add(&text, outcome->reason != NULL ? outcome->reason : "the session ended");
    else if (outcome->kind == OUTCOME_ERROR && outcome->error.class != NULL &&
             strcmp(outcome->error.class, "LuaError") == 0)
        text_add(&text, outcome->error.message);
    else if (outcome->kind != OUTCOME_FINE)
        add_error(&text, outcome);
    else if (outcome->value_count > 1)
        add_unquoted(&text, outcome->values[1].text);
    else
        text_add(&text, "the check gave false");
    *observed = text_steal(&text);
    return false;
}
