#include "views/chart_svg.h"

#include "base/array.h"
#include "base/html_escape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Everything in units of the drawing. */
#define ROW         24
#define TITLE       30
#define LINE_LEAST  40 /* letters of a line, and of an axis of time */
#define LINE_MOST   70
#define CLOCK_WIDTH 420
#define LINE        1.3
#define SIGN_WIDTH  26 /* of a sign in the legend */

/* Lines that look alike are one path. */
struct pen {
    const char *class, *dashes;
    double width;
    struct text path;
};

struct drawing {
    struct text *out;
    struct pen *pens;
    size_t pen_count;
    const struct chart *chart;
    const struct chart_panel *panel;
    double gutter, width, y;
    int64_t from, to; /* what of the panel the line shows */
};

/* Dashes; each is one string, wherever it is drawn. */
static const char DASHED[] = "3 4", DOTTED[] = "2 4";

/* How each kind is drawn, and the class that a page may colour. */
struct stroke {
    const char *class;
    void (*draw)(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label);
    double height;
};

/* --- shapes --------------------------------------------------------------------------------------------- */

static void add_text(struct drawing *drawing, double x, double y, const char *attributes, const char *text)
{
    if (*text == '\0')
        return;
    svg_format(drawing->out, "<text x=\"%f\" y=\"%f\" %s>", x, y, attributes);
    html_escape_between(drawing->out, text, strlen(text));
    text_add(drawing->out, "</text>\n");
}

static double text_width(const char *text)
{
    return svg_width(text, strlen(text));
}

static struct text *path_of(struct drawing *drawing, const char *class, double width, const char *dashes)
{
    for (size_t i = 0; i < drawing->pen_count; i++) {
        struct pen *pen = &drawing->pens[i];
        if (strcmp(pen->class, class) == 0 && pen->width == width && pen->dashes == dashes)
            return &pen->path;
    }
    ARRAY_ADD(drawing->pens, drawing->pen_count, (struct pen){class, dashes, width, TEXT_EMPTY});
    return &drawing->pens[drawing->pen_count - 1].path;
}

/* Above bars, whose ends they mark. */
static void add_paths(struct drawing *drawing)
{
    for (size_t i = 0; i < drawing->pen_count; i++) {
        struct pen *pen = &drawing->pens[i];
        svg_format(drawing->out, "<path class=\"%s\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"%f\"",
                   pen->class, pen->width);
        if (pen->dashes != NULL)
            svg_format(drawing->out, " stroke-dasharray=\"%s\"", pen->dashes);
        svg_format(drawing->out, " d=\"%s\"/>\n", text_string(&pen->path));
        text_free(&pen->path);
    }
    free(drawing->pens);
}

static void add_stroke(struct drawing *drawing, const char *class, const char *dashes, double from, double to, double y)
{
    if (to > from)
        svg_format(path_of(drawing, class, LINE, dashes), "M%f %fH%f", from, y, to);
}

static void add_post(struct drawing *drawing, const char *class, double width, double x, double from, double to)
{
    svg_format(path_of(drawing, class, width, NULL), "M%f %fV%f", x, from, to);
}

/* From one end to the other, its number in the middle. */
static void piece(struct drawing *drawing, const char *class, const char *dashes, double from, double to,
                  const char *label)
{
    double y = drawing->y + ROW / 2.0, middle = (from + to) / 2, half = label ? text_width(label) / 2 + 3 : 0;
    bool fits = label != NULL && text_width(label) <= to - from - 2;
    struct text attributes = TEXT_EMPTY;
    add_post(drawing, class, LINE, from + 2, y - 5, y + 5);
    add_post(drawing, class, LINE, to - 2, y - 5, y + 5);
    add_stroke(drawing, class, dashes, from + 2, fits ? middle - half : to - 2, y);
    if (fits)
        add_stroke(drawing, class, dashes, middle + half, to - 2, y);
    text_format(&attributes, "class=\"%s\" text-anchor=\"middle\"", class);
    if (fits)
        add_text(drawing, middle, y + 4.5, text_string(&attributes), label);
    text_free(&attributes);
}

