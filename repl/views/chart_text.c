#include "views/chart_text.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define WIDEST_CLOCK 64 /* columns of an axis of time */
#define LEAST_ROOM   16

/* One place of a line. */
struct place {
    char sign[8]; /* UTF-8; "" behind a wide one */
    enum ladder_style style;
};

struct sheet {
    struct text *out;
    const struct ladder_paper *paper;
    size_t gutter, room; /* columns before the axis, and of it */
    struct place *places;
    size_t width;
    const struct chart_panel *panel;
    int64_t from, to; /* what of the panel the line shows */
};

enum shape { SHAPE_PIECE, SHAPE_LABEL, SHAPE_SIGN, SHAPE_BAR, SHAPE_LIMIT };

/* How each kind is drawn; [0] with Unicode, [1] without. */
static const struct span_look {
    enum shape shape;
    enum ladder_style style;
    const char *sign[2]; /* of which it consists */
    const char *end[2];  /* at its end */
} looks[SPAN_KINDS] = {
    [SPAN_SENT] = {SHAPE_PIECE, LADDER_STYLE_DATA, {"─", "-"}, {0}},
    [SPAN_RECEIVED] = {SHAPE_PIECE, LADDER_STYLE_STATE, {"─", "-"}, {0}},
    [SPAN_UNREAD] = {SHAPE_PIECE, LADDER_STYLE_QUIET, {"╌", "."}, {0}},
    [SPAN_UNKNOWN] = {SHAPE_PIECE, LADDER_STYLE_QUIET, {"╌", "."}, {0}},
    [SPAN_MORE] = {SHAPE_PIECE, LADDER_STYLE_QUIET, {"╌", "."}, {0}},
    [SPAN_BYTES] = {SHAPE_LABEL, LADDER_STYLE_CALL, {0}, {0}},
    [SPAN_CUT_SENT] = {SHAPE_SIGN, LADDER_STYLE_DATA, {"╵", "'"}, {0}},
    [SPAN_CUT_RECEIVED] = {SHAPE_SIGN, LADDER_STYLE_STATE, {"╷", ","}, {0}},
    [SPAN_CUT_BOTH] = {SHAPE_SIGN, LADDER_STYLE_LINE, {"│", "|"}, {0}},
    [SPAN_BLOCKED] = {SHAPE_BAR, LADDER_STYLE_STATE, {"━", "="}, {0}},
    [SPAN_WORKING] = {SHAPE_BAR, LADDER_STYLE_LINE, {"─", "-"}, {0}},
    [SPAN_QUICK] = {SHAPE_SIGN, LADDER_STYLE_CALL, {"│", "|"}, {0}},
    [SPAN_FAILED] = {SHAPE_SIGN, LADDER_STYLE_FAILED, {"×", "x"}, {0}},
    [SPAN_ALLOWED] = {SHAPE_LIMIT, LADDER_STYLE_QUIET, {"┄", "."}, {"┤", "]"}},
    [SPAN_ALLOWED_MORE] = {SHAPE_LIMIT, LADDER_STYLE_QUIET, {"┄", "."}, {"▸", ">"}},
    [SPAN_STAYED] = {SHAPE_BAR, LADDER_STYLE_DATA, {"━", "="}, {0}},
    [SPAN_FOUND] = {SHAPE_LABEL, LADDER_STYLE_DATA, {0}, {0}},
    [SPAN_FOUND_NOTHING] = {SHAPE_SIGN, LADDER_STYLE_QUIET, {"·", "."}, {0}},
    [SPAN_NOTE] = {SHAPE_LABEL, LADDER_STYLE_QUIET, {0}, {0}},
};

/* --- a line --------------------------------------------------------------------------------------------- */

static void begin_line(struct sheet *sheet)
{
    memset(sheet->places, 0, sheet->width * sizeof *sheet->places);
    for (size_t i = 0; i < sheet->width; i++)
        sheet->places[i].sign[0] = ' ';
}

