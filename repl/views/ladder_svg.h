/*
 * ladder_svg.h: the ladder as a drawing.  Floor: views.
 *
 * An <svg> element without script and without style attributes, so that the strictest policy lets it pass.
 * Everything is drawn in the colour of the text around it; a page's stylesheet may colour the classes: lane,
 * head, name, place, call, failed, noted, state, data, arrow, lost, quiet.  A title and all of it in sentences
 * stand in it for those who cannot see it.
 */
#ifndef SOCKRATES_VIEWS_LADDER_SVG_H
#define SOCKRATES_VIEWS_LADDER_SVG_H

#include "views/ladder_words.h"

struct ladder_svg_options {
    const char *id; /* unique in the page: ids in the drawing begin with it */
    bool normal;    /* the same drawing in every run */
    bool alone;     /* a file of its own: with its colours, for light and dark */
};

void ladder_svg(struct text *out, const struct ladder *ladder, const struct ladder_svg_options *options);

#endif