static void draw_piece(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label)
{
    piece(drawing, stroke->class, NULL, from, to, label);
}

static void draw_missing(struct drawing *drawing, const struct stroke *stroke, double from, double to,
                         const char *label)
{
    piece(drawing, stroke->class, DASHED, from, to, label);
}

static void draw_label(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label)
{
    struct text attributes = TEXT_EMPTY;
    (void)to;
    text_format(&attributes, "class=\"%s\" xml:space=\"preserve\"%s", stroke->class,
                stroke->height > 0 ? " font-weight=\"bold\"" : "");
    add_text(drawing, from, drawing->y + ROW / 2.0 + 4.5, text_string(&attributes), label ? label : "r");
    text_free(&attributes);
}

static void draw_upper(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label)
{
    (void)to, (void)label;
    add_post(drawing, stroke->class, LINE, from, drawing->y - 5, drawing->y + ROW / 2.0 - 1);
}

static void draw_lower(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label)
{
    (void)to, (void)label;
    add_post(drawing, stroke->class, LINE, from, drawing->y + ROW / 2.0 + 1, drawing->y + ROW + 5);
}

static void draw_both(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label)
{
    (void)to, (void)label;
    add_post(drawing, stroke->class, LINE, from, drawing->y - 5, drawing->y + ROW + 5);
}

static void draw_bar(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label)
{
    (void)label;
    svg_format(drawing->out,
               "<rect x=\"%f\" y=\"%f\" width=\"%f\" height=\"%f\" rx=\"2\" class=\"%s\" "
               "fill=\"currentColor\"/>\n",
               from, drawing->y + (ROW - stroke->height) / 2, to - from > 2 ? to - from : 2, stroke->height,
               stroke->class);
}

static void draw_post(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label)
{
    (void)to, (void)label;
    add_post(drawing, stroke->class, 1.6, from, drawing->y + 4, drawing->y + ROW - 4);
}

static void draw_cross(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label)
{
    (void)to, (void)label;
    svg_format(path_of(drawing, stroke->class, 2, NULL), "M%f %fl10 10m-10 0l10-10", from - 5,
               drawing->y + ROW / 2.0 - 5);
}

static void draw_limit(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label)
{
    (void)label;
    add_stroke(drawing, stroke->class, DOTTED, from, to, drawing->y + ROW / 2.0);
    add_post(drawing, stroke->class, LINE, to, drawing->y + 6, drawing->y + ROW - 6);
}

static void draw_beyond(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label)
{
    (void)label;
    add_stroke(drawing, stroke->class, DOTTED, from, to, drawing->y + ROW / 2.0);
    svg_format(path_of(drawing, stroke->class, LINE, NULL), "M%f %fl5 4l-5 4", to - 5, drawing->y + ROW / 2.0 - 4);
}

static void draw_dot(struct drawing *drawing, const struct stroke *stroke, double from, double to, const char *label)
{
    (void)to, (void)label;
    svg_format(drawing->out, "<circle cx=\"%f\" cy=\"%f\" r=\"1.8\" class=\"%s\" fill=\"currentColor\"/>\n",
               from + SVG_LETTER / 2, drawing->y + ROW / 2.0, stroke->class);
}

static const struct stroke strokes[SPAN_KINDS] = {
    [SPAN_SENT] = {"sent", draw_piece, 0},           [SPAN_RECEIVED] = {"received", draw_piece, 0},
    [SPAN_UNREAD] = {"quiet", draw_missing, 0},      [SPAN_UNKNOWN] = {"quiet", draw_missing, 0},
    [SPAN_MORE] = {"quiet", draw_missing, 0},        [SPAN_BYTES] = {"bytes", draw_label, 0},
    [SPAN_CUT_SENT] = {"sent", draw_upper, 0},       [SPAN_CUT_RECEIVED] = {"received", draw_lower, 0},
    [SPAN_CUT_BOTH] = {"quiet", draw_both, 0},       [SPAN_BLOCKED] = {"blocked", draw_bar, 12},
    [SPAN_WORKING] = {"quiet", draw_bar, 3},         [SPAN_QUICK] = {"quick", draw_post, 0},
    [SPAN_FAILED] = {"failed", draw_cross, 0},       [SPAN_ALLOWED] = {"quiet", draw_limit, 0},
    [SPAN_ALLOWED_MORE] = {"quiet", draw_beyond, 0}, [SPAN_STAYED] = {"found", draw_bar, 4},
    [SPAN_FOUND] = {"found", draw_label, 1},         [SPAN_FOUND_NOTHING] = {"quiet", draw_dot, 0},
    [SPAN_NOTE] = {"quiet", draw_label, 0},
};

