/*
 * ladder.h: a step as a picture: lanes from left to right, time downward.  Floor: views.
 *
 * Pure: events in, lanes and rows out; no texts, no sizes.  Text, SVG and JSON are drawn from the same model.
 * Arrows are made from the calls of both sides; when packets are recorded, arrows are the packets, and only
 * ladder.c has to know.
 */
#ifndef SOCKRATES_VIEWS_LADDER_H
#define SOCKRATES_VIEWS_LADDER_H

#include "base/clock.h"
#include "trace/findings.h"

/* A column: the learner, a peer, or a place where nobody we know is. */
struct ladder_lane {
    int actor;              /* -1: a place */
    int side;               /* where an actor talks with itself: 1 the end that was called, 2 the second of a pair */
    struct address place;   /* of a place; of an actor: where it listens, if that is known */
    bool talks_with_itself; /* the actor has two lanes */
    size_t sockets;         /* how many different ones its cells are about */
};

enum ladder_phase {
    LADDER_WHOLE, /* the call and what it returned */
    LADDER_BEGUN, /* the call; what it returned stands further down */
    LADDER_ENDED, /* what it returned */
};

struct ladder_cell {
    int lane;
    uint32_t operation;
    enum ladder_phase phase;
    bool alone; /* no arrow of the row shows its data */
};

struct ladder_arrow {
    int from, to; /* lanes */
    uint32_t message;
    bool lost; /* nobody answered */
};

enum ladder_row_kind {
    LADDER_ROW,
    LADDER_GAP,    /* nothing happened for `gap` nanoseconds */
    LADDER_FOLD,   /* the `period` rows before it came `times` more times */
    LADDER_HIDDEN, /* `times` rows are left out */
};

struct ladder_row {
    enum ladder_row_kind kind;
    int64_t at; /* a moment */
    size_t cell_count;
    struct ladder_cell cells[2]; /* of different lanes */
    bool has_arrow;
    struct ladder_arrow arrow;
    int64_t gap;
    size_t period, times;
};

struct ladder {
    const struct timeline *timeline;     /* borrowed, as are the next three */
    const struct operations *operations; /* of a normal picture: `ordered` */
    const struct sockets *sockets;
    const struct messages *messages;
    struct operations *ordered;
    struct ladder_lane *lanes; /* the learner's first */
    size_t lane_count;
    struct ladder_row *rows;
    size_t row_count;
};

struct ladder_options {
    int64_t gap; /* from here on waiting is drawn as a gap; 0: 10 ms */
    size_t most; /* rows; 0: 160 */
    bool states; /* draw changes of state */
    bool normal; /* the same picture in every run: see views/order.h */
};

/* The findings are borrowed for as long as the ladder lives. */
struct ladder *ladder_new(const struct findings *findings, const struct ladder_options *options);
void ladder_free(struct ladder *ladder);

/* True when anything passed between two lanes. */
bool ladder_has_arrows(const struct ladder *ladder);

/* The event whose payload holds what the arrow carries; NULL for none. */
const struct event *ladder_arrow_data(const struct ladder *ladder, const struct ladder_arrow *arrow);

#endif
