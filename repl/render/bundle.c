#include "render/bundle.h"

#include "base/span.h"
#include "lesson/github.h"
#include "render/html_outcome.h"
#include "render/terminal_outcome.h"
#include "render/terminal_text.h"
#include "render/terminal_views.h"
#include "views/chart_svg.h"
#include "views/ladder_svg.h"

#include <stdlib.h>
#include <string.h>

#define WIDTH 80

const struct look bundle_plain = {.width = WIDTH, .unicode = true};
const struct look bundle_coloured = {.width = WIDTH, .unicode = true, .colour = true, .light = true};

static json_t *string_of(const struct text *text)
{
    size_t length = text->length;
    while (length > 0 && text->bytes[length - 1] == '\n')
        length--;
    return json_stringn(text_string(text), length);
}

static void add_form(json_t *bundle, const char *type, struct text *text)
{
    json_object_set_new(bundle, type, string_of(text));
    text_free(text);
}

json_t *bundle_text(struct text *text)
{
    json_t *bundle = json_object();
    add_form(bundle, "text/plain", text);
    return bundle;
}

void bundle_add_notes(struct text *text, const struct outcome *outcome)
{
    struct notes notes = outcome_notes(outcome, false);
    for (size_t i = 0; i < notes.count; i++)
        if ((size_t)notes.list[i].actor < outcome->actor_count)
            terminal_note(text, &notes.list[i], outcome->actors[notes.list[i].actor], &bundle_plain);
    notes_free(&notes);
}

json_t *bundle_calls(const struct outcome *outcome, const struct call_list_options *options)
{
    struct text out = TEXT_EMPTY;
    struct findings *findings = outcome_findings(outcome);
    terminal_calls(&out, findings, options, &bundle_coloured);
    findings_free(findings);
    return out.length > 0 ? bundle_text(&out) : NULL;
}

json_t *bundle_packets(const struct outcome *outcome)
{
    struct text out = TEXT_EMPTY;
    struct findings *findings = outcome_findings(outcome);
    terminal_packets(&out, &findings->timeline, &bundle_coloured);
    findings_free(findings);
    return bundle_text(&out);
}

json_t *bundle_values(const struct outcome *outcome)
{
    if (outcome->value_count == 0)
        return NULL;
    char nothing[] = "";
    const struct outcome values = {
        .kind = OUTCOME_FINE, .values = outcome->values, .value_count = outcome->value_count, .output = nothing};
    struct text plain = TEXT_EMPTY, html = TEXT_EMPTY;
    terminal_result(&plain, &values, &bundle_plain);
    html_outcome(&html, &values, NULL, NULL);
    json_t *bundle = bundle_text(&plain);
    add_form(bundle, "text/html", &html);
    return bundle;
}

json_t *bundle_table(const struct outcome_value *table)
{
    struct outcome_value value = *table;
    return bundle_values(&(struct outcome){.values = &value, .value_count = 1});
}

json_t *bundle_ladder(const struct outcome *outcome, const struct ladder_options *options, unsigned number, bool always)
{
    struct findings *findings = outcome_findings(outcome);
    struct ladder *ladder = ladder_new(findings, options);
    json_t *bundle = NULL;
    if (ladder->row_count > 0 && (always || ladder_has_arrows(ladder))) {
        struct text plain = TEXT_EMPTY, svg = TEXT_EMPTY;
        char *id = text_make("ladder-%u", number);
        terminal_ladder(&plain, findings, options, &bundle_plain);
        ladder_svg(&svg, ladder, &(struct svg_options){.id = id, .alone = true});
        bundle = bundle_text(&plain);
        add_form(bundle, "image/svg+xml", &svg);
        free(id);
    }
    ladder_free(ladder);
    findings_free(findings);
    return bundle;
}

json_t *bundle_chart(const struct outcome *outcome, enum chart_kind kind, unsigned number)
{
    struct findings *findings = outcome_findings(outcome);
    struct chart *chart = chart_new(findings, kind, false);
    struct text plain = TEXT_EMPTY, svg = TEXT_EMPTY;
    char *id = text_make("chart-%u", number);
    terminal_chart(&plain, findings, kind, &bundle_plain);
    json_t *bundle = bundle_text(&plain);
    chart_svg(&svg, chart, &(struct svg_options){.id = id, .alone = true});
    if (chart->panel_count > 0)
        add_form(bundle, "image/svg+xml", &svg);
    free(id);
    chart_free(chart);
    findings_free(findings);
    return bundle;
}

json_t *bundle_markdown(const struct text *markdown)
{
    struct text plain = TEXT_EMPTY;
    cmark_node *tree =
        github_parse(text_string(markdown), markdown->length, 0, true, cmark_get_default_mem_allocator());
    terminal_markdown(&plain, cmark_node_first_child(tree), NULL, &bundle_plain);
    cmark_node_free(tree);
    json_t *bundle = bundle_text(&plain);
    json_object_set_new(bundle, "text/markdown", string_of(markdown));
    return bundle;
}

/* --- errors --------------------------------------------------------------------------------------------- */

static json_t *lines_of(struct text *text)
{
    json_t *lines = json_array();
    const char *rest = text_string(text);
    for (struct span line; span_next_line(&rest, &line);)
        json_array_append_new(lines, json_stringn(line.text, line.length));
    text_free(text);
    return lines;
}

json_t *bundle_fault(const char *name, const char *words)
{
    struct text text = TEXT_EMPTY;
    look_wrap(&text, &bundle_coloured, "", "", words);
    return json_pack("{s:s, s:s, s:o}", "ename", name, "evalue", words, "traceback", lines_of(&text));
}

json_t *bundle_error(const struct outcome *outcome, const char *source)
{
    struct text text = TEXT_EMPTY;
    if (outcome->kind == OUTCOME_ENDED) {
        char *words = text_make("%s The next cell begins a fresh one: run again what it needs.", outcome->reason);
        json_t *fault = bundle_fault("SessionEnded", words);
        free(words);
        return fault;
    }
    struct outcome shown = *outcome;
    if (outcome->kind == OUTCOME_INCOMPLETE)
        shown.kind = OUTCOME_ERROR;
    shown.value_count = 0;
    shown.output_cut = false;
    terminal_result(&text, &shown, &bundle_coloured);
    terminal_advice(&text, outcome, source, &bundle_coloured);
    const char *message = outcome->error.message;
    return json_pack("{s:s, s:s, s:o}", "ename", outcome->error.class, "evalue", message ? message : "", "traceback",
                     lines_of(&text));
}
