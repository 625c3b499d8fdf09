/*
 * navigation.h: the list of lessons that stands on every page.  Part of the site generator.
 *
 * Made once; a page gets it with its own entry marked.  On a long course a page lists its neighbourhood
 * only, so that the whole site grows as its pages do, and not with their square.
 */
#ifndef SOCKRATES_DOCS_NAVIGATION_H
#define SOCKRATES_DOCS_NAVIGATION_H

#include "site.h"

#include "base/text.h"

struct navigation;

struct navigation *navigation_new(const struct site *site);
void navigation_free(struct navigation *navigation);

/* Adds the list for the page; NAVIGATION_NO_PAGE marks none.  `address` is where the list will stand. */
#define NAVIGATION_NO_PAGE SIZE_MAX
void navigation_write(const struct navigation *navigation, struct text *out, const char *address, size_t page);

#endif
