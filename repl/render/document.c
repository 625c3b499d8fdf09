#include "render/document.h"

#include "views/chart_json.h"
#include "views/ladder_json.h"

/* By name, those that show anything. */
static json_t *charts_of(const struct findings *findings)
{
    json_t *charts = json_object();
    for (int kind = 0; kind < CHARTS; kind++) {
        struct chart *chart = chart_new(findings, (enum chart_kind)kind, false);
        if (chart->panel_count > 0)
            json_object_set_new(charts, chart_name((enum chart_kind)kind), chart_to_json(chart));
        chart_free(chart);
    }
    return charts;
}

json_t *outcome_document(const struct outcome *outcome)
{
    json_t *document = outcome_to_json(outcome);
    struct findings *findings = outcome_findings(outcome);
    if (timeline_has_calls(&findings->timeline)) {
        struct ladder *ladder = ladder_new(findings, &(struct ladder_options){.states = true, .packets = true});
        json_object_set_new(document, "ladder", ladder_to_json(ladder));
        ladder_free(ladder);
        json_object_set_new(document, "charts", charts_of(findings));
    }
    findings_free(findings);
    return document;
}
