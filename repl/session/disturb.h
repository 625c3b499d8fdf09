/*
 * disturb.h: bad days, in the worker.  Floor: session.
 *
 * All that disturbs the learner's code stands outside of its Lua state: relays before its peers, the wire, signals that
 * a relay sends.  Until the front says so, they change nothing.
 */
#ifndef SOCKRATES_SESSION_DISTURB_H
#define SOCKRATES_SESSION_DISTURB_H

#include "lua/runtime.h"

#include <jansson.h>

/* From here on peers for streams are reached through relays.  Before the room is entered. */
void disturb_prepare(struct runtime *runtime);

/*
 * From now on it is the bad day that `wanted` tells of, as session_disturb() writes it; without one only what happens
 * is measured.  False when there is no such day.
 */
bool disturb_begin(struct runtime *runtime, const json_t *wanted);

/* What happened since then: {"longest": [bytes, bytes], "packets": n, "applied": n}. */
json_t *disturb_tell(struct runtime *runtime);

/* The name of the fault, "rst@1"; NULL on a good day. */
const char *disturb_name(const struct runtime *runtime);

#endif
