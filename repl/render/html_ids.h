/*
 * html_ids.h: the ids of one page, each given once.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_HTML_IDS_H
#define SOCKRATES_RENDER_HTML_IDS_H

struct html_ids;
struct html_ids *html_ids_new(void);
void html_ids_free(struct html_ids *ids);

/* `wanted`, or, where that is taken, "wanted-1", "wanted-2"...  Borrowed; lives with the ids. */
const char *html_ids_take(struct html_ids *ids, const char *wanted);

#endif
