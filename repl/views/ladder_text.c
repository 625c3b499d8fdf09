#include "views/ladder_text.h"

#include "base/array.h"
#include "base/duration.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "views/call_text.h"

#include <stdlib.h>
#include <string.h>

#define TIME_COLUMNS 9
#define WIDEST_LANE  46
/* Less than this between two lanes, and calls and arrows cannot be read. */
#define NARROWEST_LANE 12
#define SHORTEST_ARROW 2

/* --- a line --------------------------------------------------------------------------------------------- */

/* One line is pieces at columns; a piece does not reach into the next one. */
struct piece {
    size_t column, columns;
    size_t reach; /* columns behind it that stay empty */
    char *text;
    enum ladder_style style;
};

struct line {
    struct piece *pieces;
    size_t count, room;
};

struct signs {
    const char *lane, *waiting, *line, *dashes, *right, *left, *cross, *dots, *more;
};

static const struct signs unicode_signs = {"│", "┆", "─", "╌", "▶", "◀", "×", "…", "…"};
static const struct signs ascii_signs = {"|", ":", "-", ".", ">", "<", "x", ".", "..."};

struct drawer {
    struct text *out;
    const struct ladder *ladder;
    const struct ladder_paper *paper;
    const struct signs *signs;
    size_t *columns; /* of each lane */
    size_t gutter;   /* columns before the first lane */
    struct line line;
    struct text legend; /* lines below the drawing */
};

static void put(struct drawer *drawer, size_t column, const char *text, size_t length, enum ladder_style style)
{
    struct line *line = &drawer->line;
    if (line->count == line->room) {
        line->room = line->room ? 2 * line->room : 16;
        line->pieces = memory_resize(line->pieces, line->room, sizeof *line->pieces);
    }
    line->pieces[line->count++] =
        (struct piece){column, utf8_columns(text, length), 0, memory_copy_bytes(text, length), style};
}

static void put_text(struct drawer *drawer, size_t column, const struct text *text, enum ladder_style style)
{
    put(drawer, column, text_string(text), text->length, style);
}

static int compare_pieces(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    return x->column < y->column ? -1 : x->column > y->column;
}

static void add_styled(struct drawer *drawer, const char *text, enum ladder_style style)
{
    const char *on = drawer->paper->on[style];
    text_add(drawer->out, on ? on : "");
    text_add(drawer->out, text);
    text_add(drawer->out, on && drawer->paper->off ? drawer->paper->off : "");
}

static void end_line(struct drawer *drawer)
{
    struct line *line = &drawer->line;
    size_t column = 0, reached = 0;
    array_sort(line->pieces, line->count, sizeof *line->pieces, compare_pieces);
    for (size_t i = 0; i < line->count; i++) {
        struct piece *piece = &line->pieces[i];
        if (piece->column >= reached && piece->columns > 0) {
            text_add_repeat(drawer->out, " ", piece->column - column);
            add_styled(drawer, piece->text, piece->style);
            column = piece->column + piece->columns;
            reached = column + piece->reach;
        }
        free(piece->text);
    }
    text_add_char(drawer->out, '\n');
    line->count = 0;
}

/* --- pieces of text ------------------------------------------------------------------------------------- */

void ladder_to_ascii(struct text *text)
{
    struct text plain = TEXT_EMPTY;
    for (size_t i = 0; i < text->length;) {
        int32_t point;
        size_t taken = utf8_decode(text->bytes + i, text->length - i, &point);
        if (point == 0x2026)
            text_add(&plain, "...");
        else
            text_add_char(&plain, (point >= 32 && point < 127) || point == '\n' ? text->bytes[i] : '?');
        i += taken;
    }
    text_free(text);
    *text = plain;
}

void ladder_shorten(struct text *text, size_t columns, const char *more)
{
    size_t sign = utf8_columns(more, strlen(more));
    if (utf8_columns(text->bytes, text->length) <= columns || columns < sign)
        return;
    size_t used = 0, i = 0;
    while (i < text->length) {
        int32_t point;
        size_t taken = utf8_decode(text->bytes + i, text->length - i, &point);
        if (used + (size_t)utf8_width(point) > columns - sign)
            break;
        used += (size_t)utf8_width(point);
        i += taken;
    }
    text_cut(text, i);
    text_add(text, more);
}

/* --- lanes ---------------------------------------------------------------------------------------------- */

static void put_lanes(struct drawer *drawer, const char *sign)
{
    for (size_t i = 0; i < drawer->ladder->lane_count; i++)
        put(drawer, drawer->columns[i], sign, strlen(sign), LADDER_STYLE_LINE);
}

