/*
 * svg.h: what all drawings share: their letters and their frame.  Floor: views.
 *
 * An <svg> element without script and without style attributes, so that the strictest policy lets it pass.
 * Everything is drawn in the colour of the text around it; a page's stylesheet may colour the classes in it.  A title
 * and all of it in sentences stand in it for those who cannot see it.
 */
#ifndef SOCKRATES_VIEWS_SVG_H
#define SOCKRATES_VIEWS_SVG_H

#include "base/text.h"

/* In units of the drawing; the font's letters are all equally wide. */
#define SVG_LETTER    7.8
#define SVG_FONT_SIZE 13
#define SVG_MARGIN    12

struct svg_options {
    const char *id; /* unique in the page: ids in the drawing begin with it */
    bool normal;    /* the same drawing in every run */
    bool alone;     /* a file of its own: with its colours, for light and dark */
};

struct svg {
    const char *class;
    double width, height;
    const struct text *title, *sentences;
    const char *light, *dark; /* rules of a file of its own: to be read on white and on black */
};

/* How wide the text is drawn. */
double svg_width(const char *bytes, size_t length);

/* %f is a number, written as short as a tenth is exact enough, and %s a string of SVG. */
void svg_format(struct text *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* All that comes before the shapes; "</svg>" ends it. */
void svg_begin(struct text *out, const struct svg *svg, const struct svg_options *options);

#endif
