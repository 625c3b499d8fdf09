#include "views/chart_model.h"

#include "base/array.h"

#include <stdlib.h>

/* --- making --------------------------------------------------------------------------------------------- */

struct chart_panel *chart_add_panel(struct chart *chart, char *title, enum chart_axis axis)
{
    ARRAY_ADD(chart->panels, chart->panel_count, (struct chart_panel){.title = title, .axis = axis});
    return &chart->panels[chart->panel_count - 1];
}

struct chart_row *chart_add_row(struct chart_panel *panel, char *label)
{
    ARRAY_ADD(panel->rows, panel->row_count, (struct chart_row){.label = label});
    return &panel->rows[panel->row_count - 1];
}

void chart_add_span(struct chart_row *row, struct chart_span span)
{
    ARRAY_ADD(row->spans, row->count, span);
}

void chart_add_tick(struct chart_panel *panel, int64_t at, char *label)
{
    ARRAY_ADD(panel->ticks, panel->tick_count, (struct chart_tick){at, label});
}

void chart_add_break(struct chart_panel *panel, int64_t at)
{
    ARRAY_ADD(panel->breaks, panel->break_count, at);
}

static void free_panel(struct chart_panel *panel)
{
    for (size_t i = 0; i < panel->row_count; i++) {
        for (size_t j = 0; j < panel->rows[i].count; j++) {
            free(panel->rows[i].spans[j].label);
            free(panel->rows[i].spans[j].words);
        }
        free(panel->rows[i].spans);
        free(panel->rows[i].label);
    }
    for (size_t i = 0; i < panel->tick_count; i++)
        free(panel->ticks[i].label);
    free(panel->rows);
    free(panel->ticks);
    free(panel->tick_label);
    free(panel->breaks);
    free(panel->title);
}

void chart_free(struct chart *chart)
{
    if (chart == NULL)
        return;
    for (size_t i = 0; i < chart->panel_count; i++)
        free_panel(&chart->panels[i]);
    free(chart->panels);
    free(chart);
}

/* --- what it shows --------------------------------------------------------------------------------------- */

const char *chart_meaning(enum chart_span_kind kind)
{
    static const char *const meanings[SPAN_KINDS] = {
        [SPAN_BLOCKED] = "in a call",
        [SPAN_WORKING] = "between calls",
        [SPAN_QUICK] = "a call that did not wait",
        [SPAN_FAILED] = "failed",
        [SPAN_ALLOWED] = "allowed so long",
        [SPAN_ALLOWED_MORE] = "allowed longer than this",
        [SPAN_STAYED] = "stayed ready",
        [SPAN_FOUND] = "r readable, w writable, x exception or error",
        [SPAN_FOUND_NOTHING] = "asked, not ready",
    };
    return meanings[kind];
}

uint64_t chart_kinds(const struct chart *chart)
{
    uint64_t kinds = 0;
    for (size_t i = 0; i < chart->panel_count; i++)
        for (size_t j = 0; j < chart->panels[i].row_count; j++)
            for (size_t k = 0; k < chart->panels[i].rows[j].count; k++)
                kinds |= UINT64_C(1) << chart->panels[i].rows[j].spans[k].kind;
    return kinds;
}

bool chart_row_is_within(const struct chart_row *row, int64_t from, int64_t to)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->spans[i].from < to && row->spans[i].to >= from)
            return true;
    return row->count == 0;
}

int64_t chart_line_end(const struct chart_panel *panel, int64_t from, int64_t room)
{
    int64_t end = 0;
    if (panel->axis == CHART_CLOCK || panel->extent - from <= room)
        return panel->extent + (panel->axis == CHART_CLOCK);
    for (size_t i = 0; i < panel->break_count; i++) {
        int64_t at = panel->breaks[i] + panel->shared;
        if (at > from + panel->shared && (end == 0 || at <= from + room))
            end = at;
    }
    return end != 0 ? end : panel->extent;
}

/* --- in words ------------------------------------------------------------------------------------------- */

static void add_row_words(struct text *out, const struct chart_row *row)
{
    size_t said = 0;
    for (size_t i = 0; i < row->count; i++)
        if (row->spans[i].words != NULL)
            text_format(out, "%s%s", said++ == 0 ? "" : "; ", row->spans[i].words);
}

void chart_sentences(struct text *out, const struct chart *chart)
{
    for (size_t i = 0; i < chart->panel_count; i++) {
        const struct chart_panel *panel = &chart->panels[i];
        text_format(out, "%s.\n", panel->title);
        for (size_t j = 0; j < panel->row_count; j++) {
            struct text words = TEXT_EMPTY;
            add_row_words(&words, &panel->rows[j]);
            if (words.length > 0)
                text_format(out, "%s: %s.\n", panel->rows[j].label, text_string(&words));
            text_free(&words);
        }
    }
}
