#include "session/outcome.h"

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "lua/errors.h"
#include "trace/address.h"

#include <stdlib.h>
#include <string.h>

struct outcome *outcome_new(void)
{
    return memory_new(1, sizeof(struct outcome));
}

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

void outcome_fail(struct outcome *outcome, const char *class, char *message)
{
    outcome->kind = OUTCOME_ERROR;
    outcome->error.class = memory_copy(class);
    outcome->error.message = message;
    outcome->error.traceback = memory_copy("");
}

void outcome_free(struct outcome *outcome)
{
    if (outcome == NULL)
        return;
    for (size_t i = 0; i < outcome->value_count; i++) {
        struct outcome_value *value = &outcome->values[i];
        free(value->text);
        free_texts(value->cells, value->rows * value->columns);
    }
    free(outcome->values);
    free(outcome->output);
    free(outcome->compiler);
    free(outcome->error.class);
    free(outcome->error.message);
    free(outcome->error.symbol);
    free(outcome->error.chunk);
    free(outcome->error.traceback);
    free(outcome->reason);
    free(outcome->events);
    earlier_free(&outcome->earlier);
    free_texts(outcome->actors, outcome->actor_count);
    free(outcome);
}

/* What looking at the session did, before the chunk or after it, is known but not shown. */
static void set_apart(struct outcome *outcome, const struct outcome_span *span)
{
    size_t count = 0;
    for (size_t i = 0; i < outcome->event_count; i++) {
        const struct event *event = &outcome->events[i];
        bool own = event->stamp > span->first && event->stamp <= span->own;
        if (event->actor == 0 && !own && event->kind != EVENT_PACKET)
            earlier_add(&outcome->earlier, event);
        else if (count++ != i)
            memcpy((void *)&outcome->events[count - 1], (const void *)event, sizeof *event);
    }
    outcome->event_count = count;
}

void outcome_take_events(struct outcome *outcome, struct past *past, const struct ring *ring,
                         const struct outcome_span *span)
{
    free(outcome->events);
    earlier_free(&outcome->earlier);
    free_texts(outcome->actors, outcome->actor_count);
    outcome->earlier = past_before(past, ring, span->since);
    outcome->events = ring_copy(ring, span->since, span->last, &outcome->event_count, &outcome->dropped);
    set_apart(outcome, span);
    outcome->actor_count = (size_t)ring_actor_count(ring);
    outcome->actors = memory_new(outcome->actor_count, sizeof *outcome->actors);
    for (size_t i = 0; i < outcome->actor_count; i++)
        outcome->actors[i] = ring_actor_copy(ring, (int)i);
}

struct findings *outcome_findings(const struct outcome *outcome)
{
    return findings_new((struct timeline){.earlier = outcome->earlier.events,
                                          .earlier_count = outcome->earlier.count,
                                          .forgotten = outcome->earlier.forgotten,
                                          .events = outcome->events,
                                          .event_count = outcome->event_count,
                                          .begin = outcome->begin,
                                          .dropped = outcome->dropped,
                                          .actors = outcome->actors,
                                          .actor_count = outcome->actor_count});
}

struct notes outcome_notes(const struct outcome *outcome, bool before)
{
    struct notes notes = {.count = 0};
    for (size_t i = 0; before && i < outcome->earlier.count; i++)
        notes_add(&notes, outcome->earlier.events[i]);
    for (size_t i = 0; i < outcome->event_count; i++)
        notes_add(&notes, &outcome->events[i]);
    return notes;
}

bool outcome_error_is(const struct outcome *outcome, const char *name)
{
    const struct outcome_error *error = &outcome->error;
    if (error->class == NULL)
        return false;
    if (error->symbol != NULL && strcmp(error->symbol, name) == 0)
        return true;
    if (strcmp(name, "EWOULDBLOCK") == 0)
        return outcome_error_is(outcome, "EAGAIN");
    return strcmp(error->class, name) == 0 || error_class_is(error->class, name);
}

bool outcome_has_peers(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->event_count; i++)
        if (outcome->events[i].actor != 0)
            return true;
    return false;
}

/* Where the learner's call goes to; no address when it is no call to another end. */
static struct address goes_to(const struct findings *findings, size_t index)
{
    const struct event *event = timeline_event(&findings->timeline, index);
    enum call_act act = event_act(event);
    int own = findings->sockets->of_event[index];
    if (event->actor != 0 || own < 0 || (act != ACT_CONNECT && act != ACT_SEND && act != ACT_RECEIVE))
        return (struct address){.length = 0};
    return act != ACT_RECEIVE && event->address_length > 0 ? event_address(event) : findings->sockets->list[own].remote;
}

int outcome_peer(const struct outcome *outcome, int *type)
{
    int peer = 0;
    if (outcome->actor_count < 2)
        return 0;
    struct findings *findings = outcome_findings(outcome);
    const struct timeline *timeline = &findings->timeline;
    const struct sockets *sockets = findings->sockets;
    for (size_t i = timeline->earlier_count; i < timeline_count(timeline) && peer == 0; i++) {
        struct address address = goes_to(findings, i);
        int there = address.length == 0
                        ? -1
                        : sockets_find_local(sockets, &address, sockets->list[sockets->of_event[i]].type,
                                             timeline_event(timeline, i)->begin);
        if (there >= 0) {
            peer = sockets->list[there].actor;
            *type = sockets->list[there].type;
        }
    }
    findings_free(findings);
    return peer;
}

