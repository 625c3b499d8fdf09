/*
 * order.h: what happened, in an order that is the same in every run.  Floor: views.
 *
 * Two that do not wait for each other come first by chance.  Here each actor's calls keep their order, what
 * was received comes after what was sent, and waiting takes as long as was asked; everything else takes no
 * time, and of what can happen at once the peers' part comes first.
 */
#ifndef SOCKRATES_VIEWS_ORDER_H
#define SOCKRATES_VIEWS_ORDER_H

#include "trace/messages.h"
#include "trace/operations.h"

/* Puts the moments of the step in that order and gives them, and the operations, its times. */
void order_make(const struct timeline *timeline, struct operations *operations, const struct sockets *sockets,
                const struct messages *messages, struct moment *moments, size_t count);

#endif
