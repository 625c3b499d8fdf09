/*
 * notes.h: what peers said, and how they failed.  Floor: trace.
 *
 * A peer's output and the traceback that ended it are notes in the timeline, long ones in several records.
 */
#ifndef SOCKRATES_TRACE_NOTES_H
#define SOCKRATES_TRACE_NOTES_H

#include "base/text.h"
#include "trace/ring.h"

#include <stdbool.h>

struct note {
    int actor;
    bool failed;
    bool open;         /* its next record is still to come */
    struct text words; /* visible, the first bytes of it; "…" where more was said */
};

struct notes {
    struct note *list;
    size_t count;
};

/* Writes a note of any length into the timeline; flags: EVENT_FAILED or 0. */
void note_record(struct ring *ring, int actor, uint32_t chunk, const char *note, size_t length, unsigned flags);

/* Takes in one event of many; what is no note, or only says that a peer was stopped, is left out. */
void notes_add(struct notes *notes, const struct event *event);

/* Takes in what was written to the ring since *next, where it goes on the next time. */
void notes_read(struct notes *notes, const struct ring *ring, uint64_t *next);

/* Drops the oldest ones until so many are left. */
void notes_limit(struct notes *notes, size_t most);
void notes_free(struct notes *notes);

/*
 * What a peer said, as people read it: visible text, of a failure without what a traceback says of our own functions
 * and of the place it was called from.
 */
void note_write(struct text *out, const char *bytes, size_t length, bool failed);

/* Why it failed alone, without the place: what stays the same when lines move and folders are called otherwise. */
void note_write_reason(struct text *out, const char *bytes, size_t length);

#endif