/* --- a line --------------------------------------------------------------------------------------------- */

static double x_of(const struct drawing *drawing, int64_t at)
{
    if (drawing->panel->axis == CHART_LETTERS)
        return drawing->gutter + (double)(at - drawing->from) * SVG_LETTER;
    return drawing->gutter + (double)at / (double)drawing->panel->extent * CLOCK_WIDTH;
}

/* What is between two cuts ends in the middle of their letters, and so does a cut stand there. */
static void add_span(struct drawing *drawing, const struct chart_span *span)
{
    const struct stroke *stroke = &strokes[span->kind];
    bool shared = drawing->panel->shared, label = stroke->draw == draw_label;
    bool spans = stroke->draw == draw_piece || stroke->draw == draw_missing;
    int64_t end = drawing->to - (shared && spans);
    int64_t from = span->from > drawing->from ? span->from : drawing->from, to = span->to < end ? span->to : end;
    double middle = shared && !label ? SVG_LETTER / 2 : 0;
    if (span->from >= drawing->to || to < drawing->from || (spans && from >= to) ||
        ((label || !spans) && span->from < drawing->from && span->to <= drawing->from) ||
        (label && span->from < drawing->from))
        return;
    stroke->draw(drawing, stroke, x_of(drawing, from) + middle, x_of(drawing, to) + middle, span->label);
}

static void add_ticks(struct drawing *drawing)
{
    const struct chart_panel *panel = drawing->panel;
    double free_from = 0;
    add_text(drawing, SVG_MARGIN, drawing->y + 16, "class=\"quiet\"", panel->tick_label);
    for (size_t i = 0; i < panel->tick_count; i++) {
        const struct chart_tick *tick = &panel->ticks[i];
        double x = x_of(drawing, tick->at);
        if (tick->at < drawing->from || tick->at >= drawing->to || x < free_from)
            continue;
        add_text(drawing, x, drawing->y + 16, "class=\"quiet\"", tick->label);
        free_from = x + text_width(tick->label) + SVG_LETTER;
    }
    drawing->y += ROW;
}

static void add_line(struct drawing *drawing)
{
    const struct chart_panel *panel = drawing->panel;
    if (panel->ticks_above)
        add_ticks(drawing);
    for (size_t i = 0; i < panel->row_count; i++) {
        if (!chart_row_is_within(&panel->rows[i], drawing->from, drawing->to))
            continue;
        add_text(drawing, SVG_MARGIN, drawing->y + 16, "class=\"call\"", panel->rows[i].label);
        for (size_t k = 0; k < panel->rows[i].count; k++)
            add_span(drawing, &panel->rows[i].spans[k]);
        drawing->y += ROW;
    }
    if (!panel->ticks_above)
        add_ticks(drawing);
}