static void put_sign(struct sheet *sheet, size_t column, const char *sign, size_t length, enum ladder_style style)
{
    if (column >= sheet->width || length >= sizeof sheet->places->sign)
        return;
    struct place *place = &sheet->places[column];
    memcpy(place->sign, sign, length);
    place->sign[length] = '\0';
    place->style = style;
}

/* In ASCII, and as wide as before. */
static void to_columns(struct text *text)
{
    struct text plain = TEXT_EMPTY;
    const char *rest = text_string(text);
    for (const char *more; (more = strstr(rest, "…")) != NULL; rest = more + strlen("…"))
        text_format(&plain, "%.*s~", (int)(more - rest), rest);
    text_add(&plain, rest);
    ladder_to_ascii(&plain);
    text_free(text);
    *text = plain;
}

/* The text from this column on, as far as it is in the line. */
static void put_text(struct sheet *sheet, size_t column, const char *text, enum ladder_style style)
{
    struct text shown = TEXT_EMPTY;
    text_add(&shown, text);
    if (!sheet->paper->unicode)
        to_columns(&shown);
    for (size_t i = 0; i < shown.length;) {
        int32_t point;
        size_t taken = utf8_decode(shown.bytes + i, shown.length - i, &point);
        int width = utf8_width(point);
        if (width > 0 && column + (size_t)width <= sheet->width)
            put_sign(sheet, column, shown.bytes + i, taken, style);
        if (width == 2)
            put_sign(sheet, column + 1, "", 0, style);
        column += (size_t)width;
        i += taken;
    }
    text_free(&shown);
}

/* Without blanks at its end. */
static void end_line(struct sheet *sheet)
{
    size_t last = sheet->width;
    while (last > 0 && strcmp(sheet->places[last - 1].sign, " ") == 0)
        last--;
    for (size_t i = 0; i < last;) {
        size_t next = i;
        bool blank = strcmp(sheet->places[i].sign, " ") == 0;
        const char *on = blank ? NULL : sheet->paper->on[sheet->places[i].style];
        text_add(sheet->out, on ? on : "");
        for (; next < last && (strcmp(sheet->places[next].sign, " ") == 0) == blank &&
               (blank || sheet->places[next].style == sheet->places[i].style);
             next++)
            text_add(sheet->out, sheet->places[next].sign);
        text_add(sheet->out, on && sheet->paper->off ? sheet->paper->off : "");
        i = next;
    }
    text_add_char(sheet->out, '\n');
}

static void put_label(struct sheet *sheet, const char *label, enum ladder_style style)
{
    struct text text = TEXT_EMPTY;
    text_add(&text, label);
    if (!sheet->paper->unicode)
        ladder_to_ascii(&text);
    ladder_shorten(&text, sheet->gutter - 2, sheet->paper->unicode ? "…" : "...");
    put_text(sheet, 0, text_string(&text), style);
    text_free(&text);
}

/* --- spans ---------------------------------------------------------------------------------------------- */

/* The column of a place on the axis. */
static size_t column_of(const struct sheet *sheet, int64_t at)
{
    if (sheet->panel->axis == CHART_LETTERS)
        return sheet->gutter + (size_t)(at - sheet->from);
    double share = sheet->panel->extent > 0 ? (double)at / (double)sheet->panel->extent : 0;
    return sheet->gutter + (size_t)(share * (double)(sheet->room - 1) + 0.5);
}

static void fill(struct sheet *sheet, size_t from, size_t to, const char *sign, enum ladder_style style)
{
    for (size_t i = from; i < to; i++)
        put_sign(sheet, i, sign, strlen(sign), style);
}

