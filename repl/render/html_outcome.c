#include "render/html_outcome.h"

#include "lesson/wildcard.h"
#include "render/html.h"

#include <stdlib.h>
#include <string.h>

/* What a line of a result is. */
enum line_kind { LINE_OUTPUT, LINE_VALUE, LINE_ERROR, LINE_PEER };

static const char *const classes[] = {
    [LINE_OUTPUT] = "output",
    [LINE_VALUE] = "value",
    [LINE_ERROR] = "error",
    [LINE_PEER] = "peer",
};

/* A result while it is written: lines of one kind stand in one <samp>. */
struct result {
    struct text *out;
    struct html_varying *varying;
    const char *expected; /* the line that was expected now; NULL when lines cannot be matched */
    bool ran;             /* what is shown comes from a run, not from what was expected of one */
    bool open;
    enum line_kind kind;
};

static bool has_wildcard(struct span line)
{
    for (; line.length > 0; line = span_after(line, 1))
        if (*line.text == '<' && wildcard_at(line).kind != WILDCARD_NONE)
            return true;
    return false;
}

static bool has_lone_wildcard(const char *text)
{
    for (struct span line; span_next_line(&text, &line);)
        if (wildcard_is_lines(line))
            return true;
    return false;
}

/* "<port:a>" as "port a". */
static void add_wildcard(struct text *out, const struct wildcard *wildcard)
{
    text_add(out, "<var>");
    if (wildcard->kind == WILDCARD_ANY)
        text_add(out, "\xe2\x80\xa6");
    for (size_t i = 1; wildcard->kind == WILDCARD_NUMBER && i + 1 < wildcard->source.length; i++) {
        char c = wildcard->source.text[i];
        if (c == ':')
            c = ' ';
        html_escape(out, &c, 1);
    }
    text_add(out, "</var>");
}

static void add_wildcards(struct text *out, struct span line)
{
    while (line.length > 0) {
        struct wildcard wildcard = {0};
        if (*line.text == '<')
            wildcard = wildcard_at(line);
        size_t taken = wildcard.source.length;
        if (wildcard.kind != WILDCARD_NONE)
            add_wildcard(out, &wildcard);
        else
            for (taken = 1; taken < line.length && line.text[taken] != '<';)
                taken++;
        if (wildcard.kind == WILDCARD_NONE)
            html_escape(out, line.text, taken);
        line = span_after(line, taken);
    }
}

static void end_lines(struct result *result)
{
    if (result->open)
        text_add(result->out, "\n</samp>");
    result->open = false;
}

static void begin_line(struct result *result, enum line_kind kind)
{
    if (result->open && result->kind == kind) {
        text_add_char(result->out, '\n');
        return;
    }
    end_lines(result);
    text_format(result->out, "<samp class=\"%s\">", classes[kind]);
    result->open = true;
    result->kind = kind;
}

static void add_line(struct result *result, enum line_kind kind, struct span line)
{
    begin_line(result, kind);
    struct span expected = {"", 0};
    span_next_line(&result->expected, &expected);
    if (has_wildcard(expected))
        add_wildcards(result->out, expected);
    else if (result->ran && expected.length == line.length && memcmp(expected.text, line.text, line.length) == 0)
        html_escape(result->out, line.text, line.length); /* true of every run, though it may look like a port */
    else
        html_varying_add(result->out, result->varying, line.text, line.length);
}

static void add_lines(struct result *result, enum line_kind kind, const char *text)
{
    for (struct span line; span_next_line(&text, &line);)
        add_line(result, kind, line);
}

static void add_row(struct text *out, const struct outcome_value *value, size_t row, const char *tag,
                    struct html_varying *varying)
{
    text_add(out, "<tr>");
    for (size_t column = 0; column < value->columns; column++) {
        text_format(out, tag[1] == 'h' ? "<%s scope=\"col\">" : "<%s>", tag);
        const char *cell = value->cells[row * value->columns + column];
        html_varying_add(out, varying, cell, strlen(cell));
        text_format(out, "</%s>", tag);
    }
    text_add(out, "</tr>\n");
}

static void add_table(struct text *out, const struct outcome_value *value, struct html_varying *varying)
{
    text_add(out, "<table>\n");
    if (value->heading) {
        text_add(out, "<thead>\n");
        add_row(out, value, 0, "th", varying);
        text_add(out, "</thead>\n");
    }
    text_add(out, "<tbody>\n");
    for (size_t row = value->heading ? 1 : 0; row < value->rows; row++)
        add_row(out, value, row, "td", varying);
    text_add(out, "</tbody>\n</table>\n");
}

static bool is_table(const struct outcome_value *value)
{
    return value->rows > 0 && value->columns > 0;
}

static void add_values(struct result *result, const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->value_count; i++)
        if (!is_table(&outcome->values[i]))
            add_lines(result, LINE_VALUE, outcome->values[i].text);
}

static void add_error(struct result *result, const struct outcome *outcome)
{
    if (outcome->kind == OUTCOME_ENDED)
        add_lines(result, LINE_ERROR, outcome->reason);
    if (outcome->kind != OUTCOME_ERROR && outcome->kind != OUTCOME_INTERRUPTED)
        return;
    const char *message = outcome->error.message ? outcome->error.message : "";
    char *line = text_make(*message ? "%s: %s" : "%s", outcome->error.class, message);
    add_lines(result, LINE_ERROR, line);
    free(line);
}

/* After what the learner's own program gave: no output was expected of peers. */
static void add_notes(struct result *result, const struct outcome *outcome)
{
    struct notes notes = outcome_notes(outcome, false);
    result->expected = NULL;
    for (size_t i = 0; i < notes.count; i++) {
        const struct note *note = &notes.list[i];
        struct text words = TEXT_EMPTY;
        if ((size_t)note->actor < outcome->actor_count)
            text_format(&words, note->failed ? "%s failed: " : "%s: ", outcome->actors[note->actor]);
        note_write(&words, text_string(&note->words), note->words.length, note->failed);
        add_lines(result, LINE_PEER, text_string(&words));
        text_free(&words);
    }
    notes_free(&notes);
}

void html_outcome(struct text *out, const struct outcome *outcome, const char *expected, struct html_varying *varying)
{
    bool tables = false;
    for (size_t i = 0; i < outcome->value_count; i++)
        tables = tables || is_table(&outcome->values[i]);
    struct text lines = TEXT_EMPTY;
    struct result result = {.out = &lines, .varying = varying, .ran = true};
    if (expected != NULL && expected[0] != '\0' && !tables && !has_lone_wildcard(expected))
        result.expected = expected;
    add_lines(&result, LINE_OUTPUT, outcome->output);
    add_values(&result, outcome);
    add_error(&result, outcome);
    add_notes(&result, outcome);
    end_lines(&result);
    if (lines.length > 0)
        text_format(out, "<pre>%s</pre>\n", text_string(&lines));
    for (size_t i = 0; i < outcome->value_count; i++)
        if (is_table(&outcome->values[i]))
            add_table(out, &outcome->values[i], varying);
    text_free(&lines);
}

void html_expected(struct text *out, const char *expected)
{
    struct html_varying *varying = html_varying_new();
    struct result result = {.out = out, .varying = varying, .expected = expected};
    text_add(out, "<pre>");
    add_lines(&result, LINE_OUTPUT, expected);
    end_lines(&result);
    text_add(out, "</pre>\n");
    html_varying_free(varying);
}
