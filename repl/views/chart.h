/*
 * chart.h: one question about a step, as a picture along an axis.  Floor: views.
 *
 *     bytes    a ruler of each stream: how the calls cut it that sent, and those that received
 *     time     a bar for each call that took time, and how long each was allowed to
 *     ready    what each look of select() and poll() found, socket by socket
 *
 * Pure: events in, panels of rows and spans out.  Text, SVG and JSON are drawn from the same model, so one more chart
 * is a row in chart.c and a maker.
 */
#ifndef SOCKRATES_VIEWS_CHART_H
#define SOCKRATES_VIEWS_CHART_H

#include "trace/findings.h"
#include "views/chart_model.h"

enum chart_kind { CHART_BYTES, CHART_TIME, CHART_READY, CHARTS };

/* "bytes", as it is asked for; and what to say instead of one that is empty. */
const char *chart_name(enum chart_kind kind);
const char *chart_nothing(enum chart_kind kind);

/* The chart that is called so; CHARTS for none. */
enum chart_kind chart_named(const char *name);

/* Normal: the same in every run, with the times of views/order.h. */
struct chart *chart_new(const struct findings *findings, enum chart_kind kind, bool normal);

#endif
