/*
 * Bars of time.  Whoever made the step, the learner or a program, has a row for each call that took time, with how long
 * it was allowed to take, and one for all of them together; each peer has one row.
 */
#include "views/chart_source.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "views/call_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SLOW          CLOCK_MILLISECOND
#define MOST_ROWS     22 /* of calls; of more the middle is one row */
#define KEPT_IN_FRONT 15
#define MOST_NAMES    3
#define MOST_WORDS    12
#define TICKS         5
#define NORMAL_STEP   (5 * CLOCK_MILLISECOND)
#define LIMIT_STEP    (50 * CLOCK_MILLISECOND) /* as operations round what was worked out */
#define SAME_LIMIT    (20 * CLOCK_MILLISECOND)

/* A row of calls: one that took time, or quick ones that came one after the other. */
struct bar {
    size_t *operations;
    size_t count;
    bool slow;
};

struct times {
    struct chart *chart;
    const struct chart_source *source;
    int own;         /* whose calls have a row each */
    int64_t begin;   /* of the step */
    int64_t whole;   /* how long its calls took */
    int64_t extent;  /* of the axis */
    int64_t last;    /* when the last of its own calls was over, as it really was */
    int64_t *gone;   /* by actor: when a peer ended, in the middle of a call perhaps; 0: it is there */
    int64_t *limits; /* by operation: until when it was allowed to last, since the begin; 0: nobody said */
};

/* --- when ----------------------------------------------------------------------------------------------- */

static const struct operation *operation_at(const struct times *times, size_t index)
{
    return &times->source->operations->list[index];
}

/* Since the begin of the step; the same in every run where it has to be. */
static int64_t since(const struct times *times, int64_t moment)
{
    int64_t at = moment > times->begin ? moment - times->begin : 0;
    return times->source->normal ? (at + NORMAL_STEP / 2) / NORMAL_STEP * NORMAL_STEP : at;
}

static int64_t begin_of(const struct times *times, size_t index)
{
    return since(times, operation_at(times, index)->begin);
}

/* When the call was over, or who made it; 0: it goes on. */
static int64_t over_at(const struct times *times, const struct operation *operation)
{
    bool known = operation->actor < times->source->findings->timeline.actor_count;
    return operation->end != 0 || !known ? operation->end : times->gone[operation->actor];
}

static int64_t end_of(const struct times *times, size_t index)
{
    const struct operation *operation = operation_at(times, index);
    int64_t last = over_at(times, operation), end = last != 0 ? since(times, last) : INT64_MAX;
    if (times->source->normal && operation->actor != times->own &&
        times->source->findings->operations->list[index].end > times->last)
        end = INT64_MAX; /* what came after the step is in no order */
    if (operation->timed_out && times->source->normal && times->limits[index] != 0)
        end = times->limits[index];
    return end > times->whole ? times->whole : end;
}

static bool in_step(const struct times *times, const struct operation *operation)
{
    const struct timeline *timeline = &times->source->findings->timeline;
    const struct event *event = timeline_event(timeline, operation->first);
    int64_t over = over_at(times, operation);
    bool late = operation->first >= timeline->earlier_count || over == 0 || over >= times->begin;
    return operation->kind == EVENT_CALL && late && call_of(event)->act != ACT_NONE && !(event->flags & EVENT_SETUP);
}

static bool is_slow(const struct times *times, size_t index)
{
    int64_t took = end_of(times, index) - begin_of(times, index);
    return took >= SLOW && took >= times->whole / 100;
}

static bool has_failed(const struct operation *operation)
{
    return operation->error != 0 || operation->timed_out;
}

/* A quick call that tells something about time: it moved data, connected, looked, or failed. */
static bool is_told(const struct operation *operation)
{
    const struct call *call = call_row(operation->call);
    return has_failed(operation) || call->act == ACT_WAIT ||
           (call->picture != PICTURE_HIDDEN && call->picture != PICTURE_LOCAL && call->act != ACT_CLOSE);
}

