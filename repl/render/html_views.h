/*
 * html_views.h: what really happened in a step, for a page.  Floor: render.
 *
 * Pages come out the same in every run: no times, no ports that the kernel chose, one line for a call and the
 * waits behind it.
 */
#ifndef SOCKRATES_RENDER_HTML_VIEWS_H
#define SOCKRATES_RENDER_HTML_VIEWS_H

#include "base/text.h"
#include "trace/findings.h"

/*
 * <figure class="ladder"> with the picture as SVG; nothing when nothing passed between two and `always` is not
 * set.  `id` must be unique in the page.
 */
void html_ladder(struct text *out, const struct findings *findings, const char *id, bool states, bool always);

/* <details class="calls">: the learner's system calls, folded; nothing when there were none. */
void html_calls(struct text *out, const struct findings *findings);

#endif
