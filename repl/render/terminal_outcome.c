#include "render/terminal_outcome.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/memory.h"
#include "base/span.h"
#include "trace/address.h"
#include "render/advice.h"

#include <stdlib.h>
#include <string.h>

/* --- tables --------------------------------------------------------------------------------------------- */

#define COLUMN_GAP 2

struct columns {
    size_t *widths;
    bool *numeric; /* set to the right */
    size_t total;
};

static bool is_number(const char *cell)
{
    return *cell == '\0' || strspn(cell, "0123456789.-+e") == strlen(cell);
}

static const char *cell(const struct outcome_value *table, size_t row, size_t column)
{
    const char *text = table->cells[row * table->columns + column];
    return text ? text : "";
}

static struct columns columns_of(const struct outcome_value *table, const struct look *look)
{
    struct columns columns = {memory_new(table->columns, sizeof(size_t)), memory_new(table->columns, sizeof(bool)), 0};
    for (size_t c = 0; c < table->columns; c++) {
        columns.numeric[c] = true;
        for (size_t r = 0; r < table->rows; r++) {
            size_t width = look_name_columns(look, cell(table, r, c));
            columns.widths[c] = width > columns.widths[c] ? width : columns.widths[c];
            if (!(r == 0 && table->heading) && !is_number(cell(table, r, c)))
                columns.numeric[c] = false;
        }
        columns.total += columns.widths[c] + (c > 0 ? COLUMN_GAP : 0);
    }
    return columns;
}

static void columns_free(struct columns *columns)
{
    free(columns->widths);
    free(columns->numeric);
}

static void add_cell(struct text *out, const struct look *look, enum style style, const char *text)
{
    text_add(out, look_on(look, style));
    look_add_name(out, look, text);
    text_add(out, look_off(look, style));
}

static void add_row(struct text *out, const struct outcome_value *table, const struct columns *columns, size_t row,
                    const struct look *look)
{
    enum style style = row == 0 && table->heading ? STYLE_STRONG : STYLE_VALUE;
    for (size_t c = 0; c < table->columns; c++) {
        const char *text = cell(table, row, c);
        size_t pad = columns->widths[c] - look_name_columns(look, text);
        bool last = c + 1 == table->columns;
        text_add_repeat(out, " ", columns->numeric[c] && !(last && *text == '\0') ? pad : 0);
        add_cell(out, look, style, text);
        text_add_repeat(out, " ", (columns->numeric[c] || last ? 0 : pad) + (last ? 0 : COLUMN_GAP));
    }
    text_add_char(out, '\n');
}

static void add_rule(struct text *out, const struct columns *columns, size_t count, const struct look *look)
{
    if (look->plain)
        return;
    text_add(out, look_on(look, STYLE_QUIET));
    for (size_t c = 0; c < count; c++) {
        text_add_repeat(out, look->unicode ? "\u2500" : "-", columns->widths[c]);
        text_add_repeat(out, " ", c + 1 == count ? 0 : COLUMN_GAP);
    }
    text_add(out, look_off(look, STYLE_QUIET));
    text_add_char(out, '\n');
}

/* One record after another, a line for each field. */
static void add_records(struct text *out, const struct outcome_value *table, const struct look *look)
{
    for (size_t r = table->heading ? 1 : 0; r < table->rows; r++) {
        for (size_t c = 0; c < table->columns; c++) {
            struct text first = TEXT_EMPTY, value = TEXT_EMPTY;
            if (table->heading)
                look_add_name(&first, look, cell(table, 0, c));
            text_add(&first, table->heading ? ": " : "");
            look_add_visible(&value, look, cell(table, r, c), strlen(cell(table, r, c)));
            look_wrap(out, look, text_string(&first), "    ", text_string(&value));
            text_free(&first);
            text_free(&value);
        }
        if (r + 1 < table->rows)
            text_add_char(out, '\n');
    }
}

void terminal_table(struct text *out, const struct outcome_value *table, const struct look *look)
{
    struct columns columns = columns_of(table, look);
    if (columns.total > (size_t)look->width) {
        add_records(out, table, look);
    } else {
        for (size_t r = 0; r < table->rows; r++) {
            add_row(out, table, &columns, r, look);
            if (r == 0 && table->heading)
                add_rule(out, &columns, table->columns, look);
        }
    }
    columns_free(&columns);
}

/* --- values and errors ---------------------------------------------------------------------------------- */

