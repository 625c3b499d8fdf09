/*
 * block.c: a fence of Lua with what came of it.
 */
#include "page.h"

#include "lesson/picture.h"
#include "lab/fault.h"
#include "lesson/recorded.h"
#include "render/html.h"
#include "render/html_languages.h"
#include "render/html_outcome.h"
#include "render/html_views.h"

#include <stdlib.h>

static bool shows_anything(const struct outcome *outcome)
{
    struct notes notes = outcome_notes(outcome, false);
    bool said = notes.count > 0;
    notes_free(&notes);
    return said || outcome->kind != OUTCOME_FINE || outcome->value_count > 0 ||
           (outcome->output != NULL && outcome->output[0] != '\0');
}

static const char *expected_text(const struct block *block)
{
    return block->expected != NULL ? cmark_node_get_literal(block->expected) : NULL;
}

/* What a pane shows a part of. */
struct view {
    const struct lesson *lesson;
    const struct block *block;
    const struct block_run *run;
    const struct page_options *options;
    const struct outcome *outcome;
    const struct findings *findings;
};

static void result_pane(struct text *out, const struct view *view)
{
    if (!shows_anything(view->outcome))
        return;
    const char *expected = view->run->verdict.kind == VERDICT_PASSED ? expected_text(view->block) : NULL;
    text_add(out, "<div class=\"result\">\n");
    html_outcome(out, view->outcome, expected, view->options->varying);
    text_add(out, "</div>\n");
}

/* A ladder's columns stay as they are; in other texts wildcards are marked. */
static void add_recorded(struct text *out, const char *recorded, const char *label, bool ladder)
{
    if (recorded == NULL)
        return;
    text_add(out, "<div class=\"result recorded\">\n");
    if (ladder)
        html_format(out, "<pre class=\"drawn\">%t</pre>\n", recorded);
    else
        html_expected(out, recorded);
    html_format(out, "<p class=\"badge\">%t</p>\n</div>\n", label);
}

static void ladder_pane(struct text *out, const struct view *view)
{
    if (view->block->ladder != NULL && !picture_is_whole(view->block, view->outcome)) {
        struct text label = TEXT_EMPTY;
        recorded_packets_label(&label, view->lesson);
        add_recorded(out, recorded_of(view->block).ladder, text_string(&label), true);
        text_free(&label);
        return;
    }
    char *id = text_make("ladder-%zu-%d", view->options->number, view->block->line);
    bool asked = view->block->show != 0 || view->block->ladder != NULL;
    html_ladder(out, view->findings,
                &(struct html_ladder){.id = id,
                                      .states = view->block->show & PANE_STATE,
                                      .packets = view->block->show & PANE_PACKETS,
                                      .always = asked});
    free(id);
}

static void charts_pane(struct text *out, const struct view *view)
{
    for (int kind = 0; kind < CHARTS; kind++) {
        const char *name = chart_name((enum chart_kind)kind);
        char *id = text_make("chart-%s-%zu-%d", name, view->options->number, view->block->line);
        if (picture_charts(view->block) & PANE_OF_CHART(kind))
            html_chart(out, view->findings, (enum chart_kind)kind, id);
        free(id);
    }
}

static void calls_pane(struct text *out, const struct view *view)
{
    html_calls(out, view->findings);
}

static bool always(const struct view *view)
{
    (void)view;
    return true;
}

/*
 * The drawing belongs where two talked, and where the lesson draws it itself; not to what tidies up out of sight, when
 * it is chance whether a peer notices before the step ends.
 */
static bool talked(const struct view *view)
{
    return (view->block->drawn & PANE_LADDER) != 0 ||
           (picture_charts(view->block) == 0 && !view->block->hidden && outcome_has_peers(view->outcome));
}

static bool charts(const struct view *view)
{
    return picture_charts(view->block) != 0;
}

/* What stands below a block, in this order: each pane when the lesson asks for it, or where it fits. */
static const struct pane {
    unsigned show; /* enum block_pane: any of these asks for it */
    bool (*fits)(const struct view *view);
    void (*add)(struct text *out, const struct view *view);
} panes[] = {
    {PANE_VALUE | PANE_OUTPUT, always, result_pane},
    {PANE_CHARTS, charts, charts_pane},
    {PANE_LADDER | PANE_STATE | PANE_PACKETS, talked, ladder_pane},
    {PANE_CALLS, always, calls_pane},
};

/* The live result, or what the lesson recorded where there is none. */
static void add_result(struct text *out, const struct lesson *lesson, const struct block *block,
                       const struct block_run *run, const struct page_options *options, const struct findings *findings)
{
    if (run != NULL && run->outcome != NULL && run->verdict.kind != VERDICT_SKIPPED) {
        struct view view = {lesson, block, run, options, run->outcome, findings};
        for (size_t i = 0; i < sizeof panes / sizeof *panes; i++)
            if (block->show != 0 ? (block->show & panes[i].show) != 0 : panes[i].fits(&view))
                panes[i].add(out, &view);
        return;
    }
    struct recorded recorded = recorded_of(block);
    struct text label = TEXT_EMPTY;
    recorded_label(&label, lesson);
    add_recorded(out, recorded.text, text_string(&label), false);
    add_recorded(out, recorded.ladder, text_string(&label), true);
    text_free(&label);
}