/* The columns that a text at this lane may take: up to the next one; alone in its row it may hide the others. */
static size_t room_at(const struct drawer *drawer, size_t lane, bool alone)
{
    bool last = alone || lane + 1 >= drawer->ladder->lane_count;
    size_t end = last ? (size_t)drawer->paper->width : drawer->columns[lane + 1] - 1;
    size_t begin = drawer->columns[lane] + 2;
    return end > begin ? end - begin : 1;
}

/* A name that the kernel chose tells nobody anything. */
static void add_place(struct text *out, const struct drawer *drawer, size_t lane)
{
    if (!call_text_chosen(&drawer->ladder->lanes[lane].place))
        ladder_lane_place(out, drawer->ladder, lane, drawer->paper->normal);
}

/* Up to the next lane that has a place as well. */
static size_t room_for_place(const struct drawer *drawer, size_t lane)
{
    size_t next = lane + 1;
    bool taken = false;
    for (; next < drawer->ladder->lane_count && !taken; next += !taken) {
        struct text place = TEXT_EMPTY;
        add_place(&place, drawer, next);
        taken = place.length > 0;
        text_free(&place);
    }
    size_t end = taken ? drawer->columns[next] - 1 : (size_t)drawer->paper->width;
    return end - drawer->columns[lane];
}

/* Of an address that finds no room the end tells most: "…:45017". */
static void keep_port(const struct drawer *drawer, struct text *place, size_t columns)
{
    const char *colon = strrchr(text_string(place), ':');
    if (utf8_columns(text_string(place), place->length) <= columns || colon == NULL)
        return;
    char *port = memory_copy(colon);
    text_clear(place);
    text_format(place, "%s%s", drawer->signs->more, port);
    free(port);
}

/* An address that was cut above a lane stands in full below the drawing. */
static void explain_head(struct drawer *drawer, size_t lane, const char *shown, const char *whole)
{
    struct text name = TEXT_EMPTY;
    bool named = drawer->ladder->lanes[lane].actor >= 0;
    if (named)
        ladder_lane_name(&name, drawer->ladder, lane, drawer->paper->normal);
    text_format(&drawer->legend, "%s %s %s\n", named ? text_string(&name) : shown, named ? "at" : "is", whole);
    text_free(&name);
}

/* The name stands above the line, moved left a little as far as there is room. */
static void put_heads(struct drawer *drawer, bool places)
{
    bool any = false;
    for (size_t i = 0; i < drawer->ladder->lane_count; i++) {
        struct text text = TEXT_EMPTY;
        if (places)
            add_place(&text, drawer, i);
        else
            ladder_lane_name(&text, drawer->ladder, i, drawer->paper->normal);
        if (!drawer->paper->unicode)
            ladder_to_ascii(&text);
        size_t room = places ? room_for_place(drawer, i) : room_at(drawer, i, false) + 2;
        char *whole = memory_copy(text_string(&text));
        if (places)
            keep_port(drawer, &text, room);
        ladder_shorten(&text, room, drawer->signs->more);
        if ((places || drawer->ladder->lanes[i].actor < 0) && strcmp(whole, text_string(&text)) != 0)
            explain_head(drawer, i, text_string(&text), whole);
        free(whole);
        any = any || text.length > 0;
        put_text(drawer, drawer->columns[i] > 0 ? drawer->columns[i] - 1 : 0, &text,
                 places ? LADDER_STYLE_QUIET : LADDER_STYLE_NAME);
        text_free(&text);
    }
    if (any)
        end_line(drawer);
    while (!any && drawer->line.count > 0)
        free(drawer->line.pieces[--drawer->line.count].text);
}

static enum ladder_style style_of(const struct drawer *drawer, const struct ladder_cell *cell)
{
    static const enum ladder_style styles[] = {[LADDER_CALL] = LADDER_STYLE_CALL,
                                               [LADDER_FAILED] = LADDER_STYLE_FAILED,
                                               [LADDER_NOTED] = LADDER_STYLE_NOTED,
                                               [LADDER_STATE] = LADDER_STYLE_STATE};
    return styles[ladder_cell_look(drawer->ladder, cell)];
}

/* --- a row ---------------------------------------------------------------------------------------------- */

/* A cell while its row is drawn: what is left of its text. */
struct label {
    struct text text;
    size_t at, lane;
    enum ladder_style style;
};

