/*
 * terminal_views.h: what really happened in a step, for a terminal.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_TERMINAL_VIEWS_H
#define SOCKRATES_RENDER_TERMINAL_VIEWS_H

#include "render/look.h"
#include "views/call_list.h"
#include "views/chart_text.h"

/* Every system call as C would write it. */
void terminal_calls(struct text *out, const struct findings *findings, const struct call_list_options *options,
                    const struct look *look);

/* One line of them. */
void terminal_call_line(struct text *out, const struct timeline *timeline, const struct call_list *list, size_t index,
                        const struct look *look);

/* The sequence diagram. */
void terminal_ladder(struct text *out, const struct findings *findings, const struct ladder_options *options,
                     const struct look *look);

/* One of the charts, or why there is nothing to draw; false when there is nothing. */
bool terminal_chart(struct text *out, const struct findings *findings, enum chart_kind kind, const struct look *look);

/* What the wire saw in the step, a line a packet. */
void terminal_packets(struct text *out, const struct timeline *timeline, const struct look *look);

/* A small one, and only if anything passed between two. */
void terminal_small_ladder(struct text *out, const struct findings *findings, const struct look *look);

/* The states that TCP sockets went through, one a line. */
void terminal_states(struct text *out, const struct timeline *timeline, const struct look *look);

#endif
