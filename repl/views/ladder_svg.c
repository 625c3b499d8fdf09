#include "views/ladder_svg.h"

#include "base/html_escape.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Everything in units of the drawing. */
#define LINE         16 /* from one line of a label to the next */
#define ROW          24
#define ARROW_ROW    34
#define SLOPE        7 /* how much lower an arrow ends: it takes time */
#define STEEPEST     10
#define HEAD         30
#define PLACE        16
#define BESIDE       11 /* from a lane to its label */
#define APART_LEAST  170
#define APART_MOST   320
#define WIDEST_LABEL 26 /* letters, before it is broken */
#define WIDEST_WORD  40 /* of them, in one word */
#define WIDEST_DATA  24

/* Where the words at a place stand: from it on, around it, or up to it. */
enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END, ANCHORS };
static const char *const anchors[ANCHORS] = {"start", "middle", "end"};

/* What is drawn alike is one path, however many lines it has. */
enum pen {
    PEN_LANE,
    PEN_LANE_BROKEN,
    PEN_ARROW,
    PEN_ARROW_BROKEN,
    PEN_FORGED,
    PEN_TIP,
    PEN_LOST,
    PEN_LOST_BROKEN,
    PEN_LOST_TIP,
    PEN_CROSS,
    PEN_CALL,
    PEN_FAILED,
    PEN_NOTED,
    PEN_STATE,
    PENS
};

#define LINE_PEN(class) "class=\"" class "\" stroke=\"currentColor\" stroke-width=\"1.3\""
#define DOT_PEN(class)  "class=\"" class "\" stroke=\"currentColor\" stroke-width=\"5\" stroke-linecap=\"round\""
#define LANE_PEN        "class=\"lane\" stroke=\"currentColor\" opacity=\".35\""

static const char *const pens[PENS] = {
    [PEN_LANE] = LANE_PEN,
    [PEN_LANE_BROKEN] = LANE_PEN " stroke-dasharray=\"2 5\"",
    [PEN_ARROW] = LINE_PEN("arrow"),
    [PEN_ARROW_BROKEN] = LINE_PEN("arrow") " stroke-dasharray=\"3 4\"",
    [PEN_FORGED] = LINE_PEN("arrow") " stroke-dasharray=\"10 3 2 3\"",
    [PEN_TIP] = "class=\"arrow tip\"",
    [PEN_LOST] = LINE_PEN("lost"),
    [PEN_LOST_BROKEN] = LINE_PEN("lost") " stroke-dasharray=\"3 4\"",
    [PEN_LOST_TIP] = "class=\"lost tip\"",
    [PEN_CROSS] = "class=\"lost\" stroke=\"currentColor\" stroke-width=\"1.6\"",
    [PEN_CALL] = DOT_PEN("call"),
    [PEN_FAILED] = DOT_PEN("failed"),
    [PEN_NOTED] = DOT_PEN("noted"),
    [PEN_STATE] = DOT_PEN("state"),
};

/* How what a call is looks beside its lane, and on it; an ordinary one needs no class. */
static const struct look {
    const char *class;
    enum pen dot;
} looks[] = {
    [LADDER_CALL] = {NULL, PEN_CALL},
    [LADDER_FAILED] = {"failed", PEN_FAILED},
    [LADDER_NOTED] = {"noted", PEN_NOTED},
    [LADDER_STATE] = {"state", PEN_STATE},
};

/* A lane, and how far down its line goes that is not written yet. */
struct lane {
    double x, from, to;
};

struct drawing {
    const struct ladder *ladder;
    const struct svg_options *options;
    struct lane *lanes;
    double width, y;
    struct text paths[PENS], boxes, words[ANCHORS];
};

/* --- words in lines ------------------------------------------------------------------------------------- */

static size_t skip_break(const char *text, size_t at, size_t length)
{
    if (at < length && (text[at] == ' ' || text[at] == '\n'))
        at++;
    return at;
}

/* How much of a label stands in its next line; a word that is a little too long is not cut. */
static size_t next_line(const struct text *text, size_t at)
{
    const char *line = text->bytes + at;
    size_t length = text->length - at, taken = utf8_fitting(line, length, WIDEST_LABEL), whole = taken;
    while (whole < length && line[whole] != ' ' && line[whole] != '\n')
        whole++;
    return utf8_columns(line, whole) <= WIDEST_WORD ? whole : taken;
}