static void put_time(struct drawer *drawer, int64_t at)
{
    if (drawer->gutter < TIME_COLUMNS)
        return;
    struct text text = TEXT_EMPTY;
    if (at < drawer->ladder->timeline->begin)
        text_add(&text, "before");
    else
        duration_write(&text, at - drawer->ladder->timeline->begin, DURATION_SHOWN);
    size_t columns = text.length < TIME_COLUMNS ? text.length : TIME_COLUMNS;
    put_text(drawer, TIME_COLUMNS - columns, &text, LADDER_STYLE_QUIET);
    text_free(&text);
}

/* Puts the next line of the label; the columns it took. */
static size_t put_label(struct drawer *drawer, struct label *label, size_t room)
{
    const char *rest = text_string(&label->text) + label->at;
    size_t left = label->text.length - label->at, taken = utf8_fitting(rest, left, room);
    put(drawer, drawer->columns[label->lane] + 2, rest, taken, label->style);
    drawer->line.pieces[drawer->line.count - 1].reach = 1;
    label->at += taken;
    while (label->at < label->text.length && strchr(" \n", label->text.bytes[label->at]) != NULL)
        label->at++;
    return utf8_columns(rest, taken);
}

/* A packet that the wire lost, or has still, comes three quarters of the way. */
static bool is_cut_off(const struct ladder_arrow *arrow)
{
    return arrow->packet != NULL && (arrow->lost || arrow->pending);
}

/* From the sender's lane to the receiver's, with what it carries in the middle. */
static void put_arrow(struct drawer *drawer, const struct ladder_arrow *arrow, size_t begin, size_t end)
{
    const struct signs *signs = drawer->signs;
    struct text words = TEXT_EMPTY, line = TEXT_EMPTY;
    bool right = arrow->to > arrow->from, stops = is_cut_off(arrow);
    const char *head = arrow->pending ? signs->dots : stops ? signs->cross : right ? signs->right : signs->left;
    if (stops && right)
        end -= (end - begin) / 4;
    else if (stops)
        begin += (end - begin) / 4;
    size_t length = end - begin, room = length > SHORTEST_ARROW + 2 ? length - SHORTEST_ARROW - 2 : 0;
    const char *stroke = arrow->lost && !stops ? signs->dashes : signs->line;
    ladder_arrow_words(&words, drawer->ladder, arrow, drawer->paper->unicode || room < 2 ? room : room - 2);
    if (!drawer->paper->unicode)
        ladder_to_ascii(&words);
    size_t columns = utf8_columns(text_string(&words), words.length);
    if (columns > room)
        columns = 0;
    size_t strokes = length - 1 - (columns ? columns + 2 : 0), before = columns ? strokes / 2 : strokes;
    if (!right)
        text_add(&line, head);
    text_add_repeat(&line, stroke, before);
    put_text(drawer, begin, &line, LADDER_STYLE_LINE);
    if (columns > 0)
        put_text(drawer, begin + (right ? 0 : 1) + before + 1, &words, LADDER_STYLE_DATA);
    text_clear(&line);
    text_add_repeat(&line, stroke, strokes - before);
    if (right)
        text_add(&line, head);
    if (line.length > 0)
        put_text(drawer, begin + (right ? 0 : 1) + before + (columns ? columns + 2 : 0), &line, LADDER_STYLE_LINE);
    text_free(&line);
    text_free(&words);
}

static void put_other_lanes(struct drawer *drawer, size_t left, size_t right)
{
    for (size_t i = 0; i < drawer->ladder->lane_count; i++)
        if (i <= left || i >= right)
            put(drawer, drawer->columns[i], drawer->signs->lane, strlen(drawer->signs->lane), LADDER_STYLE_LINE);
}

static struct label label_of(struct drawer *drawer, const struct ladder_cell *cell)
{
    struct label label = {.lane = (size_t)cell->lane, .style = style_of(drawer, cell)};
    if (!drawer->paper->normal || !ladder_cell_reason(&label.text, drawer->ladder, cell))
        ladder_cell_words(&label.text, drawer->ladder, cell, drawer->paper->normal);
    if (!drawer->paper->unicode)
        ladder_to_ascii(&label.text);
    return label;
}

/* Lines with the labels alone, until all is said. */
static void add_label_lines(struct drawer *drawer, struct label *labels, size_t count, int64_t *at)
{
    for (;;) {
        bool any = false;
        for (size_t i = 0; i < count; i++) {
            if (labels[i].at < labels[i].text.length) {
                put_label(drawer, &labels[i], room_at(drawer, labels[i].lane, count == 1));
                any = true;
            }
        }
        if (!any)
            return;
        if (at != NULL)
            put_time(drawer, *at);
        at = NULL;
        put_lanes(drawer, drawer->signs->lane);
        end_line(drawer);
    }
}