static void add_trouble(struct text *out, const struct block_run *run)
{
    if (run == NULL || run->verdict.message == NULL)
        return;
    bool failed = run->verdict.kind == VERDICT_FAILED;
    if (!failed && run->verdict.kind != VERDICT_SKIPPED)
        return;
    html_format(out, "<p class=\"%s\">%t</p>\n", failed ? "failed" : "skipped", run->verdict.message);
}

/* A learner who was asked first sees the answer when they want to. */
static void add_folded(struct text *out, const struct text *result)
{
    text_add(out, "<details class=\"reveal\">\n<summary>Run it and see</summary>\n");
    text_add_bytes(out, text_string(result), result->length);
    text_add(out, "</details>\n");
}

static const struct exercise *exercise_with(const struct lesson *lesson, const struct block *block)
{
    for (size_t i = 0; i < lesson->exercise_count; i++)
        if (lesson->exercises[i].starter == block || lesson->exercises[i].solution == block)
            return &lesson->exercises[i];
    return NULL;
}

/* A starter or a solution has the same one in other languages for its tabs. */
static void take_programs(struct block *shown, const struct lesson *lesson, const struct block *block)
{
    const struct exercise *exercise = exercise_with(lesson, block);
    for (size_t i = 0; exercise != NULL && i < CODE_LANGUAGES; i++) {
        const struct programs *programs = &exercise->programs[i];
        const struct block *program = block == exercise->starter ? programs->starter : programs->solution;
        if (program != NULL)
            shown->twins[i] = (struct twin){.node = program->node, .code = program->code, .line = program->line};
    }
}

/* With what the author wrote in other languages, and what it became there once it has run. */
static void add_code(struct text *out, struct text *programs, const struct lesson *lesson, const struct block *block,
                     const struct block_run *run, const struct page_options *options, const struct findings *findings)
{
    const char *info = cmark_node_get_fence_info(block->node);
    bool ran = run != NULL && run->outcome != NULL && run->verdict.kind == VERDICT_PASSED && block->role == BLOCK_PLAIN;
    char *id = text_make("code-%zu-%d", options->number, block->line);
    struct block shown = *block;
    take_programs(&shown, lesson, block);
    struct html_languages wanted = {.id = id, .block = &shown, .made = ran};
    if (options->programs != NULL) {
        wanted.aside = programs;
        wanted.address = options->programs;
    }
    if (!html_languages(out, findings, &wanted))
        html_code(out, info, block->code);
    free(id);
}

/* Whoever reads the check learns which bad days the solution bears. */
static void add_faults(struct text *out, const struct block *block, const struct block_run *run,
                       const struct page_options *options)
{
    bool lab = options->run != NULL && options->run->lab;
    size_t told = 0;
    if (block->fault_count == 0 || run == NULL || run->verdict.kind != VERDICT_PASSED)
        return;
    text_add(out, "<div class=\"tried\">\n<p>The solution passes on bad days, too:</p>\n<ul>\n");
    for (size_t i = 0; i < block->fault_count; i++) {
        char name[FAULT_NAME_ROOM];
        fault_name(&block->faults[i], name);
        if (block->faults[i].fault->wire && !lab)
            continue;
        html_format(out, "<li><code>%t</code>: %t</li>\n", name, block->faults[i].fault->brief);
        told++;
    }
    text_add(out, "</ul>\n");
    if (told < block->fault_count)
        text_add(out, "<p>What only a private network can do was not tried: there was none.</p>\n");
    text_add(out, "</div>\n");
}

/* On paper a check is not shown, and a solution stands at the end. */
static const char *const role_classes[] = {
    [BLOCK_PLAIN] = "",       [BLOCK_STARTER] = "", [BLOCK_SOLUTION] = " solution",
    [BLOCK_CHECK] = " check", [BLOCK_SETUP] = "",   [BLOCK_WRONG] = " wrong",
};

void page_block(struct text *out, struct text *programs, const struct lesson *lesson, const struct block *block,
                const struct block_run *run, const struct page_options *options, bool folded)
{
    bool exercise = block->role == BLOCK_STARTER || block->role == BLOCK_CHECK;
    struct findings *findings = run != NULL && run->outcome != NULL ? outcome_findings(run->outcome) : NULL;
    struct text result = TEXT_EMPTY;
    if (!exercise && !block->ignored)
        add_result(&result, lesson, block, run, options, findings);
    if (block->hidden)
        text_add(out, "<details class=\"hidden\">\n<summary>What was set up here</summary>\n");
    text_format(out, "<div class=\"run%s\"", role_classes[block->role]);
    if (block->id != NULL)
        html_format(out, " id=\"%t\"", block->id);
    text_add(out, ">\n");
    add_code(out, programs, lesson, block, run, options, findings);
    if (folded && result.length > 0)
        add_folded(out, &result);
    else
        text_add_bytes(out, text_string(&result), result.length);
    add_faults(out, block, run, options);
    add_trouble(out, exercise ? NULL : run);
    text_add(out, block->hidden ? "</div>\n</details>\n" : "</div>\n");
    findings_free(findings);
    text_free(&result);
}
