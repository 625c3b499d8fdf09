/*
 * settle.h: when what was done is over.  Floor: session.
 */
#ifndef SOCKRATES_SESSION_SETTLE_H
#define SOCKRATES_SESSION_SETTLE_H

#include "lua/runtime.h"

/*
 * Peers answer a moment after the chunk has ended: what they still do belongs to it.  Waits until they all wait
 * and nothing new has been recorded for a millisecond.
 */
void settle(const struct runtime *runtime);

#endif