static size_t words_in(const struct drawer *drawer, const struct ladder_arrow *arrow, size_t length)
{
    struct text words = TEXT_EMPTY;
    size_t way = is_cut_off(arrow) ? length - length / 4 : length;
    ladder_arrow_words(&words, drawer->ladder, arrow, way > SHORTEST_ARROW + 2 ? way - SHORTEST_ARROW - 2 : 0);
    size_t columns = utf8_columns(text_string(&words), words.length);
    text_free(&words);
    return columns;
}

/* What a packet is stays readable: the call beside it gives way where that helps, and shortened data is not enough. */
static bool hides_packet(const struct drawer *drawer, const struct ladder_arrow *arrow, size_t label, size_t length)
{
    struct ladder_data data;
    if (arrow->packet == NULL || label >= length)
        return false;
    size_t beside = words_in(drawer, arrow, length - label), alone = words_in(drawer, arrow, length);
    bool shortens = ladder_arrow_data(&data, drawer->ladder, arrow) && !drawer->ladder->numbers;
    return shortens ? beside == 0 && alone > 0 : beside < alone;
}

/*
 * The label at the arrow's left end shares its line if the arrow stays long enough.  Alone it stands above, or below
 * the packet that came to it.
 */
static void add_arrow_row(struct drawer *drawer, const struct ladder_row *row, struct label *labels)
{
    bool right = row->arrow.to > row->arrow.from;
    size_t left_lane = (size_t)(right ? row->arrow.from : row->arrow.to);
    size_t right_lane = (size_t)(right ? row->arrow.to : row->arrow.from);
    size_t begin = drawer->columns[left_lane] + 1, end = drawer->columns[right_lane];
    int64_t at = row->at, *time = &at;
    struct label *left = NULL;
    for (size_t i = 0; i < row->cell_count; i++)
        if (labels[i].lane == left_lane)
            left = &labels[i];
    if (left != NULL) {
        size_t needed = utf8_columns(text_string(&left->text), left->text.length);
        size_t lane_end = drawer->columns[left_lane + 1];
        bool alone = begin + needed + 2 + SHORTEST_ARROW + 2 > end || begin + needed + 1 > lane_end + WIDEST_LANE;
        if (hides_packet(drawer, &row->arrow, needed + 2, end - begin))
            alone = true;
        if (alone && !right && row->arrow.packet != NULL) {
            left = NULL;
        } else if (alone) {
            add_label_lines(drawer, left, 1, time);
            time = NULL;
        } else {
            begin += 2 + put_label(drawer, left, needed);
        }
    }
    for (size_t i = 0; i < row->cell_count; i++)
        if (labels[i].lane == right_lane)
            put_label(drawer, &labels[i], room_at(drawer, right_lane, true));
    if (time != NULL)
        put_time(drawer, at);
    put_other_lanes(drawer, left_lane, right_lane);
    put_arrow(drawer, &row->arrow, begin, end);
    end_line(drawer);
    add_label_lines(drawer, labels, row->cell_count, NULL);
}

static void add_row(struct drawer *drawer, const struct ladder_row *row)
{
    struct label labels[2];
    int64_t at = row->at;
    for (size_t i = 0; i < row->cell_count; i++)
        labels[i] = label_of(drawer, &row->cells[i]);
    if (row->has_arrow)
        add_arrow_row(drawer, row, labels);
    else
        add_label_lines(drawer, labels, row->cell_count, &at);
    for (size_t i = 0; i < row->cell_count; i++)
        text_free(&labels[i].text);
}

/* Gaps, folds and what is left out: words between the lanes. */
static void add_quiet_row(struct drawer *drawer, size_t index)
{
    struct text words = TEXT_EMPTY;
    ladder_row_words(&words, drawer->ladder, index);
    size_t at = drawer->columns[0] + 2, room = (size_t)drawer->paper->width - at;
    ladder_shorten(&words, room, drawer->signs->more);
    put_text(drawer, at, &words, LADDER_STYLE_QUIET);
    for (size_t i = 0; i < drawer->ladder->lane_count; i++)
        if (i == 0 || drawer->columns[i] > at + words.length)
            put(drawer, drawer->columns[i], drawer->signs->waiting, strlen(drawer->signs->waiting), LADDER_STYLE_LINE);
    end_line(drawer);
    text_free(&words);
}

/* --- the whole ------------------------------------------------------------------------------------------ */

