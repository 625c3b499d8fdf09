/*
 * html_views.h: what really happened in a step, for a page.  Floor: render.
 *
 * Pages come out the same in every run: no times, no ports that the kernel chose, one line for a call and the
 * waits behind it.
 */
#ifndef SOCKRATES_RENDER_HTML_VIEWS_H
#define SOCKRATES_RENDER_HTML_VIEWS_H

#include "base/text.h"
#include "views/chart.h"

struct html_ladder {
    const char *id; /* of the picture, unique in the page */
    bool states;    /* with changes of state */
    bool packets;   /* with packets, where the wire recorded some */
    bool always;    /* also when nothing passed between two */
};

/* <figure class="ladder"> with the picture as SVG. */
void html_ladder(struct text *out, const struct findings *findings, const struct html_ladder *wanted);

/* The same of a chart; nothing where there is nothing to draw. */
void html_chart(struct text *out, const struct findings *findings, enum chart_kind kind, const char *id);

/* <details class="calls">: the learner's system calls, folded; nothing when there were none. */
void html_calls(struct text *out, const struct findings *findings);

#endif
