/*
 * names.h: links from what a page names to where that is told.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_NAMES_H
#define SOCKRATES_DOCS_NAMES_H

#include "site.h"

struct names;

/* The names that the reference's headings have; NULL for a site without reference. */
struct names *names_new(const struct site *site);
void names_free(struct names *names);

/*
 * In the tree of a page makes links of the first `code` of each name (`names` may be NULL), and of what is a manual
 * page, "socket(7)".  `root` is the way up to the site's front page.
 */
void names_link(const struct names *names, cmark_node *tree, const char *root);

/* Adds a list of the errors whose symbols stand in the text: number and text, as they are here, and what they mean. */
void names_add_errors(const struct names *names, struct text *out, const char *text, const char *root);

#endif
