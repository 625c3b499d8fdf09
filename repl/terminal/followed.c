#include "terminal/followed.h"

#include "render/document.h"
#include "render/terminal_failures.h"
#include "render/terminal_views.h"
#include "terminal/keep.h"
#include "terminal/trace.h"
#include "views/call_text.h"
#include "views/chart_svg.h"
#include "views/ladder_svg.h"
#include "lab/pcapng.h"

#include <stdio.h>
#include <stdlib.h>

/* It begins when the program itself does its first call: how long others took to be ready is of no interest. */
static int64_t begin_of(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->event_count; i++)
        if (outcome->events[i].actor == 0)
            return outcome->events[i].begin;
    return outcome->events[0].begin;
}

static struct outcome *take_outcome(const struct ring *ring, struct past *past)
{
    struct outcome *outcome = outcome_new();
    uint64_t next = ring_next(ring), first = next > ring_capacity(ring) ? next - ring_capacity(ring) : 0;
    outcome_take_events(outcome, past, ring, &(struct outcome_span){first, first, next, next});
    outcome->dropped += first;
    if (outcome->event_count > 0) {
        outcome->begin = begin_of(outcome);
        const struct event *last = &outcome->events[outcome->event_count - 1];
        outcome->elapsed = (last->end ? last->end : last->begin) - outcome->begin;
    }
    return outcome;
}

static bool keep_svg(const char *path, const struct findings *findings, enum chart_kind kind)
{
    struct text text = TEXT_EMPTY;
    if (kind == CHARTS) {
        struct ladder *ladder = ladder_new(findings, &(struct ladder_options){.busy = true});
        ladder_svg(&text, ladder, &(struct svg_options){.id = "ladder", .alone = true});
        ladder_free(ladder);
    } else {
        struct chart *chart = chart_new(findings, kind, false);
        chart_svg(&text, chart, &(struct svg_options){.id = "chart", .alone = true});
        chart_free(chart);
    }
    return keep_in_file(SUBCOMMAND_TRACE, path, &text);
}

static bool keep_json(const char *path, const struct outcome *outcome)
{
    struct text text = TEXT_EMPTY;
    json_t *json = outcome_document(outcome);
    char *words = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    text_format(&text, "%s\n", words);
    free(words);
    json_decref(json);
    return keep_in_file(SUBCOMMAND_TRACE, path, &text);
}

static bool keep_pcapng(const char *path, const struct findings *findings)
{
    struct text text = TEXT_EMPTY;
    pcapng_write(&text, &findings->timeline);
    return keep_in_file(SUBCOMMAND_TRACE, path, &text);
}

static void add_left_out(struct text *out, uint64_t left_out, const struct look *look)
{
    struct text line = TEXT_EMPTY;
    if (left_out == 0)
        return;
    call_text_count(&line, left_out);
    text_format(&line, " call%s of the C library's own, to look up names, %s left out; --all shows them.",
                left_out == 1 ? "" : "s", left_out == 1 ? "is" : "are");
    look_wrap(out, look, "", "", text_string(&line));
    text_free(&line);
}

bool followed_show(const struct ring *ring, struct past *past, const struct followed_wishes *wishes, uint64_t left_out)
{
    struct look look = trace_look();
    struct outcome *outcome = take_outcome(ring, past);
    struct findings *findings = outcome_findings(outcome);
    struct text out = TEXT_EMPTY;
    bool kept = true;
    if (wishes->ladder && outcome->event_count == 0) {
        text_add(&out, "No call on a socket was made.\n");
    } else if (wishes->ladder && wishes->chart != CHARTS) {
        terminal_chart(&out, findings, wishes->chart, &look);
        add_left_out(&out, left_out, &look);
    } else if (wishes->ladder) {
        terminal_ladder(&out, findings, &(struct ladder_options){.busy = true, .packets = wishes->packets}, &look);
        add_left_out(&out, left_out, &look);
    }
    terminal_failures(&out, outcome, findings, &look);
    trace_print(&out);
    text_free(&out);
    if (wishes->svg != NULL)
        kept = keep_svg(wishes->svg, findings, wishes->chart) && kept;
    if (wishes->json != NULL)
        kept = keep_json(wishes->json, outcome) && kept;
    if (wishes->pcapng != NULL)
        kept = keep_pcapng(wishes->pcapng, findings) && kept;
    findings_free(findings);
    outcome_free(outcome);
    return kept;
}
