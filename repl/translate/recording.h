/*
 * recording.h: what was recorded, as a program wants to read it.  Floor: translate.
 *
 * Which of the calls belong to the program, and what must be known of each that stands in others.
 */
#ifndef SOCKRATES_TRANSLATE_RECORDING_H
#define SOCKRATES_TRANSLATE_RECORDING_H

#include "trace/findings.h"

#include <poll.h>

struct recording {
    const struct timeline *timeline;
    const struct operations *operations;
    const struct sockets *sockets;
    bool *needed;      /* by operation: it belongs to the program */
    int64_t *timeouts; /* by operation: of its socket; NET_FOREVER, NET_NOW or nanoseconds */
};

/* `all`: every step that is known, not only the last one and what that needs.  Ended by recording_close(). */
void recording_open(struct recording *recording, const struct findings *findings, bool all);
void recording_close(struct recording *recording);

static inline uint32_t recording_index(const struct recording *recording, const struct operation *operation)
{
    return (uint32_t)(operation - recording->operations->list);
}

/* The events that began and decided the operation. */
const struct event *recording_first(const struct recording *recording, const struct operation *operation);
const struct event *recording_last(const struct recording *recording, const struct operation *operation);

/* True when a signal ended the operation for good: its handler raised an error. */
bool recording_raised(const struct recording *recording, const struct operation *operation);

/*
 * True when the call would wait for ever: it never came back, or a signal helped it that nothing in the program sends.
 */
bool recording_never_ends(const struct recording *recording, const struct operation *operation);

/* Its socket; NULL for none. */
const struct traced_socket *recording_socket(const struct recording *recording, const struct operation *operation);

/*
 * What the chunk printed right after the call, and the operation that says so; NULL when something else came first.
 */
const struct operation *recording_print(const struct recording *recording, const struct operation *operation);

/* What the learner calls a descriptor that the operation gave: of a pair, the first or second; NULL for nothing. */
char *recording_name(const struct recording *recording, const struct operation *operation, int place);

/* The function on whose behalf it was made, and the last operation that was part of the same call of it. */
enum event_function recording_function(const struct recording *recording, const struct operation *operation);
const struct operation *recording_function_end(const struct recording *recording, const struct operation *operation);

/* The one of a call of a function, from its first to its last operation, that made this system call; NULL for none. */
const struct operation *recording_function_part(const struct recording *recording, const struct operation *first,
                                                const struct operation *last, enum event_call call);

/* It belongs to an earlier step. */
static inline bool recording_is_earlier(const struct recording *recording, const struct operation *operation)
{
    return operation->first < recording->timeline->earlier_count;
}

/* What a poll(2) was given; false when there were more than are kept. */
#define WATCHED_MOST (EVENT_ROOM / sizeof(struct pollfd))
bool recording_watched(const struct event *event, struct pollfd *list, size_t *count);

/* What a select(2) was asked about: the descriptors to read from, to write to, and with news. */
void recording_masks(const struct event *event, int64_t masks[3]);

#endif
