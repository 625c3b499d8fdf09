#include "views/call_list.h"

#include "base/duration.h"
#include "base/memory.h"
#include "views/call_text.h"
#include "views/fold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_MOST 200
#define DATA_MOST    32
#define ROUNDS_KEPT  (CALL_ROUNDS_LEAST - 2)

static bool is_shown(const struct event *event, const struct call_list_options *options)
{
    bool known = event->kind == EVENT_HANDLER || event_act(event) != ACT_NONE;
    return known && (event->actor == 0 || (options->everybody && !(event->flags & EVENT_SETUP)));
}

/* Of the attempts and waits of one operation the last attempt tells all; it is not always the last event. */
static bool decides(const struct findings *findings, size_t index)
{
    const struct timeline *timeline = &findings->timeline;
    const struct operations *operations = findings->operations;
    uint32_t number = (uint32_t)(timeline->earlier_count + index);
    const struct operation *operation = &operations->list[operations->of_event[number]];
    if (timeline->events[index].flags & EVENT_WAIT)
        return operation->timed_out && operation->last == number;
    if (operation->timed_out || operation_act(operation) == ACT_CONNECT)
        return operation->first == number || event_act(&timeline->events[index]) == ACT_GET_OPTION;
    return operation->last == number;
}

/* What a call sets or asks for: another option is another call, another byte that is sent is not. */
static uint64_t subject_of(const struct event *event)
{
    switch (event_act(event)) {
    case ACT_SET_OPTION:
    case ACT_GET_OPTION:
        return (uint64_t)event_argument(event, ARG_LEVEL) << 32 | (uint32_t)event_argument(event, ARG_OPTION);
    case ACT_CHANGE_EPOLL:
        return (uint64_t)event_argument(event, ARG_OPERATION) << 32 | (uint32_t)event_argument(event, ARG_EVENTS);
    case ACT_SET_HANDLER:
    case ACT_SIGNAL:
        return (uint64_t)event_argument(event, ARG_SIGNAL);
    default:
        return 0;
    }
}

uint64_t call_list_key(const struct event *event, unsigned chance)
{
    uint64_t flags = event->flags & ~chance;
    uint64_t key = fold_key(0, (uint64_t)event->kind << 48 | (uint64_t)event->call << 32 | (uint32_t)event->fd);
    key = fold_key(key, subject_of(event));
    return fold_key(key, (uint64_t)event->actor << 48 | flags << 32 | (uint32_t)event->error);
}

static struct call_line *add(struct call_list *list, enum call_line_kind kind)
{
    struct call_line *line = &list->lines[list->count++];
    *line = (struct call_line){.kind = kind};
    return line;
}

static void add_events(struct call_list *list, const struct event *const *events, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(list, events[i]->kind == EVENT_HANDLER ? CALL_LINE_HANDLER : CALL_LINE)->event = events[i];
}

/* The calls that may be folded, and where they stand among all events. */
struct sequence {
    const struct event *const *events;
    uint64_t *keys;
    size_t *places;
    size_t count, all;
};

/* A signal may come in any round, so in a normal list it keeps no rounds from being the same. */
static struct sequence sequence_of(const struct event *const *events, size_t count, bool normal)
{
    struct sequence calls = {.events = events, .all = count};
    calls.keys = memory_new(count, sizeof *calls.keys);
    calls.places = memory_new(count + 1, sizeof *calls.places);
    for (size_t i = 0; i < count; i++) {
        if (normal && events[i]->kind == EVENT_HANDLER)
            continue;
        calls.keys[calls.count] = call_list_key(events[i], normal ? EVENT_RETRY : 0);
        calls.places[calls.count++] = i;
    }
    calls.places[calls.count] = count;
    return calls;
}

static void add_calls(struct call_list *list, const struct sequence *calls, size_t start, size_t count)
{
    for (size_t i = start; i < start + count; i++)
        add_events(list, &calls->events[calls->places[i]], 1);
}

/* The handlers that ran in these rounds, as one line. */
static void add_handlers(struct call_list *list, const struct sequence *calls, size_t start, size_t length)
{
    struct call_line *line = NULL;
    for (size_t i = calls->places[start]; i < calls->places[start + length]; i++) {
        if (calls->events[i]->kind != EVENT_HANDLER)
            continue;
        if (line == NULL)
            line = add(list, CALL_LINE_HANDLER);
        line->event = calls->events[i];
        line->times++;
    }
}

/* The first two rounds and the last one stay. */
static void add_rounds(struct call_list *list, const struct sequence *calls, const struct fold *fold)
{
    size_t length = fold->period * fold->times, all = calls->places[fold->start + length] - calls->places[fold->start];
    bool signals = list->normal && all > length;
    add_calls(list, calls, fold->start, 2 * fold->period);
    struct call_line *line = add(list, CALL_LINE_FOLD);
    line->period = fold->period;
    line->times = signals ? 0 : fold->times - ROUNDS_KEPT;
    if (signals)
        add_handlers(list, calls, fold->start, length);
    add_calls(list, calls, fold->start + length - fold->period, fold->period);
}

static void add_folded(struct call_list *list, const struct event *const *events, size_t count)
{
    struct sequence calls = sequence_of(events, count, list->normal);
    size_t folds;
    struct fold *found = fold_find(calls.keys, calls.count, CALL_ROUNDS_LEAST, &folds);
    add_events(list, events, calls.places[0]);
    for (size_t i = 0; i < folds; i++) {
        const struct fold *fold = &found[i];
        size_t first = calls.places[fold->start], end = calls.places[fold->start + fold->period * fold->times];
        if (fold->times == 1)
            add_events(list, events + first, end - first);
        else
            add_rounds(list, &calls, fold);
    }
    free(found);
    free(calls.keys);
    free(calls.places);
}