static void add_value(struct text *out, const struct outcome_value *value, const struct look *look)
{
    if (value->rows > 0 && value->columns > 0) {
        terminal_table(out, value, look);
        return;
    }
    struct text line = TEXT_EMPTY;
    text_add(&line, look_on(look, STYLE_VALUE));
    look_add_visible(&line, look, value->text, strlen(value->text));
    text_add(&line, look_off(look, STYLE_VALUE));
    look_break(out, look, "", "", text_string(&line));
    text_free(&line);
}

static void add_traceback(struct text *out, const char *traceback, const struct look *look)
{
    for (struct span line; span_next_line(&traceback, &line);) {
        size_t indent = strspn(line.text, " \t");
        char *call = memory_copy_bytes(line.text + indent, line.length - indent);
        look_wrap_styled(out, look, STYLE_QUIET, "    ", call);
        free(call);
    }
}

static void add_error(struct text *out, const struct outcome_error *error, const struct look *look)
{
    struct text line = TEXT_EMPTY, class = TEXT_EMPTY;
    text_format(&class, "%s%s", error->class ? error->class : "Error", error->message && *error->message ? ":" : "");
    look_add(&line, look, STYLE_ERROR, text_string(&class));
    text_free(&class);
    if (error->message != NULL && *error->message != '\0') {
        text_add_char(&line, ' ');
        look_add_visible(&line, look, error->message, strlen(error->message));
    }
    if (error->line > 1) {
        struct text place = TEXT_EMPTY;
        text_format(&place, " (line %d)", error->line);
        look_add(&line, look, STYLE_QUIET, text_string(&place));
        text_free(&place);
    }
    look_wrap(out, look, "", "    ", text_string(&line));
    text_free(&line);
    add_traceback(out, error->traceback, look);
}

bool terminal_advice(struct text *out, const struct outcome *outcome, const char *source, const struct look *look)
{
    struct advice advice;
    bool any = advice_of(&advice, outcome, source);
    if (any) {
        look_wrap_styled(out, look, STYLE_ADVICE, "  ", advice.seen);
        look_wrap_styled(out, look, STYLE_ADVICE, "  ", advice.attempt);
    }
    advice_free(&advice);
    return any;
}

void terminal_outcome(struct text *out, const struct outcome *outcome, const char *source, const struct look *look)
{
    terminal_result(out, outcome, look);
    if (outcome->kind == OUTCOME_ERROR || outcome->kind == OUTCOME_INTERRUPTED)
        terminal_advice(out, outcome, source, look);
}

void terminal_result(struct text *out, const struct outcome *outcome, const struct look *look)
{
    for (size_t i = 0; i < outcome->value_count; i++)
        add_value(out, &outcome->values[i], look);
    if (outcome->output_cut)
        look_wrap_styled(out, look, STYLE_QUIET, "", "(More was printed. Only the beginning is shown.)");
    if (outcome->kind == OUTCOME_ERROR || outcome->kind == OUTCOME_INTERRUPTED)
        add_error(out, &outcome->error, look);
    if (outcome->kind == OUTCOME_ENDED) {
        struct text line = TEXT_EMPTY;
        text_add(&line, look_on(look, STYLE_ERROR));
        look_add_visible(&line, look, outcome->reason, outcome->reason ? strlen(outcome->reason) : 0);
        text_add(&line, look_off(look, STYLE_ERROR));
        look_wrap(out, look, "", "", text_string(&line));
        text_free(&line);
    }
}

void terminal_note(struct text *out, const struct note *note, const char *name, const struct look *look)
{
    struct text words = TEXT_EMPTY;
    note_write(&words, text_string(&note->words), note->words.length, note->failed);
    char *head = text_make(note->failed ? "%s failed: " : "%s: ", name);
    const char *rest = text_string(&words);
    for (struct span part; span_next_line(&rest, &part); *head = '\0') {
        struct text line = TEXT_EMPTY;
        look_add(&line, look, note->failed ? STYLE_ERROR : STYLE_NAME, head);
        look_add_visible(&line, look, part.text, part.length);
        look_break(out, look, *head != '\0' ? "" : "  ", "    ", text_string(&line));
        text_free(&line);
    }
    free(head);
    text_free(&words);
}

/* --- :why ----------------------------------------------------------------------------------------------- */

static void add_address(struct text *out, const struct event *event)
{
    const struct address address = event_address(event);
    if (address.length == 0)
        return;
    text_add_char(out, ' ');
    address_write(out, &address);
}