/*
 * A limit that a program worked out from a deadline is never the same twice: calls that had to be over at the same
 * moment have the same one.
 */
static void find_limits(struct times *times)
{
    const struct operations *real = times->source->findings->operations;
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < real->count; i++) {
        const struct operation *operation = &real->list[i];
        if (operation->asked == 0 || operation_act(operation) == ACT_SLEEP || !in_step(times, operation))
            continue;
        bool computed = operation->asked % CLOCK_MILLISECOND != 0;
        bool same =
            computed && last != SIZE_MAX && real->list[last].actor == operation->actor &&
            llabs(real->list[last].begin + real->list[last].asked - operation->begin - operation->asked) < SAME_LIMIT;
        if (times->source->normal && same)
            times->limits[i] = times->limits[last];
        else if (times->source->normal && computed)
            times->limits[i] = begin_of(times, i) + (operation->asked + LIMIT_STEP - 1) / LIMIT_STEP * LIMIT_STEP;
        else
            times->limits[i] = begin_of(times, i) + operation->asked;
        last = i;
    }
}

static void find_last(struct times *times)
{
    const struct operations *real = times->source->findings->operations;
    for (size_t i = 0; i < real->count; i++)
        if (real->list[i].actor == times->own && in_step(times, &real->list[i]) && real->list[i].end > times->last)
            times->last = real->list[i].end;
}

static void find_extent(struct times *times)
{
    const struct operations *operations = times->source->operations;
    int64_t whole = 0, others = 0, limit = 0;
    bool goes_on = false;
    for (size_t i = 0; i < operations->count; i++) {
        const struct operation *operation = &operations->list[i];
        if (!in_step(times, operation))
            continue;
        int64_t end = end_of(times, i);
        if (operation->end == 0 || end == INT64_MAX)
            end = begin_of(times, i);
        int64_t *last = operation->actor == times->own ? &whole : &others;
        *last = end > *last ? end : *last;
        goes_on = goes_on || (operation->actor == times->own && operation->end == 0);
    }
    if (goes_on && others > whole)
        whole = others;
    times->whole = whole;
    for (size_t i = 0; i < operations->count; i++)
        if (operations->list[i].actor == times->own && in_step(times, &operations->list[i]) && is_slow(times, i) &&
            times->limits[i] > limit && times->limits[i] <= 2 * whole)
            limit = times->limits[i];
    times->extent = limit > whole ? limit : whole;
}

/* --- spans ---------------------------------------------------------------------------------------------- */

/* What follows so closely that nobody can see a gap makes the last one longer. */
static void add_span(const struct times *times, struct chart_row *row, enum chart_span_kind kind, int64_t from,
                     int64_t to, char *words)
{
    struct chart_span *last = row->count > 0 ? &row->spans[row->count - 1] : NULL;
    if (words == NULL && last != NULL && last->kind == kind && from - last->to <= times->extent / 400) {
        last->to = last->last = to > last->to ? to : last->to;
        return;
    }
    chart_add_span(
        row, (struct chart_span){.kind = kind, .from = from, .to = to, .first = from, .last = to, .words = words});
}

static void add_time(struct text *out, int64_t at)
{
    duration_write(out, at, DURATION_TOLD);
}

static char *words_of(const struct times *times, size_t index)
{
    struct text words = TEXT_EMPTY;
    text_add(&words, "from ");
    add_time(&words, begin_of(times, index));
    text_add(&words, " to ");
    add_time(&words, end_of(times, index));
    if (times->limits[index] != 0) {
        text_add(&words, ", allowed until ");
        add_time(&words, times->limits[index]);
    }
    return text_steal(&words);
}

static const char *name_of(const struct operation *operation)
{
    const struct call *call = call_row(operation->call);
    return call->word ? call->word : call->name;
}

