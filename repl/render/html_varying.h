/*
 * html_varying.h: what a run shows that another run would show differently.  Floor: render.
 *
 * The kernel picks ports, the allocator picks addresses of tables.  A page names them instead ("port a"), so
 * that two builds give the same page and a reader sees which numbers mean nothing by themselves.
 */
#ifndef SOCKRATES_RENDER_HTML_VARYING_H
#define SOCKRATES_RENDER_HTML_VARYING_H

#include "base/text.h"
#include "session/outcome.h"

struct html_varying; /* of one lesson */

struct html_varying *html_varying_new(void);
void html_varying_free(struct html_varying *varying);

/* Learns from an outcome's events which ports the kernel picked. */
void html_varying_learn(struct html_varying *varying, const struct outcome *outcome);

/* Adds the text escaped, with names in the place of what varies; with NULL as it is. */
void html_varying_add(struct text *out, struct html_varying *varying, const char *bytes, size_t length);

#endif