/* A third of the paper, and what the other lanes can spare. */
static size_t most_for_last(const struct drawer *drawer)
{
    size_t width = (size_t)drawer->paper->width, lanes = drawer->ladder->lane_count;
    size_t others = 4 + NARROWEST_LANE * (lanes - 1);
    if (lanes == 1 || lanes > 3)
        return width > others ? width - others : 1;
    return width / (lanes + 1);
}

/* What the last lane's labels need, between what is bearable and a third of the paper. */
static size_t last_room(struct drawer *drawer)
{
    const struct ladder *ladder = drawer->ladder;
    size_t widest = 8, most = most_for_last(drawer);
    for (size_t i = 0; i < ladder->row_count; i++)
        for (size_t j = 0; j < ladder->rows[i].cell_count; j++) {
            const struct ladder_cell *cell = &ladder->rows[i].cells[j];
            if ((size_t)cell->lane + 1 != ladder->lane_count)
                continue;
            struct label label = label_of(drawer, cell);
            size_t columns = utf8_columns(text_string(&label.text), label.text.length);
            widest = columns > widest ? columns : widest;
            text_free(&label.text);
        }
    return 3 + (widest < most ? widest : most);
}

/* False when the lanes find no room. */
static bool place_lanes(struct drawer *drawer)
{
    size_t lanes = drawer->ladder->lane_count, width = (size_t)drawer->paper->width, needed = last_room(drawer);
    bool times = drawer->paper->times && width >= 60 + NARROWEST_LANE * (lanes - 1);
    drawer->gutter = times ? TIME_COLUMNS : 0;
    size_t first = drawer->gutter + 1, apart = 0;
    if (lanes > 1 && width > first + needed)
        apart = (width - first - needed) / (lanes - 1);
    if (apart > WIDEST_LANE)
        apart = WIDEST_LANE;
    for (size_t i = 0; i < lanes; i++)
        drawer->columns[i] = first + i * apart;
    return lanes == 1 || apart >= NARROWEST_LANE;
}

/* Lines, broken to the width; what goes on is moved in. */
static void add_broken(struct drawer *drawer, const struct text *all, enum ladder_style style)
{
    for (size_t at = 0, first = 1; at < all->length;) {
        size_t width = (size_t)drawer->paper->width - (first ? 0 : 2);
        size_t taken = utf8_fitting(all->bytes + at, all->length - at, width);
        put(drawer, first ? 0 : 2, all->bytes + at, taken, style);
        end_line(drawer);
        at += taken;
        first = at < all->length && all->bytes[at] == '\n';
        while (at < all->length && strchr(" \n", all->bytes[at]) != NULL)
            at++;
    }
}

static void add_sentences(struct drawer *drawer)
{
    struct text all = TEXT_EMPTY;
    text_add(&all, text_string(&drawer->legend));
    ladder_sentences(&all, drawer->ladder, drawer->paper->normal);
    if (!drawer->paper->unicode)
        ladder_to_ascii(&all);
    add_broken(drawer, &all, LADDER_STYLE_CALL);
    text_free(&all);
}

/* The heads that a drawing would have. */
static void add_places(struct drawer *drawer)
{
    for (size_t i = 0; i < drawer->ladder->lane_count; i++) {
        struct text place = TEXT_EMPTY;
        add_place(&place, drawer, i);
        if (place.length > 0)
            explain_head(drawer, i, "", text_string(&place));
        text_free(&place);
    }
}

void ladder_text(struct text *out, const struct ladder *ladder, const struct ladder_paper *paper)
{
    struct drawer drawer = {.out = out,
                            .ladder = ladder,
                            .paper = paper,
                            .signs = paper->unicode ? &unicode_signs : &ascii_signs,
                            .columns = memory_new(ladder->lane_count, sizeof(size_t))};
    if (ladder->row_count > 0 && (paper->words || !place_lanes(&drawer))) {
        if (!paper->words) {
            text_format(out, "%zu lanes do not fit into %d columns.\nIn words:\n", ladder->lane_count, paper->width);
            add_places(&drawer);
        }
        add_sentences(&drawer);
    } else if (ladder->row_count > 0) {
        put_heads(&drawer, false);
        put_heads(&drawer, true);
        for (size_t i = 0; i < ladder->row_count; i++)
            if (ladder->rows[i].kind == LADDER_ROW)
                add_row(&drawer, &ladder->rows[i]);
            else
                add_quiet_row(&drawer, i);
        add_broken(&drawer, &drawer.legend, LADDER_STYLE_QUIET);
    }
    text_free(&drawer.legend);
    free(drawer.columns);
    free(drawer.line.pieces);
}
