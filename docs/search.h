/*
 * search.h: the search index.  Part of the site generator.
 *
 * Threads tell what their pages say; what they tell waits in a temporary file, sorted into heaps by how words
 * begin, so that ten thousand pages need no more memory than ten.  search_write() turns each heap into one
 * script; theme/search.js reads them (a page that is read from a file may load scripts and nothing else).
 */
#ifndef SOCKRATES_DOCS_SEARCH_H
#define SOCKRATES_DOCS_SEARCH_H

#include "output.h"

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct search;
struct search_writer; /* belongs to one thread */

/* For a site of `pages`; temporary files are made in `folder`. */
struct search *search_new(size_t pages, const char *folder);
void search_free(struct search *search);

struct search_writer *search_writer(struct search *search);

/* What is worth more stands where a reader looks first. */
enum search_weight { SEARCH_TEXT, SEARCH_OFTEN, SEARCH_HEADING, SEARCH_TITLE };

/* Words of the page that the thread is at; search_page() ends it. */
void search_words(struct search_writer *writer, const char *text, size_t length, enum search_weight weight);
void search_section(struct search_writer *writer, const char *id, const char *title);
void search_page(struct search_writer *writer, size_t page, const char *address, const char *title,
                 const char *summary);

/*
 * Once all threads are through.  Where only some pages were `made`, by number, the others stay as the old folder has
 * them; NULL: all were.
 */
struct status search_write(struct search *search, struct output *output, const bool *made);

#endif
