/*
 * chart_svg.h: a chart as a drawing.  Floor: views.
 *
 * As the ladder's (ladder_svg.h): no script, no style attributes; classes a page may colour: sent, received, unread,
 * bytes, blocked, working, quick, failed, allowed, ready, name, axis.  A title and all of it in sentences stand in it,
 * and no two signs differ by colour alone.
 */
#ifndef SOCKRATES_VIEWS_CHART_SVG_H
#define SOCKRATES_VIEWS_CHART_SVG_H

#include "views/chart.h"
#include "views/ladder_svg.h"

void chart_svg(struct text *out, const struct chart *chart, const struct ladder_svg_options *options);

#endif