static size_t count_lines(const struct text *text)
{
    size_t lines = 0;
    for (size_t at = 0; at < text->length; lines++)
        at = skip_break(text->bytes, at + next_line(text, at), text->length);
    return lines;
}

static double widest_line(const struct text *text)
{
    double widest = 0;
    for (size_t at = 0; at < text->length;) {
        size_t taken = next_line(text, at);
        widest = fmax(widest, svg_width(text->bytes + at, taken));
        at = skip_break(text->bytes, at + taken, text->length);
    }
    return widest;
}

/* --- measuring ------------------------------------------------------------------------------------------ */

static double name_width(const struct drawing *drawing, size_t lane)
{
    struct text name = TEXT_EMPTY, place = TEXT_EMPTY;
    ladder_lane_name(&name, drawing->ladder, lane, drawing->options->normal);
    ladder_lane_place(&place, drawing->ladder, lane, drawing->options->normal);
    double width = fmax(svg_width(text_string(&name), name.length) + 20, svg_width(text_string(&place), place.length));
    text_free(&name);
    text_free(&place);
    return width;
}

static double label_width(const struct drawing *drawing, const struct ladder_cell *cell)
{
    struct text words = TEXT_EMPTY;
    ladder_cell_words(&words, drawing->ladder, cell, drawing->options->normal);
    double width = widest_line(&words) + BESIDE;
    text_free(&words);
    return width;
}

static double arrow_width(const struct drawing *drawing, const struct ladder_arrow *arrow)
{
    struct text words = TEXT_EMPTY;
    ladder_arrow_words(&words, drawing->ladder, arrow, WIDEST_DATA);
    double width = svg_width(text_string(&words), words.length);
    text_free(&words);
    return width;
}

/* What words need: left of the first lane, right of the last, between two; and those that stand across all of them. */
struct needs {
    double left, right, apart, across;
};

static void measure_quiet_row(const struct drawing *drawing, size_t index, struct needs *needs)
{
    struct text words = TEXT_EMPTY;
    ladder_row_words(&words, drawing->ladder, index);
    needs->across = fmax(needs->across, svg_width(text_string(&words), words.length));
    text_free(&words);
}

static void measure_row(const struct drawing *drawing, const struct ladder_row *row, struct needs *needs)
{
    size_t last = drawing->ladder->lane_count - 1;
    for (size_t i = 0; i < row->cell_count; i++) {
        size_t lane = (size_t)row->cells[i].lane;
        double width = label_width(drawing, &row->cells[i]);
        if (lane == 0 && last > 0)
            needs->left = fmax(needs->left, width);
        else if (lane == last)
            needs->right = fmax(needs->right, width);
        else
            needs->apart = fmax(needs->apart, width + BESIDE);
    }
    if (row->has_arrow)
        needs->apart = fmax(needs->apart, arrow_width(drawing, &row->arrow) + 40);
}

static void place_lanes(struct drawing *drawing)
{
    const struct ladder *ladder = drawing->ladder;
    size_t last = ladder->lane_count - 1;
    struct needs needs = {.apart = APART_LEAST};
    for (size_t i = 0; i < ladder->row_count; i++)
        if (ladder->rows[i].kind == LADDER_ROW)
            measure_row(drawing, &ladder->rows[i], &needs);
        else
            measure_quiet_row(drawing, i, &needs);
    needs.left = fmax(needs.left, name_width(drawing, 0) / 2);
    needs.right = fmax(needs.right, name_width(drawing, last) / 2);
    for (size_t i = 0; i < last; i++)
        needs.apart = fmax(needs.apart, (name_width(drawing, i) + name_width(drawing, i + 1)) / 2 + 12);
    if (needs.apart > APART_MOST)
        needs.apart = APART_MOST;
    double beyond = last > 0 ? (needs.across - (double)last * needs.apart) / 2 : needs.across + BESIDE;
    needs.left = fmax(needs.left, last > 0 ? beyond : 0);
    needs.right = fmax(needs.right, beyond);
    for (size_t i = 0; i <= last; i++)
        drawing->lanes[i].x = floor(SVG_MARGIN + needs.left + (double)i * needs.apart) + 0.5;
    drawing->width = ceil(drawing->lanes[last].x + needs.right + SVG_MARGIN);
}

