/*
 * order.h: what happened, in an order that is the same in every run.  Floor: views.
 *
 * Two that do not wait for each other come first by chance.  Here each actor's calls keep their order, what
 * was received comes after what was sent, and waiting takes as long as was asked; everything else takes no
 * time, and of what can happen at once the peers' part comes first.
 */
#ifndef SOCKRATES_VIEWS_ORDER_H
#define SOCKRATES_VIEWS_ORDER_H

#include "trace/findings.h"

/*
 * All moments, those of the step in that order and with its times; yours to free.  *operations: the operations with
 * its times, yours too.
 */
struct moment *order_make(const struct findings *findings, struct operations **operations);

#endif
