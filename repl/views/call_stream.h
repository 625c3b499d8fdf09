/*
 * call_stream.h: the calls of a script one after another, while it runs.  Floor: views.
 *
 * What repeats is told as in a call list: the first two rounds, how many more, the last one.  Each actor has a
 * thread of his own, so that two who talk in turns fold however the processor mixes them.
 */
#ifndef SOCKRATES_VIEWS_CALL_STREAM_H
#define SOCKRATES_VIEWS_CALL_STREAM_H

#include "views/call_list.h"

#include <stdbool.h>

struct call_stream;

/* Shows one line of the list, which is gone afterwards. */
typedef void call_stream_show(void *self, const struct call_list *list, size_t line);

/* For as long as the process lives.  whole: nothing is folded. */
struct call_stream *call_stream_new(bool whole, call_stream_show *show, void *self);

/* A call or a handler that is over; shown at once, unless it repeats what came before it. */
void call_stream_add(struct call_stream *stream, const struct event *event);

/* Shows what is held back: nothing comes any more, or not soon. */
void call_stream_flush(struct call_stream *stream);

#endif
