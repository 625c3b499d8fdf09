/*
 * front.h: the pages that no lesson makes.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_FRONT_H
#define SOCKRATES_DOCS_FRONT_H

#include "site.h"

#include "base/text.h"

/* The front page: every lesson with what it is about. */
void front_page(struct text *out, const struct site *site);

/* Every page for search engines; `epoch`, seconds since 1970, dates them; NULL leaves dates out. */
void front_sitemap(struct text *out, const struct site *site, const char *epoch);

/* What a reader gets who asked for a page that is not there. */
void front_missing(struct text *out, const struct site *site);

#endif