/* A piece shares its ends with its neighbours; its number stands in the middle of what is seen of it. */
static void put_piece(struct sheet *sheet, const struct chart_span *span, const struct span_look *look)
{
    bool ascii = !sheet->paper->unicode, begins = span->from >= sheet->from, ends = span->to < sheet->to;
    size_t from = column_of(sheet, begins ? span->from : sheet->from);
    size_t to = column_of(sheet, ends ? span->to : sheet->to - 1);
    bool neighbour = begins && strcmp(sheet->places[from].sign, " ") != 0;
    size_t length = span->label ? utf8_columns(span->label, strlen(span->label)) : 0;
    size_t first = from + begins, room = to + !ends - first;
    fill(sheet, first, first + room, look->sign[ascii], look->style);
    if (begins)
        put_text(sheet, from, ascii ? "|" : neighbour ? "┼" : "├", LADDER_STYLE_LINE);
    if (ends)
        put_text(sheet, to, ascii ? "|" : "┤", LADDER_STYLE_LINE);
    if (length > 0 && length <= room)
        put_text(sheet, first + (room - length) / 2, span->label, look->style);
}

static void put_span(struct sheet *sheet, const struct chart_span *span)
{
    const struct span_look *look = &looks[span->kind];
    bool ascii = !sheet->paper->unicode;
    int64_t first = span->from > sheet->from ? span->from : sheet->from;
    int64_t last = span->to < sheet->to ? span->to : sheet->to;
    if (span->from >= sheet->to || (span->to <= sheet->from && span->from < sheet->from))
        return;
    size_t from = column_of(sheet, first), to = column_of(sheet, last);
    switch (look->shape) {
    case SHAPE_PIECE:
        if (first + 1 < last)
            put_piece(sheet, span, look);
        break;
    case SHAPE_LABEL:
        if (span->from >= sheet->from)
            put_text(sheet, from, span->label, look->style);
        break;
    case SHAPE_SIGN:
        put_text(sheet, from, look->sign[ascii], look->style);
        break;
    case SHAPE_BAR:
        fill(sheet, from, to > from ? to : from + 1, look->sign[ascii], look->style);
        break;
    case SHAPE_LIMIT:
        fill(sheet, from, to, look->sign[ascii], look->style);
        put_text(sheet, to, look->end[ascii], look->style);
        break;
    }
}

static void add_row(struct sheet *sheet, const struct chart_row *row)
{
    if (!chart_row_is_within(row, sheet->from, sheet->to))
        return;
    begin_line(sheet);
    put_label(sheet, row->label, LADDER_STYLE_CALL);
    for (size_t i = 0; i < row->count; i++)
        put_span(sheet, &row->spans[i]);
    end_line(sheet);
}

/* Numbers that would touch the one before are left out. */
static void add_ticks(struct sheet *sheet)
{
    const struct chart_panel *panel = sheet->panel;
    size_t free_from = sheet->gutter;
    begin_line(sheet);
    put_label(sheet, panel->tick_label, LADDER_STYLE_QUIET);
    for (size_t i = 0; i < panel->tick_count; i++) {
        const struct chart_tick *tick = &panel->ticks[i];
        if (tick->at < sheet->from || tick->at >= sheet->to)
            continue;
        size_t column = column_of(sheet, tick->at), columns = utf8_columns(tick->label, strlen(tick->label));
        if (column + columns > sheet->width && column >= columns)
            column = sheet->width - columns;
        if (column < free_from)
            continue;
        put_text(sheet, column, tick->label, LADDER_STYLE_QUIET);
        free_from = column + columns + 1;
    }
    end_line(sheet);
}

/* --- panels --------------------------------------------------------------------------------------------- */

/* Lines, broken to the width; what goes on is moved in. */
static void add_broken(struct sheet *sheet, struct text *all, enum ladder_style style)
{
    const char *on = sheet->paper->on[style], *off = sheet->paper->off;
    if (!sheet->paper->unicode)
        ladder_to_ascii(all);
    for (size_t at = 0, first = 1; at < all->length;) {
        size_t room = (size_t)sheet->paper->width - (first ? 0 : 2);
        size_t taken = utf8_fitting(all->bytes + at, all->length - at, room);
        text_format(sheet->out, "%s%s%.*s%s\n", first ? "" : "  ", on ? on : "", (int)taken, all->bytes + at,
                    on && off ? off : "");
        at += taken;
        first = at < all->length && all->bytes[at] == '\n';
        while (at < all->length && strchr(" \n", all->bytes[at]) != NULL)
            at++;
    }
}

