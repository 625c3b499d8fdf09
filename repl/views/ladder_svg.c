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
#define WIDEST_DATA  24

struct drawing {
    struct text *out;
    const struct ladder *ladder;
    const struct svg_options *options;
    double *x; /* of each lane */
    double width, y;
    struct text lanes; /* their lines, drawn below everything else */
};

/* --- words in lines ------------------------------------------------------------------------------------- */

static size_t skip_break(const char *text, size_t at, size_t length)
{
    if (at < length && (text[at] == ' ' || text[at] == '\n'))
        at++;
    return at;
}

static size_t count_lines(const struct text *text)
{
    size_t lines = 0;
    for (size_t at = 0; at < text->length; lines++)
        at =
            skip_break(text->bytes, at + utf8_fitting(text->bytes + at, text->length - at, WIDEST_LABEL), text->length);
    return lines;
}

static double widest_line(const struct text *text)
{
    double widest = 0;
    for (size_t at = 0; at < text->length;) {
        size_t taken = utf8_fitting(text->bytes + at, text->length - at, WIDEST_LABEL);
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

/* What labels and arrows need: left of the first lane, right of the last, between two. */
struct needs {
    double left, right, apart;
};

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
        measure_row(drawing, &ladder->rows[i], &needs);
    needs.left = fmax(needs.left, name_width(drawing, 0) / 2);
    needs.right = fmax(needs.right, name_width(drawing, last) / 2);
    for (size_t i = 0; i < last; i++)
        needs.apart = fmax(needs.apart, (name_width(drawing, i) + name_width(drawing, i + 1)) / 2 + 12);
    if (needs.apart > APART_MOST)
        needs.apart = APART_MOST;
    for (size_t i = 0; i <= last; i++)
        drawing->x[i] = floor(SVG_MARGIN + needs.left + (double)i * needs.apart) + 0.5;
    drawing->width = ceil(drawing->x[last] + needs.right + SVG_MARGIN);
}

/* --- drawing -------------------------------------------------------------------------------------------- */

static void add_text(struct drawing *drawing, double x, double y, const char *anchor, const char *class,
                     const char *text, size_t length)
{
    text_format(drawing->out, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\"", x, y, class);
    if (strcmp(anchor, "start") != 0)
        text_format(drawing->out, " text-anchor=\"%s\"", anchor);
    text_add_char(drawing->out, '>');
    html_escape(drawing->out, text, length);
    text_add(drawing->out, "</text>\n");
}

/* `hidden`: how far around `middle` words stand instead of lines. */
static void add_broken_lines(struct drawing *drawing, double height, double middle, double hidden)
{
    for (size_t i = 0; i < drawing->ladder->lane_count; i++)
        if (fabs(drawing->x[i] - middle) > hidden)
            text_format(&drawing->lanes,
                        "<path d=\"M%.1f %.1fv%.1f\" class=\"lane\" opacity=\".35\" stroke-dasharray=\"2 5\"/>\n",
                        drawing->x[i], drawing->y, height);
}

static void add_lane_lines(struct drawing *drawing, double height)
{
    for (size_t i = 0; i < drawing->ladder->lane_count; i++)
        text_format(&drawing->lanes, "<path d=\"M%.1f %.1fv%.1f\" class=\"lane\" opacity=\".35\"/>\n", drawing->x[i],
                    drawing->y, height);
}

static void add_heads(struct drawing *drawing)
{
    bool places = false;
    for (size_t i = 0; i < drawing->ladder->lane_count; i++) {
        struct text name = TEXT_EMPTY, place = TEXT_EMPTY;
        ladder_lane_name(&name, drawing->ladder, i, drawing->options->normal);
        ladder_lane_place(&place, drawing->ladder, i, drawing->options->normal);
        double width = svg_width(text_string(&name), name.length) + 20;
        text_format(drawing->out,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"24\" rx=\"5\" class=\"head\" fill=\"none\" "
                    "stroke=\"currentColor\" stroke-opacity=\".5\"/>\n",
                    drawing->x[i] - width / 2, drawing->y + 0.5, width);
        add_text(drawing, drawing->x[i], drawing->y + 17, "middle", "name", text_string(&name), name.length);
        if (place.length > 0)
            add_text(drawing, drawing->x[i], drawing->y + 39, "middle", "place quiet", text_string(&place),
                     place.length);
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

static const char *class_of(const struct drawing *drawing, const struct ladder_cell *cell)
{
    static const char *const classes[] = {
        [LADDER_CALL] = "call", [LADDER_FAILED] = "failed", [LADDER_NOTED] = "noted", [LADDER_STATE] = "state"};
    return classes[ladder_cell_look(drawing->ladder, cell)];
}

/* The call beside its lane, left of the first one; lines below each other.  How many there were. */
static size_t add_label(struct drawing *drawing, const struct ladder_cell *cell, double y)
{
    size_t lane = (size_t)cell->lane, lines = 0;
    bool left = lane == 0 && drawing->ladder->lane_count > 1;
    double x = drawing->x[lane] + (left ? -BESIDE : BESIDE);
    const char *class = class_of(drawing, cell);
    struct text words = TEXT_EMPTY;
    ladder_cell_words(&words, drawing->ladder, cell, drawing->options->normal);
    text_format(drawing->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" class=\"%s\"/>\n", drawing->x[lane], y, class);
    for (size_t at = 0; at < words.length; lines++) {
        size_t taken = utf8_fitting(words.bytes + at, words.length - at, WIDEST_LABEL);
        add_text(drawing, x, y + 4 + (double)lines * LINE, left ? "end" : "start", class, words.bytes + at, taken);
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
    return (drawing->x[arrow->from] + drawing->x[next]) / 2;
}

static void add_arrow(struct drawing *drawing, const struct ladder_arrow *arrow, double y, bool below)
{
    double from = drawing->x[arrow->from], to = drawing->x[arrow->to], direction = to > from ? 1 : -1;
    double fall = fall_of(arrow), length = fabs(to - from), rise = fall / length;
    bool stops = arrow->packet != NULL && (arrow->lost || arrow->pending);
    double tip = stops ? from + direction * length * 3 / 4 : to - direction * 3, tip_y = y + fall;
    struct ladder_data data;
    struct text words = TEXT_EMPTY;
    const char *class = arrow->lost ? "lost" : "arrow";
    text_format(drawing->out,
                "<path d=\"M%.1f %.1fL%.1f %.2f\" class=\"%s\" stroke=\"currentColor\" stroke-width=\"1.3\"%s/>\n",
                from + direction * 3, y, tip - direction * 8, tip_y - 8 * rise, class,
                (arrow->lost && !stops) || arrow->pending ? " stroke-dasharray=\"3 4\"" : "");
    if (stops && !arrow->pending)
        text_format(
            drawing->out,
            "<path d=\"M%.1f %.1fl8 8m-8 0l8 -8\" class=\"%s\" stroke=\"currentColor\" stroke-width=\"1.6\"/>\n",
            tip - 4, tip_y - 4, class);
    else if (!stops)
        text_format(drawing->out, "<path d=\"M%.1f %.1fl%.1f %.1fv8z\" class=\"%s tip\"/>\n", tip, tip_y,
                    -direction * 10, -4.0 - 10 * rise, class);
    ladder_arrow_words(&words, drawing->ladder, arrow, WIDEST_DATA);
    if (words.length > 0)
        add_text(drawing, words_at(drawing, arrow), y + fall / 2 + (below ? 14 : -5), "middle",
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
    double middle = last > 0 ? (drawing->x[0] + drawing->x[last]) / 2 : drawing->x[0] + BESIDE;
    double half = svg_width(text_string(&words), words.length) / (last > 0 ? 2 : 1) + 6;
    add_broken_lines(drawing, ARROW_ROW, middle, last > 0 ? half : 0);
    add_text(drawing, middle, drawing->y + ARROW_ROW / 2.0 + 4, last > 0 ? "middle" : "start", "quiet",
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
        .light = ".failed,.lost{fill:#b3261e}.lost{color:#b3261e}.data{fill:#0a5e2a}.state{fill:#6b3fa0}"
                 ".noted{fill:#7a4d00}\n.arrow{color:#3b5b8c}.tip{fill:currentColor}",
        .dark = ".failed,.lost{fill:#ff8a80}.lost{color:#ff8a80}.data{fill:#8fdca4}.state{fill:#cdb0f5}"
                ".noted{fill:#f0c674}\n.arrow{color:#9bb8e8}.tip{fill:currentColor}",
    };
    add_title(&title, drawing);
    ladder_sentences(&sentences, drawing->ladder, drawing->options->normal);
    svg_begin(out, &svg, drawing->options);
    text_add(out, "<g stroke=\"currentColor\" stroke-width=\"1\">\n");
    text_add(out, text_string(&drawing->lanes));
    text_add(out, "</g>\n");
    text_free(&title);
    text_free(&sentences);
}

void ladder_svg(struct text *out, const struct ladder *ladder, const struct svg_options *options)
{
    struct text body = TEXT_EMPTY;
    struct drawing drawing = {.out = &body,
                              .ladder = ladder,
                              .options = options,
                              .y = 2,
                              .x = memory_new(ladder->lane_count, sizeof(double))};
    if (ladder->lane_count > 0) {
        place_lanes(&drawing);
        add_heads(&drawing);
        for (size_t i = 0; i < ladder->row_count; i++)
            if (ladder->rows[i].kind == LADDER_ROW)
                add_row(&drawing, &ladder->rows[i]);
            else
                add_quiet_row(&drawing, i);
        add_lane_lines(&drawing, 10);
        drawing.y = ceil(drawing.y + 12);
        add_begin(out, &drawing);
        text_add_bytes(out, text_string(&body), body.length);
        text_add(out, "</svg>\n");
    }
    text_free(&body);
    text_free(&drawing.lanes);
    free(drawing.x);
}
