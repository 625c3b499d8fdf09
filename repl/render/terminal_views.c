#include "render/terminal_views.h"

#include "base/duration.h"
#include "trace/packets.h"
#include "views/call_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Rows of a picture that nobody asked for. */
#define SMALL_MOST 24

/* --- calls ---------------------------------------------------------------------------------------------- */

/* "   1.2 ms  " since the step began, and who it was. */
static void add_head(struct text *line, const struct timeline *timeline, const struct event *event,
                     const struct look *look)
{
    struct text head = TEXT_EMPTY;
    if (event->actor != 0)
        text_format(&head, "%s: ", timeline_actor(timeline, event->actor));
    look_add(line, look, STYLE_NAME, text_string(&head));
    text_free(&head);
}

static enum style style_of(const struct event *event)
{
    bool failed = event->error != 0 && event->error != EINPROGRESS && event->error != EAGAIN;
    return failed ? STYLE_ERROR : STYLE_VALUE;
}

void terminal_call_line(struct text *out, const struct timeline *timeline, const struct call_list *list, size_t index,
                        const struct look *look)
{
    const struct call_line *call = &list->lines[index];
    struct text line = TEXT_EMPTY, part = TEXT_EMPTY;
    bool quiet = call->kind != CALL_LINE;
    if (call->event != NULL)
        add_head(&line, timeline, call->event, look);
    call_line_call(&part, list, index);
    text_add(&line, look_on(look, quiet ? STYLE_QUIET : STYLE_TEXT));
    look_add_visible(&line, look, text_string(&part), part.length);
    text_add(&line, look_off(look, quiet ? STYLE_QUIET : STYLE_TEXT));
    text_clear(&part);
    call_line_result(&part, list, index);
    if (part.length > 0)
        look_add(&line, look, style_of(call->event), text_string(&part));
    text_clear(&part);
    call_line_remark(&part, list, index);
    if (part.length > 0) {
        text_add(&line, "  ");
        look_add(&line, look, STYLE_QUIET, text_string(&part));
    }
    look_break(out, look, quiet ? "    " : "", "    ", text_string(&line));
    text_free(&line);
    text_free(&part);
}

static void add_dropped(struct text *out, const struct timeline *timeline, const struct look *look)
{
    struct text line = TEXT_EMPTY;
    if (timeline->dropped == 0)
        return;
    call_text_count(&line, timeline->dropped);
    text_add(&line, " earlier ones were not kept.");
    look_add(out, look, STYLE_QUIET, text_string(&line));
    text_add_char(out, '\n');
    text_free(&line);
}

void terminal_calls(struct text *out, const struct findings *findings, const struct call_list_options *options,
                    const struct look *look)
{
    struct call_list list = call_list_of(findings, options);
    add_dropped(out, &findings->timeline, look);
    for (size_t i = 0; i < list.count; i++)
        terminal_call_line(out, &findings->timeline, &list, i, look);
    if (list.count == 0)
        text_add(out, "No system call was made.\n");
    call_list_free(&list);
}

/* --- packets -------------------------------------------------------------------------------------------- */

static void add_place(struct text *out, const struct address *address)
{
    if (address->length > 0)
        address_write(out, address);
    else
        text_add(out, "?");
}

static void add_packet(struct text *out, const struct timeline *timeline, const struct seen_packet *seen,
                       const struct look *look)
{
    struct text line = TEXT_EMPTY, part = TEXT_EMPTY;
    text_format(&part, "%8.2f ms  ", (double)(seen->event->begin - timeline->begin) / CLOCK_MILLISECOND);
    look_add(&line, look, STYLE_QUIET, text_string(&part));
    text_clear(&part);
    add_place(&part, &seen->packet.from);
    text_add(&part, look->unicode ? " → " : " > ");
    add_place(&part, &seen->packet.to);
    text_add(&part, "  ");
    look_add(&line, look, STYLE_NAME, text_string(&part));
    text_clear(&part);
    packet_describe(&part, seen);
    bool bad = seen->finding != PACKET_PLAIN || (seen->packet.flags & TCP_FLAG_RST) != 0;
    look_add(&line, look, bad ? STYLE_ERROR : STYLE_TEXT, text_string(&part));
    look_break(out, look, "", "             ", text_string(&line));
    text_free(&line);
    text_free(&part);
}

