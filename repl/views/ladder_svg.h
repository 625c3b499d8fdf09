/*
 * ladder_svg.h: the ladder as a drawing (svg.h).  Floor: views.
 *
 * Classes that a page may colour: lane, head, name, place, call, failed, noted, state, data, arrow, lost, quiet.
 */
#ifndef SOCKRATES_VIEWS_LADDER_SVG_H
#define SOCKRATES_VIEWS_LADDER_SVG_H

#include "views/ladder_words.h"
#include "views/svg.h"

void ladder_svg(struct text *out, const struct ladder *ladder, const struct svg_options *options);

#endif
