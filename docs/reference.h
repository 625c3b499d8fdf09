/*
 * reference.h: pages about the modules and commands that a learner uses.  Part of the site generator.
 *
 * Everything comes from the rows that make the modules (lua/module.h): names, signatures, help.  The example
 * of each row is a small lesson of its own; it runs in a session of its own, and its result stands below it.
 */
#ifndef SOCKRATES_DOCS_REFERENCE_H
#define SOCKRATES_DOCS_REFERENCE_H

#include "cache.h"
#include "page.h"

struct reference;

/* True when the course's lessons run Lua: then its readers want to look names up. */
bool reference_wanted(const struct site *site);

/* Reads every row. */
struct reference *reference_new(void);
void reference_free(struct reference *reference);

/* How many pages it has: the list of them, the commands, and one for each module. */
size_t reference_count(const struct reference *reference);

/* Runs what is not known yet; `options` as lesson_runs() takes them. */
void reference_run(struct reference *reference, const struct cache *cache, const struct run_options *options);

/* "reference/socket.html", "socket", and a sentence; borrowed. */
const char *reference_address(const struct reference *reference, size_t page);
const char *reference_title(const struct reference *reference, size_t page);
const char *reference_summary(const struct reference *reference, size_t page);

void reference_render(const struct reference *reference, size_t page, struct page_result *result, const char *where,
                      struct search_writer *search);

/* What went wrong with examples: for the program's developers, no fault of the course. */
void reference_trouble(const struct reference *reference, struct complaints *notes);

#endif
