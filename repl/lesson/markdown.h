/*
 * markdown.h: small questions to cmark's tree.  Floor: lesson.
 */
#ifndef SOCKRATES_LESSON_MARKDOWN_H
#define SOCKRATES_LESSON_MARKDOWN_H

#include "base/text.h"

#include <cmark.h>
#include <stdbool.h>

/*
 * Makes visible, in the tree of this text, what a page or a terminal might obey: control characters, turned
 * directions, what cannot be seen.  Every tree passes here once, after it was parsed, since a parser makes them of
 * entities too.  Code stays as it is, for it runs; addresses too, for they name files.
 */
void markdown_show(cmark_node *tree, const char *text, size_t length);

/* Adds the node's text without any markup; line breaks become spaces. */
void markdown_add_plain(struct text *text, cmark_node *node);

/* The same as a string, yours to free. */
char *markdown_plain(cmark_node *node);

bool markdown_has_link(cmark_node *node);

/* "Two ends, one socket" as an anchor, as GitHub makes it: "two-ends-one-socket".  Yours to free. */
char *markdown_slug(const char *title);

/* GitHub's alerts: a quote whose first line is one of these. */
struct markdown_alert {
    const char *mark, *class, *title;
};

/* The alert with this mark, "[!NOTE]"; NULL for none. */
const struct markdown_alert *markdown_alert_named(const char *mark, size_t length);

/*
 * The alert that a quote is, or NULL.  Its own text begins behind *mark, the first line's last node; what stands
 * before it is answered by the title.
 */
const struct markdown_alert *markdown_alert(cmark_node *quote, cmark_node **mark);

#endif
