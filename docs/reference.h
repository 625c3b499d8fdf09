/*
 * reference.h: the manual as a part of a site.  Part of the site generator.
 *
 * Its pages are pages like any; here is which sites have them, and their list.
 */
#ifndef SOCKRATES_DOCS_REFERENCE_H
#define SOCKRATES_DOCS_REFERENCE_H

#include "site.h"

/*
 * Adds the manual when the site is to have it: by its options, or because its lessons run Lua and their readers want to
 * look names up.  Not to a site that is the manual.  `known` titles: see course_read_known().
 */
void reference_add(struct site *site, course_titles *known, void *self, struct complaints *complaints);

/* The page reference/index.html: every page of the reference with what it is about. */
void reference_list(struct text *out, const struct site *site);

#endif