void terminal_packets(struct text *out, const struct timeline *timeline, const struct look *look)
{
    size_t count;
    struct seen_packet *list = packets_of(timeline, &count);
    for (size_t i = 0; i < count; i++)
        add_packet(out, timeline, &list[i], look);
    if (count == 0)
        text_add(out, "No packet crossed the wire.\n");
    free(list);
}

/* --- the ladder ----------------------------------------------------------------------------------------- */

static struct ladder_paper paper_of(const struct look *look, bool times)
{
    static const enum style styles[LADDER_STYLES] = {
        [LADDER_STYLE_NAME] = STYLE_HEADING, [LADDER_STYLE_LINE] = STYLE_QUIET,   [LADDER_STYLE_CALL] = STYLE_TEXT,
        [LADDER_STYLE_FAILED] = STYLE_ERROR, [LADDER_STYLE_NOTED] = STYLE_ADVICE, [LADDER_STYLE_STATE] = STYLE_NAME,
        [LADDER_STYLE_DATA] = STYLE_VALUE,   [LADDER_STYLE_QUIET] = STYLE_QUIET,
    };
    struct ladder_paper paper = {.width = look->width, .unicode = look->unicode, .times = times, .words = look->plain};
    for (size_t i = 0; i < LADDER_STYLES; i++)
        paper.on[i] = look_on(look, styles[i]);
    paper.off = look_off(look, STYLE_QUIET);
    return paper;
}

void terminal_ladder(struct text *out, const struct findings *findings, const struct ladder_options *options,
                     const struct look *look)
{
    struct ladder *ladder = ladder_new(findings, options);
    struct ladder_paper paper = paper_of(look, true);
    add_dropped(out, &findings->timeline, look);
    ladder_text(out, ladder, &paper);
    if (ladder->row_count == 0)
        text_add(out, "Nothing happened between you and anybody.\n");
    ladder_free(ladder);
}

void terminal_small_ladder(struct text *out, const struct findings *findings, const struct look *look)
{
    struct ladder *ladder = ladder_new(findings, &(struct ladder_options){.most = SMALL_MOST});
    struct ladder_paper paper = paper_of(look, false);
    if (ladder_has_arrows(ladder))
        ladder_text(out, ladder, &paper);
    ladder_free(ladder);
}

/* --- charts --------------------------------------------------------------------------------------------- */

bool terminal_chart(struct text *out, const struct findings *findings, enum chart_kind kind, const struct look *look)
{
    struct chart *chart = chart_new(findings, kind, false);
    struct ladder_paper paper = paper_of(look, false);
    bool any = chart->panel_count > 0;
    add_dropped(out, &findings->timeline, look);
    if (any)
        chart_text(out, chart, &paper);
    else
        text_format(out, "%s\n", chart_nothing(kind));
    chart_free(chart);
    return any;
}

/* --- states --------------------------------------------------------------------------------------------- */

void terminal_states(struct text *out, const struct timeline *timeline, const struct look *look)
{
    for (size_t i = 0; i < timeline->event_count; i++) {
        const struct event *event = &timeline->events[i];
        struct text line = TEXT_EMPTY;
        if (event->kind != EVENT_STATE)
            continue;
        add_head(&line, timeline, event, look);
        text_format(&line, "fd %d ", event->fd);
        if (event->arg[0] > 0)
            text_format(&line, "%s %s ", call_state(event->arg[0]), look->unicode ? "→" : "->");
        look_add(&line, look, STYLE_NAME, call_state(event->arg[1]));
        text_add(&line, "  ");
        struct text time = TEXT_EMPTY;
        duration_write(&time, event->begin - timeline->begin, DURATION_SHOWN);
        look_add(&line, look, STYLE_QUIET, text_string(&time));
        look_wrap(out, look, "", "  ", text_string(&line));
        text_free(&time);
        text_free(&line);
    }
}
