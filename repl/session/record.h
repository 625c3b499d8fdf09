/*
 * record.h: an outcome as bytes, on its way from the worker to the front, and for who keeps it.  Floor: session.
 *
 * A fixed head, then texts, each with its length before it.  The worker runs other people's code, so records are read
 * strictly: every length is checked against what is there, every text is one that may be shown as it is, nothing may be
 * left over.
 */
#ifndef SOCKRATES_SESSION_RECORD_H
#define SOCKRATES_SESSION_RECORD_H

#include "base/text.h"
#include "session/outcome.h"

/*
 * Without output and events, which went another way.  The events of the chunk are those numbered [first, last) in the
 * ring.
 */
void record_write(struct text *out, const struct outcome *outcome, uint64_t first, uint64_t last);

/* NULL for what is no record. */
struct outcome *record_read(const char *bytes, size_t length, uint64_t *first, uint64_t *last);

/* With all of it.  Only the program that wrote such a record can read it. */
void record_write_whole(struct text *out, const struct outcome *outcome);
struct outcome *record_read_whole(const char *bytes, size_t length);

#endif
