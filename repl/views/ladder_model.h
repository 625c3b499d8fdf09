/*
 * ladder_model.h: what a ladder consists of: lanes, rows, cells, arrows.  Floor: views.
 */
#ifndef SOCKRATES_VIEWS_LADDER_MODEL_H
#define SOCKRATES_VIEWS_LADDER_MODEL_H

#include "trace/findings.h"
#include "trace/packet.h"

/* A column: the learner, a peer, or a place where nobody we know is. */
struct ladder_lane {
    int actor;              /* -1: a place */
    int side;               /* where an actor talks with itself: 1 the end that was called, 2 the second of a pair */
    struct address place;   /* of a place; of an actor: where it listens, if that is known */
    bool talks_with_itself; /* the actor has two lanes */
    size_t sockets;         /* how many different ones its cells are about */
    size_t last_row;        /* 1 + the last row with a cell of it, while rows are made */
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
    int state;  /* what a packet brought an end to, as TCP_INFO counts; 0: the cell is about its operation */
    int socket; /* of a state: whose; -1 for one we do not know */
};

struct ladder_arrow {
    int from, to;                     /* lanes */
    uint32_t message;                 /* where it is no packet */
    const struct seen_packet *packet; /* NULL: a message */
    bool lost;                        /* nobody answered; a packet that did not arrive */
    bool pending;                     /* a packet that is on its way still */
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
    struct seen_packet *packets; /* NULL: arrows are messages */
    size_t packet_count;
    bool *at_home; /* by actor: on the learner's host, though not the first there; NULL: only the first is */
    bool numbers;  /* packets show theirs */
    bool rounded;  /* gaps are about as long as they say */
    int own;       /* the actor whose calls are all shown: how others begin is of no interest */
    struct ladder_lane *lanes; /* the learner's first */
    size_t lane_count;
    struct ladder_row *rows;
    size_t row_count;
};

#endif
