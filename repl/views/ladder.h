/*
 * ladder.h: a step as a picture: lanes from left to right, time downward.  Floor: views.
 *
 * Pure: events in, lanes and rows out; no texts, no sizes.  Text, SVG and JSON are drawn from the same model.
 * Arrows are made from the calls of both sides, or, where the wire recorded some and they are asked for, they are the
 * packets.
 */
#ifndef SOCKRATES_VIEWS_LADDER_H
#define SOCKRATES_VIEWS_LADDER_H

#include "base/clock.h"
#include "views/ladder_model.h"

struct ladder_options {
    int64_t gap;  /* from here on waiting is drawn as a gap; 0: 10 ms */
    size_t most;  /* rows; 0: 160 */
    bool states;  /* draw changes of state */
    bool normal;  /* the same picture in every run: see views/order.h; with packets in the order that was */
    bool packets; /* arrows are packets, where any were recorded */
    bool acks;    /* also those that only acknowledge */
    bool busy;    /* without what event loops do for themselves: looks that find nothing, pairs that carry nothing */
    bool numbers; /* with sequence and acknowledgement numbers */
};

/* What pages and the files of lessons show: the same in every run. */
struct ladder_options ladder_normal_options(void);

/* The findings are borrowed for as long as the ladder lives. */
struct ladder *ladder_new(const struct findings *findings, const struct ladder_options *options);
void ladder_free(struct ladder *ladder);

/* True when anything passed between two lanes. */
bool ladder_has_arrows(const struct ladder *ladder);

/* What the arrow carries: `kept` bytes of `total`. */
struct ladder_data {
    const char *bytes;
    size_t kept, total;
};

/* False when it carries no data. */
bool ladder_arrow_data(struct ladder_data *data, const struct ladder *ladder, const struct ladder_arrow *arrow);

#endif