static void add_panel(struct drawing *drawing, const struct chart_panel *panel)
{
    drawing->panel = panel;
    add_text(drawing, SVG_MARGIN, drawing->y + 19, "class=\"name\" font-weight=\"bold\"", panel->title);
    drawing->y += TITLE;
    for (drawing->from = 0; drawing->from < panel->extent; drawing->from = drawing->to - panel->shared) {
        drawing->y += drawing->from > 0 ? 10 : 0;
        drawing->to = chart_line_end(panel, drawing->from, LINE_MOST);
        add_line(drawing);
        if (drawing->to >= panel->extent)
            break;
    }
    drawing->y += 8;
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static void measure(struct drawing *drawing)
{
    double widest = 0, labels = 0, lines = LINE_LEAST * SVG_LETTER, last = 0;
    for (size_t i = 0; i < drawing->chart->panel_count; i++) {
        const struct chart_panel *panel = &drawing->chart->panels[i];
        widest = fmax(widest, text_width(panel->title));
        for (size_t j = 0; panel->shared && j < panel->tick_count; j++)
            last = fmax(last, text_width(panel->ticks[j].label) - SVG_LETTER);
        labels = fmax(labels, text_width(panel->tick_label));
        for (size_t j = 0; j < panel->row_count; j++)
            labels = fmax(labels, text_width(panel->rows[j].label));
        double room = panel->axis == CHART_CLOCK
                          ? CLOCK_WIDTH + 3 * SVG_LETTER
                          : (double)(panel->extent < LINE_MOST ? panel->extent : LINE_MOST) * SVG_LETTER;
        lines = fmax(lines, room);
    }
    drawing->gutter = floor(SVG_MARGIN + labels + 2 * SVG_LETTER);
    drawing->width = ceil(fmax(SVG_MARGIN + widest, drawing->gutter + lines) + SVG_MARGIN + last);
}

/* Each sign that occurs, and what it means. */
static void add_legend(struct drawing *drawing)
{
    uint64_t kinds = chart_kinds(drawing->chart);
    double x = SVG_MARGIN;
    bool any = false;
    for (int kind = 0; kind < SPAN_KINDS; kind++) {
        const char *meaning = kinds >> kind & 1 ? chart_meaning((enum chart_span_kind)kind) : NULL;
        if (meaning == NULL)
            continue;
        bool letters = strokes[kind].draw == draw_label;
        double sign = letters ? 0 : SIGN_WIDTH, needed = sign + 6 + text_width(meaning);
        if (any && x + needed > drawing->width - SVG_MARGIN)
            x = SVG_MARGIN, drawing->y += ROW;
        if (!letters)
            strokes[kind].draw(drawing, &strokes[kind], x + (strokes[kind].height > 0 ? 0 : SIGN_WIDTH / 2.0),
                               x + SIGN_WIDTH - 4, NULL);
        add_text(drawing, x + sign + (letters ? 0 : 4), drawing->y + 16.5, "class=\"quiet\"", meaning);
        x += needed + 14;
        any = true;
    }
    drawing->y += any ? ROW : 0;
}

static void add_title(struct text *out, const struct chart *chart)
{
    for (size_t i = 0; i < chart->panel_count; i++)
        text_format(out, "%s%s", i > 0 ? "; " : "", chart->panels[i].title);
}

static void add_begin(struct text *out, const struct drawing *drawing, const struct svg_options *options)
{
    struct text title = TEXT_EMPTY, sentences = TEXT_EMPTY;
    const struct svg svg = {
        .class = "chart",
        .width = drawing->width,
        .height = drawing->y,
        .title = &title,
        .sentences = &sentences,
        .light =
            ".sent,.found{color:#0a5e2a}.received,.blocked{color:#6b3fa0}.failed{color:#b3261e}.quiet{color:#59636e}",
        .dark =
            ".sent,.found{color:#8fdca4}.received,.blocked{color:#cdb0f5}.failed{color:#ff8a80}.quiet{color:#9aa4ae}",
    };
    add_title(&title, drawing->chart);
    chart_sentences(&sentences, drawing->chart);
    svg_begin(out, &svg, options);
    text_free(&title);
    text_free(&sentences);
}

void chart_svg(struct text *out, const struct chart *chart, const struct svg_options *options)
{
    struct text body = TEXT_EMPTY;
    struct drawing drawing = {.out = &body, .chart = chart, .y = 2};
    if (chart->panel_count == 0)
        return;
    measure(&drawing);
    for (size_t i = 0; i < chart->panel_count; i++)
        add_panel(&drawing, &chart->panels[i]);
    add_legend(&drawing);
    add_paths(&drawing);
    drawing.y = ceil(drawing.y + 6);
    add_begin(out, &drawing, options);
    text_add_bytes(out, text_string(&body), body.length);
    text_add(out, "</svg>\n");
    text_free(&body);
}