static char *label_of(const struct operation *operation)
{
    struct text label = TEXT_EMPTY;
    text_format(&label, "%s()", name_of(operation));
    if (operation->end == 0)
        text_add(&label, " waits");
    else if (operation->timed_out)
        text_add(&label, " timed out");
    else if (operation->error != 0) {
        text_add_char(&label, ' ');
        call_text_error(&label, operation->error);
    } else if (call_row(operation->call)->gives == GIVES_COUNT)
        text_format(&label, " = %" PRId64, operation->result);
    return text_steal(&label);
}

static void add_slow(const struct times *times, struct chart_panel *panel, size_t index)
{
    const struct operation *operation = operation_at(times, index);
    struct chart_row *row = chart_add_row(panel, label_of(operation));
    int64_t from = begin_of(times, index), to = end_of(times, index), limit = times->limits[index];
    add_span(times, row, SPAN_BLOCKED, from, to, words_of(times, index));
    if (limit > to)
        add_span(times, row, limit > times->extent ? SPAN_ALLOWED_MORE : SPAN_ALLOWED, to,
                 limit > times->extent ? times->extent : limit, NULL);
    if (has_failed(operation))
        add_span(times, row, SPAN_FAILED, to, to, NULL);
}

/* --- rows ----------------------------------------------------------------------------------------------- */

/* The different names of the calls, no more than so many. */
static size_t find_names(const struct times *times, const struct bar *bar, const char *names[], size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < bar->count && count < most; i++) {
        size_t same = 0;
        names[count] = name_of(operation_at(times, bar->operations[i]));
        while (strcmp(names[same], names[count]) != 0)
            same++;
        count += same == count;
    }
    return count;
}

static char *quick_label(const struct times *times, const struct bar *bar)
{
    struct text label = TEXT_EMPTY;
    const char *names[MOST_NAMES + 1];
    size_t count = find_names(times, bar, names, MOST_NAMES + 1);
    for (size_t i = 0; i < count; i++)
        text_format(&label, "%s%s%s", i > 0 ? ", " : "", i < MOST_NAMES ? names[i] : "…", i < MOST_NAMES ? "()" : "");
    if (count == 1 && bar->count > 1) {
        text_add(&label, " ");
        call_text_count(&label, bar->count);
        text_add(&label, " times");
    }
    return text_steal(&label);
}

/* EINPROGRESS and EAGAIN say that it takes longer, not that anything is wrong. */
static enum chart_span_kind stroke_of(const struct operation *operation)
{
    bool goes_on = operation->error == EINPROGRESS || operation->error == EAGAIN;
    return has_failed(operation) && !goes_on ? SPAN_FAILED : SPAN_QUICK;
}

static void add_quick(const struct times *times, struct chart_panel *panel, const struct bar *bar)
{
    struct chart_row *row = chart_add_row(panel, quick_label(times, bar));
    for (size_t i = 0; i < bar->count; i++) {
        const struct operation *operation = operation_at(times, bar->operations[i]);
        int64_t at = begin_of(times, bar->operations[i]);
        struct text words = TEXT_EMPTY;
        text_format(&words, "%s() at ", name_of(operation));
        add_time(&words, at);
        add_span(times, row, stroke_of(operation), at, at, i < MOST_WORDS ? text_steal(&words) : NULL);
        text_free(&words);
    }
}

/* What calls were doing in a row that they share: bars first, as strokes stand on them. */
static void add_to_line(const struct times *times, struct chart_row *row, const struct bar *bar)
{
    for (size_t i = 0; i < bar->count; i++)
        if (is_slow(times, bar->operations[i]))
            add_span(times, row, SPAN_BLOCKED, begin_of(times, bar->operations[i]), end_of(times, bar->operations[i]),
                     NULL);
    for (size_t i = 0; i < bar->count; i++) {
        int64_t at = begin_of(times, bar->operations[i]);
        if (!is_slow(times, bar->operations[i]))
            add_span(times, row, stroke_of(operation_at(times, bar->operations[i])), at, at, NULL);
    }
}

