#include "render/html_views.h"

#include "render/html.h"
#include "views/call_list.h"
#include "views/chart_svg.h"
#include "views/ladder_svg.h"

#include <errno.h>

void html_ladder(struct text *out, const struct findings *findings, const struct html_ladder *wanted)
{
    struct ladder_options options = ladder_normal_options();
    options.states = wanted->states;
    options.packets = wanted->packets;
    struct ladder *ladder = ladder_new(findings, &options);
    if (ladder->row_count > 0 && (wanted->always || ladder_has_arrows(ladder))) {
        text_add(out, "<figure class=\"ladder\">\n");
        ladder_svg(out, ladder, &(struct svg_options){.id = wanted->id, .normal = true});
        text_add(out, "</figure>\n");
    }
    ladder_free(ladder);
}

void html_chart(struct text *out, const struct findings *findings, enum chart_kind kind, const char *id)
{
    struct chart *chart = chart_new(findings, kind, true);
    if (chart->panel_count > 0) {
        text_add(out, "<figure class=\"chart\">\n");
        chart_svg(out, chart, &(struct svg_options){.id = id, .normal = true});
        text_add(out, "</figure>\n");
    }
    chart_free(chart);
}

static void add_part(struct text *out, const char *element, struct text *part)
{
    if (part->length > 0) {
        text_format(out, "<%s>", element);
        html_escape_between(out, part->bytes, part->length);
        text_format(out, "</%s>", element);
    }
    text_clear(part);
}

static void add_line(struct text *out, const struct call_list *list, size_t index)
{
    const struct call_line *line = &list->lines[index];
    bool failed = line->event != NULL && line->event->error != 0 && line->event->error != EINPROGRESS;
    struct text part = TEXT_EMPTY;
    call_line_call(&part, list, index);
    if (line->kind == CALL_LINE)
        html_escape_between(out, text_string(&part), part.length);
    else
        add_part(out, "c-q", &part);
    text_clear(&part);
    call_line_result(&part, list, index);
    add_part(out, failed ? "c-e" : "c-v", &part);
    call_line_remark(&part, list, index);
    if (part.length > 0)
        text_add(out, "  ");
    add_part(out, "c-q", &part);
    text_add_char(out, '\n');
    text_free(&part);
}

void html_calls(struct text *out, const struct findings *findings)
{
    struct call_list list = call_list_of(findings, &(struct call_list_options){.normal = true, .most = 80});
    if (list.count > 0) {
        text_add(out, "<details class=\"calls\">\n<summary>System calls</summary>\n<pre>");
        for (size_t i = 0; i < list.count; i++)
            add_line(out, &list, i);
        text_add(out, "</pre>\n</details>\n");
    }
    call_list_free(&list);
}