static void add_line(struct text *out, const char *line)
{
    text_add(out, line);
    if (out->length > 0 && out->bytes[out->length - 1] != '\n')
        text_add(out, "\n");
}

char *outcome_text(const struct outcome *outcome)
{
    struct text out = TEXT_EMPTY;
    if (outcome->output != NULL && *outcome->output != '\0')
        add_line(&out, outcome->output);
    for (size_t i = 0; i < outcome->value_count; i++)
        add_line(&out, outcome->values[i].text);
    if (outcome->error.class != NULL && *outcome->error.message != '\0')
        text_format(&out, "%s: %s\n", outcome->error.class, outcome->error.message);
    else if (outcome->error.class != NULL)
        text_format(&out, "%s\n", outcome->error.class);
    if (outcome->reason != NULL)
        add_line(&out, outcome->reason);
    return text_steal(&out);
}

/* --- JSON ----------------------------------------------------------------------------------------------- */

static const char *const kinds[] = {"fine", "error", "incomplete", "interrupted", "ended"};

/* Sets the member unless there is no text. */
static void set_text(json_t *object, const char *name, const char *text)
{
    if (text != NULL)
        json_object_set_new(object, name, json_string(text));
}

static json_t *value_to_json(const struct outcome_value *value)
{
    json_t *object = json_pack("{s:s}", "text", value->text);
    if (value->rows == 0)
        return object;
    json_t *rows = json_array();
    for (size_t row = 0; row < value->rows; row++) {
        json_t *cells = json_array();
        for (size_t column = 0; column < value->columns; column++)
            json_array_append_new(cells, json_string(value->cells[row * value->columns + column]));
        json_array_append_new(rows, cells);
    }
    json_object_set_new(object, "rows", rows);
    json_object_set_new(object, "heading", json_boolean(value->heading));
    return object;
}

static json_t *error_to_json(const struct outcome_error *error)
{
    json_t *object = json_pack("{s:s, s:s, s:i, s:i}", "class", error->class, "message", error->message, "errno",
                               error->code, "line", error->line);
    set_text(object, "symbol", error->symbol);
    set_text(object, "chunk", error->chunk);
    set_text(object, "traceback", error->traceback);
    return object;
}

static const char *const event_kinds[] = {
    [EVENT_CALL] = "call",   [EVENT_NOTE] = "note",     [EVENT_HANDLER] = "handler",
    [EVENT_STATE] = "state", [EVENT_PACKET] = "packet",
};

/* Times are nanoseconds since the chunk began. */
static json_t *event_to_json(const struct event *event, int64_t begin)
{
    json_t *object = json_pack(
        "{s:s, s:i, s:I, s:I, s:i, s:i, s:I, s:i, s:i}", "kind",
        event->kind <= EVENT_PACKET ? event_kinds[event->kind] : "?", "actor", event->actor, "begin",
        (json_int_t)(event->begin - begin), "end", (json_int_t)(event->end ? event->end - begin : -1), "fd", event->fd,
        "error", event->error, "result", (json_int_t)event->result, "flags", event->flags, "line", event->line);
    if (event->kind == EVENT_CALL)
        set_text(object, "call", event_call_name(event->call));
    if (event->flags & EVENT_THREAD)
        json_object_set_new(object, "thread", json_integer(event->chunk + 1));
    if (event->error != 0)
        set_text(object, "errno", error_symbol(event->error));
    json_object_set_new(object, "arguments",
                        json_pack("[I, I, I, I]", (json_int_t)event->arg[0], (json_int_t)event->arg[1],
                                  (json_int_t)event->arg[2], (json_int_t)event->arg[3]));
    struct text text = TEXT_EMPTY;
    if (event->address_length > 0) {
        const struct address address = event_address(event);
        address_write(&text, &address);
        set_text(object, "address", text_string(&text));
        text_clear(&text);
    }
    if (event->data_length > 0) {
        utf8_add_visible(&text, event_data(event), event->data_length);
        set_text(object, "data", text_string(&text));
        json_object_set_new(object, "bytes", json_integer(event->data_length));
    }
    text_free(&text);
    return object;
}

json_t *outcome_to_json(const struct outcome *outcome)
{
    json_t *values = json_array(), *actors = json_array(), *events = json_array();
    for (size_t i = 0; i < outcome->value_count; i++)
        json_array_append_new(values, value_to_json(&outcome->values[i]));
    for (size_t i = 0; i < outcome->actor_count; i++)
        json_array_append_new(actors, json_string(outcome->actors[i]));
    for (size_t i = 0; i < outcome->event_count; i++)
        if (outcome->events[i].kind <= EVENT_PACKET)
            json_array_append_new(events, event_to_json(&outcome->events[i], outcome->begin));
    json_t *object =
        json_pack("{s:s, s:o, s:s, s:b, s:i, s:I, s:I, s:I, s:o, s:o}", "kind", kinds[outcome->kind], "values", values,
                  "output", outcome->output ? outcome->output : "", "output_cut", outcome->output_cut, "chunk",
                  (int)outcome->chunk, "begin", (json_int_t)outcome->begin, "elapsed", (json_int_t)outcome->elapsed,
                  "dropped", (json_int_t)outcome->dropped, "actors", actors, "events", events);
    if (outcome->error.class != NULL)
        json_object_set_new(object, "error", error_to_json(&outcome->error));
    set_text(object, "reason", outcome->reason);
    if (outcome->compiler != NULL && *outcome->compiler != '\0')
        set_text(object, "compiler", outcome->compiler);
    return object;
}