static char *line_words(const struct times *times, const struct bar *bar)
{
    struct text words = TEXT_EMPTY;
    for (size_t i = 0; i < bar->count && i < MOST_WORDS; i++) {
        text_format(&words, "%s%s() at ", i > 0 ? "; " : "", name_of(operation_at(times, bar->operations[i])));
        add_time(&words, begin_of(times, bar->operations[i]));
    }
    if (bar->count > MOST_WORDS)
        text_add(&words, "; and more");
    return text_steal(&words);
}

/* The calls of a peer in one row: when it waited, and when it did something. */
static void add_line(const struct times *times, struct chart_panel *panel, int actor)
{
    const struct operations *operations = times->source->operations;
    struct bar bar = {0};
    for (size_t i = 0; i < operations->count; i++) {
        const struct operation *operation = &operations->list[i];
        if (operation->actor == actor && in_step(times, operation) && begin_of(times, i) <= times->whole &&
            (is_slow(times, i) || is_told(operation)))
            ARRAY_ADD(bar.operations, bar.count, i);
    }
    if (bar.count > 0) {
        const char *name = timeline_actor(&times->source->findings->timeline, actor);
        struct chart_row *row = chart_add_row(panel, utf8_visible(name, strlen(name)));
        add_to_line(times, row, &bar);
        row->spans[0].words = line_words(times, &bar);
    }
    free(bar.operations);
}

/* The bars of the step's own calls; quick ones stand together. */
static struct bar *find_bars(const struct times *times, size_t *count)
{
    const struct operations *operations = times->source->operations;
    struct bar *bars = NULL;
    for (size_t i = 0; i < operations->count; i++) {
        const struct operation *operation = &operations->list[i];
        bool slow = is_slow(times, i);
        if (operation->actor != times->own || !in_step(times, operation) || !(slow || is_told(operation)))
            continue;
        if (slow || *count == 0 || bars[*count - 1].slow)
            ARRAY_ADD(bars, *count, (struct bar){.slow = slow});
        struct bar *bar = &bars[*count - 1];
        ARRAY_ADD(bar->operations, bar->count, i);
    }
    return bars;
}

static void add_middle(const struct times *times, struct chart_panel *panel, const struct bar *bars, size_t count)
{
    struct bar all = {0};
    struct text label = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < bars[i].count; k++)
            ARRAY_ADD(all.operations, all.count, bars[i].operations[k]);
    call_text_count(&label, all.count);
    text_add(&label, " more calls");
    struct chart_row *row = chart_add_row(panel, text_steal(&label));
    add_to_line(times, row, &all);
    row->spans[0].words = line_words(times, &all);
    free(all.operations);
}

/* All of them together: in a call, or between two. */
static void add_whole(const struct times *times, struct chart_panel *panel, const struct bar *bars, size_t count)
{
    struct chart_row *row = chart_add_row(panel, memory_copy("all"));
    int64_t from = begin_of(times, bars[0].operations[0]), at = from;
    struct text words = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++) {
        size_t index = bars[i].operations[0];
        if (!bars[i].slow)
            continue;
        if (begin_of(times, index) - at > times->extent / 200)
            add_span(times, row, SPAN_WORKING, at, begin_of(times, index), NULL);
        add_span(times, row, SPAN_BLOCKED, begin_of(times, index), end_of(times, index), NULL);
        at = end_of(times, index);
    }
    if (times->whole - at > times->extent / 200)
        add_span(times, row, SPAN_WORKING, at, times->whole, NULL);
    text_add(&words, "from ");
    add_time(&words, from);
    text_add(&words, " to ");
    add_time(&words, times->whole);
    row->spans[0].words = text_steal(&words);
}

