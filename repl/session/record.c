#include "session/record.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

struct head {
    uint64_t first, last;
    int64_t begin, elapsed;
    uint32_t kind, chunk, output_cut, value_count;
    int32_t code, line;
};

struct value_head {
    uint32_t rows, columns, heading;
};

struct whole_head {
    uint64_t dropped, forgotten;
    uint32_t actors, events, earlier, unused;
};

#define NO_TEXT UINT32_MAX

/* The texts, in the order in which they are written; a pointer to each. */
#define TEXTS 7

static void texts_of(struct outcome *outcome, char **texts[TEXTS])
{
    struct outcome_error *error = &outcome->error;
    char **all[TEXTS] = {&error->class,     &error->message,  &error->symbol,    &error->chunk,
                         &error->traceback, &outcome->reason, &outcome->compiler};
    memcpy(texts, all, sizeof all);
}

/* --- writing -------------------------------------------------------------------------------------------- */

static void add_text(struct text *out, const char *text)
{
    uint32_t length = text ? (uint32_t)strlen(text) : NO_TEXT;
    text_add_bytes(out, (const char *)&length, sizeof length);
    if (text != NULL)
        text_add_bytes(out, text, length);
}

static void add_value(struct text *out, const struct outcome_value *value)
{
    const struct value_head head = {(uint32_t)value->rows, (uint32_t)value->columns, value->heading};
    add_text(out, value->text);
    text_add_bytes(out, (const char *)&head, sizeof head);
    for (size_t i = 0; i < value->rows * value->columns; i++)
        add_text(out, value->cells[i]);
}

void record_write(struct text *out, const struct outcome *outcome, uint64_t first, uint64_t last)
{
    const struct head head = {.first = first,
                              .last = last,
                              .begin = outcome->begin,
                              .elapsed = outcome->elapsed,
                              .kind = outcome->kind,
                              .chunk = outcome->chunk,
                              .output_cut = outcome->output_cut,
                              .value_count = (uint32_t)outcome->value_count,
                              .code = outcome->error.code,
                              .line = outcome->error.line};
    char **texts[TEXTS];
    texts_of((struct outcome *)outcome, texts);
    text_add_bytes(out, (const char *)&head, sizeof head);
    for (size_t i = 0; i < TEXTS; i++)
        add_text(out, *texts[i]);
    for (size_t i = 0; i < outcome->value_count; i++)
        add_value(out, &outcome->values[i]);
}

/* Those at the end of an event are mostly zero, and are left out. */
static void add_event(struct text *out, const struct event *event)
{
    const char *bytes = (const char *)event;
    uint32_t length = sizeof *event;
    while (length > 0 && bytes[length - 1] == 0)
        length--;
    text_add_bytes(out, (const char *)&length, sizeof length);
    text_add_bytes(out, bytes, length);
}

void record_write_whole(struct text *out, const struct outcome *outcome)
{
    const struct whole_head head = {.dropped = outcome->dropped,
                                    .forgotten = outcome->earlier.forgotten,
                                    .actors = (uint32_t)outcome->actor_count,
                                    .events = (uint32_t)outcome->event_count,
                                    .earlier = (uint32_t)outcome->earlier.count};
    record_write(out, outcome, 0, 0);
    text_add_bytes(out, (const char *)&head, sizeof head);
    add_text(out, outcome->output);
    for (size_t i = 0; i < outcome->actor_count; i++)
        add_text(out, outcome->actors[i]);
    for (size_t i = 0; i < outcome->event_count; i++)
        add_event(out, &outcome->events[i]);
    for (size_t i = 0; i < outcome->earlier.count; i++)
        add_event(out, outcome->earlier.events[i]);
}

/* --- reading -------------------------------------------------------------------------------------------- */

struct reader {
    const char *at;
    size_t left;
    bool bad;
};

static void take(struct reader *reader, void *to, size_t length)
{
    if (reader->bad || length > reader->left) {
        reader->bad = true;
        memset(to, 0, length);
        return;
    }
    memcpy(to, reader->at, length);
    reader->at += length;
    reader->left -= length;
}

/* NULL where there is none. */
static char *take_text(struct reader *reader)
{
    uint32_t length;
    take(reader, &length, sizeof length);
    if (reader->bad || length == NO_TEXT)
        return NULL;
    reader->bad = length > reader->left || !utf8_is_visible(reader->at, length, "\n\t");
    if (reader->bad)
        return NULL;
    char *text = memory_copy_bytes(reader->at, length);
    reader->at += length;
    reader->left -= length;
    return text;
}

