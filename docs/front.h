/*
 * front.h: the pages that no lesson makes.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_FRONT_H
#define SOCKRATES_DOCS_FRONT_H

#include "site.h"

#include "base/text.h"

/* The front page: every lesson with what it is about; of a long course, its stretches. */
void front_page(struct text *out, struct site *site);

/* A long course has a page for each stretch of lessons: their number, and one of them with its address. */
size_t front_stretches(const struct site *site);
char *front_stretch_address(size_t stretch);
void front_stretch(struct text *out, const struct site *site, size_t stretch);

/* A list of these pages with what they are about; `root` leads from where it stands to the site's front page. */
void front_lessons(struct text *out, const struct site *site, size_t first, size_t end, const char *root);

/* Every page for search engines; `epoch`, seconds since 1970, dates them; NULL leaves dates out. */
void front_sitemap(struct text *out, const struct site *site, const char *epoch);

/* What a reader gets who asked for a page that is not there. */
void front_missing(struct text *out, const struct site *site);

#endif