static void add_bars(const struct times *times, struct chart_panel *panel, const struct bar *bars, size_t count)
{
    size_t hidden = count > MOST_ROWS ? count - MOST_ROWS + 1 : 0;
    for (size_t i = 0; i < count; i++)
        if (hidden > 0 && i == KEPT_IN_FRONT)
            add_middle(times, panel, &bars[i], hidden), i += hidden - 1;
        else if (bars[i].slow)
            add_slow(times, panel, bars[i].operations[0]);
        else
            add_quick(times, panel, &bars[i]);
    if (count > 1)
        add_whole(times, panel, bars, count);
}

/* --- the axis ------------------------------------------------------------------------------------------- */

/* Steps of 1, 2 or 5, about so many as there shall be. */
static int64_t step_of(int64_t extent)
{
    static const int64_t factors[] = {1, 2, 5};
    for (int64_t unit = 1;; unit *= 10)
        for (size_t i = 0; i < 3; i++)
            if (extent / (factors[i] * unit) <= TICKS)
                return factors[i] * unit;
}

static void add_ticks(struct chart_panel *panel)
{
    bool seconds = panel->extent >= CLOCK_SECOND;
    int64_t step = step_of(panel->extent);
    panel->ticks_above = true;
    panel->tick_label = memory_copy(seconds ? "seconds" : "ms");
    for (int64_t at = 0; at <= panel->extent; at += step)
        chart_add_tick(panel, at, text_make("%g", (double)at / (double)(seconds ? CLOCK_SECOND : CLOCK_MILLISECOND)));
}

static char *title_of(const struct times *times)
{
    struct text title = TEXT_EMPTY;
    const char *name = timeline_actor(&times->source->findings->timeline, times->own);
    utf8_add_visible(&title, name, strlen(name));
    text_add(&title, ": ");
    duration_write(&title, times->whole, DURATION_TOLD);
    return text_steal(&title);
}

static bool any_slow(const struct bar *bars, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bars[i].slow)
            return true;
    return false;
}

/* Whose the step is: the learner, or who made its first call where he made none. */
static int find_own(const struct times *times)
{
    const struct operations *operations = times->source->operations;
    int own = -1;
    for (size_t i = 0; i < operations->count && own != 0; i++)
        if (in_step(times, &operations->list[i]) && (own < 0 || operations->list[i].actor == 0))
            own = operations->list[i].actor;
    return own;
}

static void find_gone(struct times *times)
{
    const struct timeline *timeline = &times->source->findings->timeline;
    for (size_t i = 0; i < times->source->moment_count; i++) {
        const struct event *event = timeline_event(timeline, times->source->moments[i].event);
        if (event->kind == EVENT_NOTE && event->flags & EVENT_ENDED && event->actor < timeline->actor_count)
            times->gone[event->actor] = times->source->moments[i].at;
    }
}

void chart_make_time(struct chart *chart, const struct chart_source *source)
{
    struct times times = {.chart = chart,
                          .source = source,
                          .begin = source->findings->timeline.begin,
                          .whole = INT64_MAX,
                          .gone = memory_new(source->findings->timeline.actor_count, sizeof *times.gone),
                          .limits = memory_new(source->operations->count, sizeof *times.limits)};
    size_t count = 0;
    find_gone(&times);
    times.own = find_own(&times);
    find_last(&times);
    find_limits(&times);
    find_extent(&times);
    struct bar *bars = find_bars(&times, &count);
    if (any_slow(bars, count)) {
        struct chart_panel *panel = chart_add_panel(chart, title_of(&times), CHART_CLOCK);
        panel->extent = times.extent;
        add_bars(&times, panel, bars, count);
        for (size_t i = 0; i < source->findings->timeline.actor_count; i++)
            if ((int)i != times.own)
                add_line(&times, panel, (int)i);
        add_ticks(panel);
    }
    for (size_t i = 0; i < count; i++)
        free(bars[i].operations);
    free(bars);
    free(times.gone);
    free(times.limits);
}