static size_t label_columns(const struct chart *chart)
{
    size_t widest = 0;
    for (size_t i = 0; i < chart->panel_count; i++) {
        const struct chart_panel *panel = &chart->panels[i];
        for (size_t j = 0; j <= panel->row_count; j++) {
            const char *label = j < panel->row_count ? panel->rows[j].label : panel->tick_label;
            size_t columns = utf8_columns(label, strlen(label));
            widest = columns > widest ? columns : widest;
        }
    }
    return widest;
}

static void add_panel(struct sheet *sheet, const struct chart_panel *panel)
{
    struct text title = TEXT_EMPTY;
    size_t room = sheet->room;
    sheet->panel = panel;
    if (panel->axis == CHART_CLOCK && room > WIDEST_CLOCK)
        sheet->room = WIDEST_CLOCK;
    text_add(&title, panel->title);
    add_broken(sheet, &title, LADDER_STYLE_NAME);
    text_free(&title);
    for (sheet->from = 0; sheet->from < panel->extent; sheet->from = sheet->to - panel->shared) {
        sheet->to = chart_line_end(panel, sheet->from, (int64_t)sheet->room);
        if (sheet->from > 0)
            text_add_char(sheet->out, '\n');
        if (panel->ticks_above)
            add_ticks(sheet);
        for (size_t i = 0; i < panel->row_count; i++)
            add_row(sheet, &panel->rows[i]);
        if (!panel->ticks_above)
            add_ticks(sheet);
        if (sheet->to >= panel->extent)
            break;
    }
    sheet->room = room;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

/* Of the signs that occur. */
static void add_legend(struct sheet *sheet, const struct chart *chart)
{
    struct text legend = TEXT_EMPTY;
    uint64_t kinds = chart_kinds(chart);
    bool ascii = !sheet->paper->unicode;
    for (int kind = 0; kind < SPAN_KINDS; kind++) {
        const struct span_look *look = &looks[kind];
        const char *meaning = kinds >> kind & 1 ? chart_meaning((enum chart_span_kind)kind) : NULL;
        const char *sign = look->sign[ascii] ? look->sign[ascii] : "";
        bool bar = look->shape == SHAPE_BAR || look->shape == SHAPE_LIMIT;
        if (meaning != NULL)
            text_format(&legend, "%s%s%s%s%s%s", legend.length > 0 ? ", " : "", sign, bar ? sign : "",
                        look->end[ascii] ? look->end[ascii] : "", *sign != '\0' ? " " : "", meaning);
    }
    add_broken(sheet, &legend, LADDER_STYLE_QUIET);
    text_free(&legend);
}

void chart_text(struct text *out, const struct chart *chart, const struct ladder_paper *paper)
{
    size_t width = (size_t)paper->width, most = width >= 60 ? 24 : 14, labels = label_columns(chart);
    struct sheet sheet = {.out = out, .paper = paper, .gutter = 2 + (labels < most ? labels : most)};
    sheet.width = width;
    sheet.room = width > sheet.gutter ? width - sheet.gutter : 0;
    if (paper->words || sheet.room < LEAST_ROOM) {
        struct text words = TEXT_EMPTY;
        chart_sentences(&words, chart);
        add_broken(&sheet, &words, LADDER_STYLE_CALL);
        text_free(&words);
        return;
    }
    sheet.places = memory_new(width, sizeof *sheet.places);
    for (size_t i = 0; i < chart->panel_count; i++) {
        if (i > 0)
            text_add_char(out, '\n');
        add_panel(&sheet, &chart->panels[i]);
    }
    add_legend(&sheet, chart);
    free(sheet.places);
}