/* --- drawing -------------------------------------------------------------------------------------------- */

static void add_text(struct drawing *drawing, double x, double y, enum anchor anchor, const char *class,
                     const char *text, size_t length)
{
    struct text *out = &drawing->words[anchor];
    svg_format(out, "<text x=\"%f\" y=\"%f\"", x, y);
    if (class != NULL)
        svg_format(out, " class=\"%s\"", class);
    text_add_char(out, '>');
    html_escape_between(out, text, length);
    text_add(out, "</text>\n");
}

static void end_lane_line(struct drawing *drawing, struct lane *lane)
{
    if (lane->to > lane->from)
        svg_format(&drawing->paths[PEN_LANE], "M%f %fv%f", lane->x, lane->from, lane->to - lane->from);
    lane->from = lane->to = 0;
}

static void add_lane_lines(struct drawing *drawing, double height)
{
    for (size_t i = 0; i < drawing->ladder->lane_count; i++) {
        struct lane *lane = &drawing->lanes[i];
        if (lane->to != drawing->y) {
            end_lane_line(drawing, lane);
            lane->from = drawing->y;
        }
        lane->to = drawing->y + height;
    }
}

/* `hidden`: how far around `middle` words stand instead of lines. */
static void add_broken_lines(struct drawing *drawing, double height, double middle, double hidden)
{
    for (size_t i = 0; i < drawing->ladder->lane_count; i++)
        if (fabs(drawing->lanes[i].x - middle) > hidden)
            svg_format(&drawing->paths[PEN_LANE_BROKEN], "M%f %fv%f", drawing->lanes[i].x, drawing->y, height);
}

static void add_heads(struct drawing *drawing)
{
    bool places = false;
    for (size_t i = 0; i < drawing->ladder->lane_count; i++) {
        struct text name = TEXT_EMPTY, place = TEXT_EMPTY;
        double x = drawing->lanes[i].x;
        ladder_lane_name(&name, drawing->ladder, i, drawing->options->normal);
        ladder_lane_place(&place, drawing->ladder, i, drawing->options->normal);
        double width = svg_width(text_string(&name), name.length) + 20;
        svg_format(&drawing->boxes, "<rect x=\"%f\" y=\"%f\" width=\"%f\" height=\"24\" rx=\"5\"/>\n", x - width / 2,
                   drawing->y + 0.5, width);
        add_text(drawing, x, drawing->y + 17, ANCHOR_MIDDLE, "name", text_string(&name), name.length);
        if (place.length > 0)
            add_text(drawing, x, drawing->y + 39, ANCHOR_MIDDLE, "place quiet", text_string(&place), place.length);
        places = places || place.length > 0;
        text_free(&name);
        text_free(&place);
    }
    drawing->y += 24;
    double height = places ? HEAD - 24 + PLACE : HEAD - 24;
    if (!places)
        add_lane_lines(drawing, height);
    drawing->y += height;
}

/* The call beside its lane, left of the first one; lines below each other.  How many there were. */
static size_t add_label(struct drawing *drawing, const struct ladder_cell *cell, double y)
{
    size_t lane = (size_t)cell->lane, lines = 0;
    bool left = lane == 0 && drawing->ladder->lane_count > 1;
    double x = drawing->lanes[lane].x + (left ? -BESIDE : BESIDE);
    const struct look *look = &looks[ladder_cell_look(drawing->ladder, cell)];
    struct text words = TEXT_EMPTY;
    ladder_cell_words(&words, drawing->ladder, cell, drawing->options->normal);
    svg_format(&drawing->paths[look->dot], "M%f %fh0", drawing->lanes[lane].x, y);
    for (size_t at = 0; at < words.length; lines++) {
        size_t taken = next_line(&words, at);
        add_text(drawing, x, y + 4 + (double)lines * LINE, left ? ANCHOR_END : ANCHOR_START, look->class,
                 words.bytes + at, taken);
        at = skip_break(words.bytes, at + taken, words.length);
    }
    text_free(&words);
    return lines;
}

/* An arrow falls, and a packet that the wire held up falls further: two units for each 10 ms. */
static double fall_of(const struct ladder_arrow *arrow)
{
    int64_t tens = arrow->packet ? packet_hold(arrow->packet->event) / (10 * CLOCK_MILLISECOND) : 0;
    return SLOPE + (double)(tens < STEEPEST ? tens : STEEPEST) * 2;
}