static void add_call(struct text *out, const struct outcome *outcome, const struct event *event,
                     const struct look *look)
{
    struct text line = TEXT_EMPTY;
    int64_t end = event->end ? event->end : outcome->begin + outcome->elapsed;
    text_format(&line, "%8.1f ms  ", (double)(event->begin - outcome->begin) / CLOCK_MILLISECOND);
    if (event->actor < outcome->actor_count && event->actor > 0)
        text_format(&line, "%s: ", outcome->actors[event->actor]);
    text_add(&line, event_call_name((enum event_call)event->call));
    if (event->fd >= 0)
        text_format(&line, " fd %d", event->fd);
    add_address(&line, event);
    if (event->end == 0)
        text_add(&line, " = still waiting");
    else if (event->error != 0)
        text_format(&line, " = %s", strerrorname_np(event->error) ? strerrorname_np(event->error) : "error");
    else
        text_format(&line, " = %lld", (long long)event->result);
    if (end - event->begin >= CLOCK_MILLISECOND) {
        text_add(&line, " after ");
        duration_write(&line, end - event->begin, DURATION_AFTER);
    }
    look_wrap(out, look, "  ", "             ", text_string(&line));
    text_free(&line);
}

/* Of calls and of notes so many are shown, the last ones. */
#define CALLS_SHOWN 100
#define NOTES_SHOWN 20

static void say_more(struct text *out, size_t more, const char *command, const struct look *look)
{
    char *words = text_make("(%zu more before these. %s shows them.)", more, command);
    if (more > 0)
        look_wrap_styled(out, look, STYLE_QUIET, "  ", words);
    free(words);
}

static void add_calls(struct text *out, const struct outcome *outcome, const struct look *look)
{
    size_t all = 0, calls = 0;
    for (size_t i = 0; i < outcome->event_count; i++)
        all += event_act(&outcome->events[i]) != ACT_NONE;
    if (all > 0)
        look_wrap_styled(out, look, STYLE_HEADING, "", "What the kernel was asked, and what it said");
    say_more(out, all > CALLS_SHOWN ? all - CALLS_SHOWN : 0, ":calls all", look);
    for (size_t i = 0; i < outcome->event_count; i++)
        if (event_act(&outcome->events[i]) != ACT_NONE && ++calls + CALLS_SHOWN > all)
            add_call(out, outcome, &outcome->events[i], look);
    if (all == 0)
        look_wrap_styled(out, look, STYLE_TEXT, "", "No call was made to the kernel.");
    if (outcome->dropped > 0) {
        char *more = text_make("%llu more calls are not kept.", (unsigned long long)outcome->dropped);
        look_wrap_styled(out, look, STYLE_QUIET, "  ", more);
        free(more);
    }
}

/* What peers said in this step; where it failed, also how they failed before. */
static void add_notes(struct text *out, const struct outcome *outcome, const struct look *look)
{
    struct notes all = outcome_notes(outcome, outcome->kind == OUTCOME_ERROR), own = outcome_notes(outcome, false);
    size_t before = all.count - own.count, shown = 0;
    size_t skipped = own.count > NOTES_SHOWN ? own.count - NOTES_SHOWN : 0;
    for (size_t i = 0; i < all.count; i++) {
        const struct note *note = &all.list[i];
        bool old = i < before + skipped && !note->failed;
        if (old || (size_t)note->actor >= outcome->actor_count)
            continue;
        if (shown++ == 0) {
            look_wrap_styled(out, look, STYLE_HEADING, "", "What the peers said");
            say_more(out, skipped, ":peers", look);
        }
        terminal_note(out, note, outcome->actors[note->actor], look);
    }
    notes_free(&all);
    notes_free(&own);
}

void terminal_why(struct text *out, const struct outcome *outcome, const char *source, const struct look *look)
{
    struct advice advice;
    if (advice_of(&advice, outcome, source)) {
        if (advice.who != NULL)
            look_wrap_styled(out, look, STYLE_TEXT, "", advice.who);
        look_wrap_styled(out, look, STYLE_TEXT, "", advice.seen);
        if (advice.wire != NULL)
            look_wrap_styled(out, look, STYLE_TEXT, "", advice.wire);
        look_wrap_styled(out, look, STYLE_TEXT, "", advice.attempt);
        text_add_char(out, '\n');
    }
    advice_free(&advice);
    add_calls(out, outcome, look);
    add_notes(out, outcome, look);
}