static void limit(struct call_list *list, size_t most)
{
    if (list->count <= most + 1)
        return;
    size_t before = most * 2 / 3, after = most - before, hidden = 0;
    for (size_t i = before; i < list->count - after; i++)
        hidden += list->lines[i].kind == CALL_LINE_FOLD ? list->lines[i].period * list->lines[i].times : 1;
    memmove(&list->lines[before + 1], &list->lines[list->count - after], after * sizeof *list->lines);
    list->lines[before] = (struct call_line){.kind = CALL_LINE_HIDDEN, .times = hidden};
    list->count = most + 1;
}

/* How often a timer rang in one wait is chance: a list that is the same in every run tells of the first. */
static bool rings_again(const struct event *const *events, size_t count, const struct event *event)
{
    const struct event *before = count > 0 ? events[count - 1] : NULL;
    return before != NULL && event->kind == EVENT_HANDLER && before->kind == EVENT_HANDLER &&
           before->actor == event->actor && before->arg[0] == event->arg[0] && before->result == event->result;
}

struct call_list call_list_of(const struct findings *findings, const struct call_list_options *options)
{
    const struct timeline *timeline = &findings->timeline;
    const struct event **events = memory_new(timeline->event_count, sizeof *events);
    size_t count = 0;
    for (size_t i = 0; i < timeline->event_count; i++) {
        const struct event *event = &timeline->events[i];
        bool shown = is_shown(event, options);
        if (options->normal)
            shown = shown && decides(findings, i) && !rings_again(events, count, event);
        if (shown)
            events[count++] = event;
    }
    struct call_list list = {.lines = memory_new(2 * count, sizeof *list.lines),
                             .dropped = timeline->dropped,
                             .normal = options->normal,
                             .before = options->before};
    if (options->whole)
        add_events(&list, events, count);
    else
        add_folded(&list, events, count);
    if (!options->whole)
        limit(&list, options->most ? options->most : DEFAULT_MOST);
    free(events);
    return list;
}

void call_list_free(struct call_list *list)
{
    free(list->lines);
    *list = (struct call_list){0};
}

/* --- words ---------------------------------------------------------------------------------------------- */

/* "recv, send"; those of the calls that are shown: a limit may have hidden the others, or all of them. */
static void add_period(struct text *out, const struct call_list *list, size_t line)
{
    size_t first = line;
    while (first > 0 && line - first < list->lines[line].period && list->lines[first - 1].event != NULL)
        first--;
    if (first == line)
        text_add(out, "the same");
    for (size_t i = first; i < line; i++) {
        const struct event *event = list->lines[i].event;
        text_add(out, i > first ? ", " : "");
        text_add(out, event->kind == EVENT_HANDLER ? "handler" : event_call_name(event->call));
    }
}

void call_line_call(struct text *out, const struct call_list *list, size_t index)
{
    const struct call_line *line = &list->lines[index];
    switch (line->kind) {
    case CALL_LINE:
        call_text(out, line->event, DATA_MOST, list->normal);
        break;
    case CALL_LINE_HANDLER:
        call_text_signal(out, line->event->arg[0]);
        text_add(out, line->event->result < 0 ? ": the handler raises an error" : ": the handler runs");
        text_add(out, line->times > 1 ? ", again and again" : "");
        break;
    case CALL_LINE_FOLD:
        add_period(out, list, index);
        text_add(out, ": ");
        if (line->times > 0) {
            call_text_count(out, line->times);
            text_add(out, " more times");
        } else {
            text_add(out, "again and again");
        }
        break;
    case CALL_LINE_HIDDEN:
        call_text_count(out, line->times);
        text_add(out, " more calls are not shown");
        break;
    }
}

void call_line_result(struct text *out, const struct call_list *list, size_t index)
{
    if (list->lines[index].kind == CALL_LINE)
        call_text_result(out, list->lines[index].event);
}

/* Whether a call has to be made again because nothing is there yet is chance; not after a handler. */
static bool tells_retry(const struct call_list *list, size_t index)
{
    return !list->normal || (index > 0 && list->lines[index - 1].kind == CALL_LINE_HANDLER);
}

/* Why a call that nobody wrote was made. */
static const char *reason_of(const struct call_list *list, size_t index)
{
    const struct event *event = list->lines[index].event;
    if (event->flags & EVENT_WAIT)
        return event->result == 0 && event->end != 0 ? "the timeout is over" : "waits within the timeout";
    if (event->flags & EVENT_RETRY)
        return tells_retry(list, index) ? "made again" : NULL;
    return event->error == EINTR ? "a signal interrupted it" : NULL;
}

void call_line_remark(struct text *out, const struct call_list *list, size_t index)
{
    const struct call_line *line = &list->lines[index];
    if (line->kind != CALL_LINE)
        return;
    const struct event *event = line->event;
    const char *reason = reason_of(list, index);
    if (event->end != 0 && !list->normal)
        duration_write(out, event->end - event->begin, DURATION_SHOWN);
    if ((int)event->line > list->before)
        text_format(out, "%sline %d", out->length > 0 ? "  " : "", (int)event->line - list->before);
    if (event->flags & EVENT_THREAD && event->chunk > 0)
        text_format(out, "%sthread %u", out->length > 0 ? "  " : "", event->chunk + 1);
    if (reason != NULL)
        text_format(out, "%s%s", out->length > 0 ? "  " : "", reason);
}