/* Where a text has to be. */
static char *need_text(struct reader *reader)
{
    char *text = take_text(reader);
    reader->bad = reader->bad || text == NULL;
    return text ? text : memory_copy("");
}

/* Each cell has its length, so there are no more than the bytes that are left. */
static void take_value(struct reader *reader, struct outcome_value *value)
{
    struct value_head head;
    value->text = need_text(reader);
    take(reader, &head, sizeof head);
    uint64_t cells = (uint64_t)head.rows * head.columns;
    reader->bad = reader->bad || cells > reader->left / sizeof(uint32_t) || (cells == 0 && head.rows != 0);
    if (reader->bad)
        return;
    value->heading = head.heading != 0;
    value->rows = head.rows;
    value->columns = head.columns;
    value->cells = memory_new(cells, sizeof *value->cells);
    for (uint64_t i = 0; i < cells; i++)
        value->cells[i] = need_text(reader);
}

static void take_values(struct reader *reader, struct outcome *outcome, uint32_t count)
{
    reader->bad = reader->bad || count > reader->left / sizeof(uint32_t);
    if (reader->bad)
        return;
    outcome->values = memory_new(count, sizeof *outcome->values);
    outcome->value_count = count;
    for (uint32_t i = 0; i < count; i++)
        take_value(reader, &outcome->values[i]);
}

/* What is never NULL in the outcome of an error. */
static void complete_error(struct outcome *outcome)
{
    struct outcome_error *error = &outcome->error;
    bool failed = outcome->kind == OUTCOME_ERROR || outcome->kind == OUTCOME_INTERRUPTED;
    if (!failed && error->class == NULL)
        return;
    error->class = error->class ? error->class : memory_copy("");
    error->message = error->message ? error->message : memory_copy("");
}

static void take_result(struct reader *reader, struct outcome *outcome, struct head *head)
{
    char **texts[TEXTS];
    texts_of(outcome, texts);
    take(reader, head, sizeof *head);
    for (size_t i = 0; i < TEXTS; i++)
        *texts[i] = take_text(reader);
    take_values(reader, outcome, head->value_count);
    outcome->kind = (enum outcome_kind)head->kind;
    outcome->chunk = head->chunk;
    outcome->output_cut = head->output_cut != 0;
    outcome->begin = head->begin;
    outcome->elapsed = head->elapsed;
    outcome->error.code = head->code;
    outcome->error.line = head->line;
    complete_error(outcome);
    reader->bad = reader->bad || head->first > head->last || head->kind > OUTCOME_ENDED;
}

/* The outcome, if all of it was read and nothing is left. */
static struct outcome *finish(const struct reader *reader, struct outcome *outcome)
{
    if (!reader->bad && reader->left == 0)
        return outcome;
    outcome_free(outcome);
    return NULL;
}

struct outcome *record_read(const char *bytes, size_t length, uint64_t *first, uint64_t *last)
{
    struct reader reader = {bytes, length, false};
    struct outcome *outcome = outcome_new();
    struct head head;
    take_result(&reader, outcome, &head);
    *first = head.first;
    *last = head.last;
    return finish(&reader, outcome);
}

static void take_event(struct reader *reader, struct event *event)
{
    uint32_t length;
    memset((void *)event, 0, sizeof *event);
    take(reader, &length, sizeof length);
    reader->bad = reader->bad || length > sizeof *event;
    if (reader->bad)
        return;
    take(reader, (void *)event, length);
    reader->bad = reader->bad || !event_is_whole(event);
}

static void take_events(struct reader *reader, struct outcome *outcome, const struct whole_head *head)
{
    struct event event;
    while (!reader->bad && outcome->event_count < head->events)
        take_event(reader, ARRAY_MORE(outcome->events, outcome->event_count));
    while (!reader->bad && outcome->earlier.count < head->earlier) {
        take_event(reader, &event);
        earlier_add(&outcome->earlier, &event);
    }
}

struct outcome *record_read_whole(const char *bytes, size_t length)
{
    struct reader reader = {bytes, length, false};
    struct outcome *outcome = outcome_new();
    struct head head;
    struct whole_head whole;
    take_result(&reader, outcome, &head);
    take(&reader, &whole, sizeof whole);
    outcome->dropped = whole.dropped;
    outcome->earlier.forgotten = whole.forgotten;
    outcome->output = take_text(&reader);
    while (!reader.bad && outcome->actor_count < whole.actors)
        ARRAY_ADD(outcome->actors, outcome->actor_count, need_text(&reader));
    take_events(&reader, outcome, &whole);
    return finish(&reader, outcome);
}
