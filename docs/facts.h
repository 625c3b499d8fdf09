/*
 * facts.h: what the last build knew of its pages.  Part of the site generator.
 *
 * A page that did not change is not made again, but others ask about it: for its title, its headings, where
 * it links to.  So each build leaves this behind in the user's cache folder.
 */
#ifndef SOCKRATES_DOCS_FACTS_H
#define SOCKRATES_DOCS_FACTS_H

#include "site.h"
#include "stamps.h"

#include <stdbool.h>

struct facts;

/* Those of the build that is compared with; NULL when there are none. */
struct facts *facts_read(const struct site_options *options, const struct stamps_before *before);
void facts_free(struct facts *facts);

/* True when the page of this number must be made anew. */
bool facts_changed(const struct facts *facts, size_t page);

/* How many blocks the whole site had. */
size_t facts_blocks(const struct facts *facts);

/* The title of the lesson at the path, NULL unknown: see course_read_known().  Ask in the order of the pages.
 */
const char *facts_title(void *facts, const char *path);

/* Fills in the pages that stay; false when the course is another: lessons, their order or their titles. */
bool facts_restore(const struct facts *facts, struct site *site);

/* True when the pages made anew want the same files copied as before. */
bool facts_same_files(const struct facts *facts, const struct site *site);

/* For the next build. */
void facts_save(const struct site *site, int64_t build);

#endif