/* The middle of the way to the next lane, so that no other lane crosses the words. */
static double words_at(const struct drawing *drawing, const struct ladder_arrow *arrow)
{
    int next = arrow->from + (arrow->to > arrow->from ? 1 : -1);
    return (drawing->lanes[arrow->from].x + drawing->lanes[next].x) / 2;
}

static enum pen pen_of(const struct ladder_arrow *arrow, bool broken)
{
    bool forged = arrow->packet != NULL && arrow->packet->packet.fate == PACKET_INJECTED;
    if (arrow->lost)
        return broken ? PEN_LOST_BROKEN : PEN_LOST;
    return broken ? PEN_ARROW_BROKEN : forged ? PEN_FORGED : PEN_ARROW;
}

/* The arrow itself: to the other lane, or to where it was lost or last seen. */
static void add_shaft(struct drawing *drawing, const struct ladder_arrow *arrow, double y)
{
    double from = drawing->lanes[arrow->from].x, to = drawing->lanes[arrow->to].x, direction = to > from ? 1 : -1;
    double fall = fall_of(arrow), rise = fall / fabs(to - from);
    bool stops = arrow->packet != NULL && (arrow->lost || arrow->pending);
    bool broken = (arrow->lost && !stops) || arrow->pending;
    double tip = stops ? from + direction * fabs(to - from) * 3 / 4 : to - direction * 3, tip_y = y + fall;
    svg_format(&drawing->paths[pen_of(arrow, broken)], "M%f %fL%f %f", from + direction * 3, y, tip - direction * 8,
               tip_y - 8 * rise);
    if (stops && !arrow->pending)
        svg_format(&drawing->paths[PEN_CROSS], "M%f %fl8 8m-8 0l8-8", tip - 4, tip_y - 4);
    else if (!stops)
        svg_format(&drawing->paths[arrow->lost ? PEN_LOST_TIP : PEN_TIP], "M%f %fl%f %fv8z", tip, tip_y,
                   -direction * 10, -4.0 - 10 * rise);
}

static void add_arrow(struct drawing *drawing, const struct ladder_arrow *arrow, double y, bool below)
{
    struct ladder_data data;
    struct text words = TEXT_EMPTY;
    const char *class = arrow->lost ? "lost" : "arrow";
    add_shaft(drawing, arrow, y);
    ladder_arrow_words(&words, drawing->ladder, arrow, WIDEST_DATA);
    if (words.length > 0)
        add_text(drawing, words_at(drawing, arrow), y + fall_of(arrow) / 2 + (below ? 14 : -5), ANCHOR_MIDDLE,
                 !arrow->lost && ladder_arrow_data(&data, drawing->ladder, arrow) ? "data" : class, text_string(&words),
                 words.length);
    text_free(&words);
}

/* A label at the left end of the arrow stands where the arrow would; the first lane's are left of it. */
static bool is_inside(const struct ladder_row *row, const struct ladder_cell *cell)
{
    int left = row->arrow.from < row->arrow.to ? row->arrow.from : row->arrow.to;
    return row->has_arrow && cell->lane > 0 && cell->lane == left;
}

static void add_row(struct drawing *drawing, const struct ladder_row *row)
{
    bool inside = false;
    size_t lines = 1;
    for (size_t i = 0; i < row->cell_count; i++) {
        struct text words = TEXT_EMPTY;
        ladder_cell_words(&words, drawing->ladder, &row->cells[i], drawing->options->normal);
        size_t count = count_lines(&words);
        lines = count > lines ? count : lines;
        inside = inside || is_inside(row, &row->cells[i]);
        text_free(&words);
    }
    double height = (row->has_arrow ? ARROW_ROW - SLOPE + fall_of(&row->arrow) : ROW) +
                    (inside && row->has_arrow ? 14 : 0) + (double)(lines - 1) * LINE;
    double y = drawing->y + (row->has_arrow ? 15 : ROW / 2);
    add_lane_lines(drawing, height);
    if (row->has_arrow)
        add_arrow(drawing, &row->arrow, inside ? y + 12 : y, inside);
    for (size_t i = 0; i < row->cell_count; i++) {
        bool arrives = row->has_arrow && row->cells[i].lane == row->arrow.to;
        add_label(drawing, &row->cells[i], y + (arrives && !inside ? fall_of(&row->arrow) : 0));
    }
    drawing->y += height;
}

