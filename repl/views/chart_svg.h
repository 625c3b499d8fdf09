/*
 * chart_svg.h: a chart as a drawing (svg.h).  Floor: views.
 *
 * Classes that a page may colour: sent, received, unread, bytes, blocked, working, quick, failed, allowed, ready, name,
 * axis.  No two signs differ by colour alone.
 */
#ifndef SOCKRATES_VIEWS_CHART_SVG_H
#define SOCKRATES_VIEWS_CHART_SVG_H

#include "views/chart.h"
#include "views/svg.h"

void chart_svg(struct text *out, const struct chart *chart, const struct svg_options *options);

#endif
