/*
 * chart.h: one question about a step, as a picture along an axis.  Floor: views.
 *
 * Pure: events in, panels of rows and spans out.  Text, SVG and JSON are drawn from the same model, so one more chart
 * is a row in charts.h and a maker.
 */
#ifndef SOCKRATES_VIEWS_CHART_H
#define SOCKRATES_VIEWS_CHART_H

#include "trace/findings.h"
#include "views/chart_model.h"
#include "views/charts.h"

/* "bytes", as it is asked for; and what to say instead of one that is empty. */
const char *chart_name(enum chart_kind kind);
const char *chart_nothing(enum chart_kind kind);

/* The chart that is called so; CHARTS for none. */
enum chart_kind chart_named(const char *name);

/* How they are asked for in a session: ":chart bytes, :chart time" and, behind `last`, ":chart ready". */
void chart_add_commands(struct text *out, const char *last);

/* Normal: the same in every run, with the times of views/order.h. */
struct chart *chart_new(const struct findings *findings, enum chart_kind kind, bool normal);

#endif