/* Waiting, folding and leaving out, in words across all lanes. */
static void add_quiet_row(struct drawing *drawing, size_t index)
{
    struct text words = TEXT_EMPTY;
    ladder_row_words(&words, drawing->ladder, index);
    size_t last = drawing->ladder->lane_count - 1;
    double middle = last > 0 ? (drawing->lanes[0].x + drawing->lanes[last].x) / 2 : drawing->lanes[0].x + BESIDE;
    double half = svg_width(text_string(&words), words.length) / (last > 0 ? 2 : 1) + 6;
    add_broken_lines(drawing, ARROW_ROW, middle, last > 0 ? half : 0);
    add_text(drawing, middle, drawing->y + ARROW_ROW / 2.0 + 4, last > 0 ? ANCHOR_MIDDLE : ANCHOR_START, "quiet",
             text_string(&words), words.length);
    drawing->y += ARROW_ROW;
    text_free(&words);
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static void add_title(struct text *out, const struct drawing *drawing)
{
    text_add(out, "What passed between ");
    for (size_t i = 0; i < drawing->ladder->lane_count; i++) {
        text_add(out, text_joint(i, drawing->ladder->lane_count, " and "));
        ladder_lane_name(out, drawing->ladder, i, drawing->options->normal);
    }
}

static void add_begin(struct text *out, const struct drawing *drawing)
{
    struct text title = TEXT_EMPTY, sentences = TEXT_EMPTY;
    const struct svg svg = {
        .class = "ladder",
        .width = drawing->width,
        .height = drawing->y,
        .title = &title,
        .sentences = &sentences,
        .light = ".failed,.lost{color:#b3261e}.data{color:#0a5e2a}.state{color:#6b3fa0}.noted{color:#7a4d00}"
                 ".arrow{color:#3b5b8c}",
        .dark = ".failed,.lost{color:#ff8a80}.data{color:#8fdca4}.state{color:#cdb0f5}.noted{color:#f0c674}"
                ".arrow{color:#9bb8e8}",
    };
    add_title(&title, drawing);
    ladder_sentences(&sentences, drawing->ladder, drawing->options->normal);
    svg_begin(out, &svg, drawing->options);
    text_free(&title);
    text_free(&sentences);
}

/* Lines below, words above. */
static void add_parts(struct text *out, const struct drawing *drawing)
{
    for (size_t i = 0; i < PENS; i++)
        if (drawing->paths[i].length > 0)
            svg_format(out, "<path %s d=\"%s\"/>\n", pens[i], text_string(&drawing->paths[i]));
    svg_format(out, "<g class=\"head\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\".5\">\n%s</g>\n",
               text_string(&drawing->boxes));
    for (size_t i = 0; i < ANCHORS; i++)
        if (drawing->words[i].length > 0)
            svg_format(out, "<g text-anchor=\"%s\">\n%s</g>\n", anchors[i], text_string(&drawing->words[i]));
}

static void draw(struct drawing *drawing)
{
    place_lanes(drawing);
    add_heads(drawing);
    for (size_t i = 0; i < drawing->ladder->row_count; i++)
        if (drawing->ladder->rows[i].kind == LADDER_ROW)
            add_row(drawing, &drawing->ladder->rows[i]);
        else
            add_quiet_row(drawing, i);
    add_lane_lines(drawing, 10);
    for (size_t i = 0; i < drawing->ladder->lane_count; i++)
        end_lane_line(drawing, &drawing->lanes[i]);
    drawing->y = ceil(drawing->y + 12);
}

void ladder_svg(struct text *out, const struct ladder *ladder, const struct svg_options *options)
{
    struct drawing drawing = {
        .ladder = ladder, .options = options, .y = 2, .lanes = memory_new(ladder->lane_count, sizeof(struct lane))};
    if (ladder->lane_count > 0) {
        draw(&drawing);
        add_begin(out, &drawing);
        add_parts(out, &drawing);
        text_add(out, "</svg>\n");
    }
    for (size_t i = 0; i < PENS; i++)
        text_free(&drawing.paths[i]);
    for (size_t i = 0; i < ANCHORS; i++)
        text_free(&drawing.words[i]);
    text_free(&drawing.boxes);
    free(drawing.lanes);
}
