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
#define ROW(symbol, word, nothing) [CHART_##symbol] = {#word, chart_make_##word, nothing},
    CHART_ROWS(ROW)
#undef ROW
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

void chart_add_commands(struct text *out, const char *last)
{
    for (size_t i = 0; i < CHARTS; i++)
        text_format(out, "%s:chart %s", text_joint(i, CHARTS, last), charts[i].name);
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
    chart->kind = kind;
    charts[kind].make(chart, &source);
    operations_free(ordered);
    free(moments);
    return chart;
}
