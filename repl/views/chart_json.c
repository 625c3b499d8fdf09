#include "views/chart_json.h"

#include "views/json_text.h"

static const char *const kinds[SPAN_KINDS] = {
    [SPAN_SENT] = "sent",
    [SPAN_RECEIVED] = "received",
    [SPAN_UNREAD] = "unread",
    [SPAN_UNKNOWN] = "unknown",
    [SPAN_MORE] = "more",
    [SPAN_BYTES] = "bytes",
    [SPAN_CUT_SENT] = "cut sent",
    [SPAN_CUT_RECEIVED] = "cut received",
    [SPAN_CUT_BOTH] = "cut both",
    [SPAN_BLOCKED] = "blocked",
    [SPAN_WORKING] = "working",
    [SPAN_QUICK] = "quick",
    [SPAN_FAILED] = "failed",
    [SPAN_ALLOWED] = "allowed",
    [SPAN_ALLOWED_MORE] = "allowed more",
    [SPAN_STAYED] = "stayed ready",
    [SPAN_FOUND] = "found",
    [SPAN_FOUND_NOTHING] = "not ready",
    [SPAN_NOTE] = "note",
};

static json_t *span_to_json(const struct chart_span *span)
{
    json_t *object = json_pack("{s:s, s:I, s:I}", "kind", kinds[span->kind], "first", (json_int_t)span->first, "last",
                               (json_int_t)span->last);
    if (span->label != NULL)
        json_object_set_new(object, "label", json_text(span->label));
    if (span->words != NULL)
        json_object_set_new(object, "words", json_text(span->words));
    return object;
}

static json_t *row_to_json(const struct chart_row *row)
{
    json_t *spans = json_array();
    for (size_t i = 0; i < row->count; i++)
        json_array_append_new(spans, span_to_json(&row->spans[i]));
    return json_pack("{s:o, s:o}", "label", json_text(row->label), "spans", spans);
}

json_t *chart_to_json(const struct chart *chart)
{
    json_t *panels = json_array();
    for (size_t i = 0; i < chart->panel_count; i++) {
        json_t *rows = json_array();
        for (size_t j = 0; j < chart->panels[i].row_count; j++)
            json_array_append_new(rows, row_to_json(&chart->panels[i].rows[j]));
        json_array_append_new(panels,
                              json_pack("{s:o, s:o}", "title", json_text(chart->panels[i].title), "rows", rows));
    }
    return panels;
}
