/*
 * chart_text.h: a chart in characters.  Floor: views.
 *
 *     send  ├1─┼─2──┼──3──┤
 *           │he╵llo ╵world│
 *     recv  ├──────1──────┤
 */
#ifndef SOCKRATES_VIEWS_CHART_TEXT_H
#define SOCKRATES_VIEWS_CHART_TEXT_H

#include "views/chart.h"
#include "views/ladder_text.h"

void chart_text(struct text *out, const struct chart *chart, const struct ladder_paper *paper);

#endif
