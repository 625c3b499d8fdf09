/*
 * stream.h: what a cell prints, on its way to those who look.  Floor: kernel.
 *
 * Servers drop the output of who sends many small messages, or much at once: so it goes out at most twenty times a
 * second, in pieces of at most 64 KiB.
 */
#ifndef SOCKRATES_KERNEL_STREAM_H
#define SOCKRATES_KERNEL_STREAM_H

#include "kernel/post.h"

#include <stdint.h>

struct stream {
    struct text pending;
    size_t taken; /* of it, sent already */
    int64_t next; /* the moment from which on something may be sent */
};

void stream_add(struct stream *stream, const char *text, size_t length);

/* When stream_send() has something to do; CLOCK_NEVER. */
int64_t stream_moment(const struct stream *stream);

/* Sends a piece, once it is time; all of them with `all`. */
void stream_send(struct stream *stream, struct post *post, const struct letter *request, bool all);

/* Forgets what was not sent. */
void stream_clear(struct stream *stream);

#endif
