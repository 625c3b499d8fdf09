/*
 * ladder_lanes.h: the lanes of a ladder: who stands in which.  Floor: views.
 *
 * They come to be as they are asked for.  Whoever talks with itself has one for each end.
 */
#ifndef SOCKRATES_VIEWS_LADDER_LANES_H
#define SOCKRATES_VIEWS_LADDER_LANES_H

#include "views/ladder_model.h"

struct ladder_lanes {
    struct ladder *ladder;
    int *sides; /* by socket: which lane of its actor */
};

/* Busy: pairs that carry nothing make no second lane. */
void ladder_lanes_begin(struct ladder_lanes *lanes, struct ladder *ladder, bool busy);

/* Where the call was made; where the message or the packet begins or ends. */
int ladder_lanes_operation(const struct ladder_lanes *lanes, const struct operation *operation);
int ladder_lanes_message(const struct ladder_lanes *lanes, const struct message *message, bool sender);
int ladder_lanes_packet(const struct ladder_lanes *lanes, const struct seen_packet *packet, bool sender);

/* All rows are there: the learner's lanes come first, the others as they appeared. */
void ladder_lanes_order(struct ladder *ladder);

/* What there is to say of each lane; ends the lanes' making. */
void ladder_lanes_end(struct ladder_lanes *lanes);

#endif
