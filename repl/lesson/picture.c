#include "lesson/picture.h"

#include "views/chart_text.h"

bool picture_is_whole(const struct block *block, const struct outcome *outcome)
{
    bool any = (block->show & PANE_PACKETS) == 0 || (block->drawn & PANE_CHARTS) != 0;
    for (size_t i = 0; i < outcome->event_count && !any; i++)
        any = outcome->events[i].kind == EVENT_PACKET;
    return any;
}

static const struct ladder_paper paper = {.width = PICTURE_WIDTH, .unicode = true, .normal = true};

static void add_chart(struct text *out, const struct findings *findings, unsigned pane)
{
    for (int kind = 0; kind < CHARTS; kind++) {
        struct chart *chart = pane == PANE_OF_CHART(kind) ? chart_new(findings, (enum chart_kind)kind, true) : NULL;
        if (chart != NULL)
            chart_text(out, chart, &paper);
        chart_free(chart);
    }
}

static void add_ladder(struct text *out, const struct findings *findings, const struct block *block)
{
    struct ladder_options options = ladder_normal_options();
    options.states = block->show & PANE_STATE;
    options.packets = block->show & PANE_PACKETS;
    struct ladder *ladder = ladder_new(findings, &options);
    ladder_text(out, ladder, &paper);
    ladder_free(ladder);
}

char *picture_of(const struct block *block, const struct outcome *outcome)
{
    if (!picture_is_whole(block, outcome))
        return NULL;
    struct findings *findings = outcome_findings(outcome);
    struct text out = TEXT_EMPTY;
    if (block->drawn & PANE_CHARTS)
        add_chart(&out, findings, block->drawn);
    else
        add_ladder(&out, findings, block);
    findings_free(findings);
    return text_steal(&out);
}

unsigned picture_charts(const struct block *block)
{
    return (block->show | block->drawn) & PANE_CHARTS;
}
