#include "views/chart.h"

#include "base/memory.h"
#include "base/rows.h"
#include "views/chart_source.h"
#include "views/order.h"

#include <stdlib.h>

static const struct chart_row_of {
    const char *name;
    chart_maker *make;
    const char *nothing;
} charts[CHARTS] = {
    [CHART_BYTES] = {"bytes", chart_make_bytes, "No stream carried anything in the last step."},
    [CHART_TIME] = {"time", chart_make_time, "No call of the last step had to wait."},
    [CHART_READY] = {"ready", chart_make_ready, "Nobody called select() or poll() in the last step."},
};

const char *chart_name(enum chart_kind kind)
{
    return charts[kind].name;
}

const char *chart_nothing(enum chart_kind kind)
{
    return charts[kind].nothing;
}

enum chart_kind chart_named(const char *name)
{
    const struct chart_row_of *row = row_named(ROWS(charts), name);
    return row != NULL ? (enum chart_kind)(row - charts) : CHARTS;
}

struct chart *chart_new(const struct findings *findings, enum chart_kind kind, bool normal)
{
    struct chart *chart = memory_new(1, sizeof *chart);
    struct operations *ordered = NULL;
    struct moment *moments = normal ? order_make(findings, &ordered) : NULL;
    const struct chart_source source = {.findings = findings,
                                        .operations = normal ? ordered : findings->operations,
                                        .moments = normal ? moments : findings->moments,
                                        .moment_count = findings->moment_count,
                                        .normal = normal};
    chart->kind = (int)kind;
    charts[kind].make(chart, &source);
    operations_free(ordered);
    free(moments);
    return chart;
}
