/*
 * chart_json.h: a chart for programs.  Floor: views.
 */
#ifndef SOCKRATES_VIEWS_CHART_JSON_H
#define SOCKRATES_VIEWS_CHART_JSON_H

#include "views/chart.h"

#include <jansson.h>

/*
 * [{"title", "rows": [{"label", "spans": [...]}]}], a panel each; a new reference.  A span has its "kind", "first" and
 * "last", which are bytes of the stream, nanoseconds since the step began, or looks; perhaps "label" and "words".
 */
json_t *chart_to_json(const struct chart *chart);

#endif
