/*
 * links.h: where the links of a page lead.  Part of the site generator.
 *
 * A lesson links to other lessons as files ("05-timeouts.md#whose-clock"), as it must to work on GitHub; the
 * page links to pages.  Files and pictures that a lesson names are copied into the site, nothing else is.
 * What leads nowhere is a complaint with its line.
 */
#ifndef SOCKRATES_DOCS_LINKS_H
#define SOCKRATES_DOCS_LINKS_H

#include "site.h"

#include "base/text.h"

#include <cmark.h>

/* The links of one page while it is rendered; belongs to one thread. */
struct links {
    const struct site *site;
    struct site_page *page;
    struct text scratch;
};

void links_begin(struct links *links, const struct site *site, size_t page);
void links_free(struct links *links);

/* Where a link or an image of the tree leads on the page; borrowed until the next question. */
const char *links_address(struct links *links, cmark_node *node, const char *url);

/* The line of the file that the node stands on. */
int links_line(cmark_node *node);

/* A place on the page that links may lead to. */
void links_add_id(struct links *links, const char *id);

/* Once every page is rendered: complains about the page's links to places that are not there. */
void links_check(const struct site *site, const struct site_page *page, struct complaints *complaints);

#endif
