/*
 * record.h: an outcome on its way from the worker to the front.  Floor: session.
 *
 * A fixed head, then texts, each with its length before it.  Output and events are not in it: they went another way.
 * The worker runs other people's code, so what it sends is read strictly: every length is checked against what is
 * there, every text is one that may be shown as it is, nothing may be left over.
 */
#ifndef SOCKRATES_SESSION_RECORD_H
#define SOCKRATES_SESSION_RECORD_H

#include "base/text.h"
#include "session/outcome.h"

/* The events of the chunk are those numbered [first, last) in the ring. */
void record_write(struct text *out, const struct outcome *outcome, uint64_t first, uint64_t last);

/* NULL for what is no record. */
struct outcome *record_read(const char *bytes, size_t length, uint64_t *first, uint64_t *last);

#endif
