/*
 * ledger.h: what the last build depended on and knew, so that the next one makes only what changed.
 *
 * Part of the site generator.  One file for each output folder, in the user's cache folder: how the sources and the
 * output's folders were, and of each page what other pages ask about it.  It is written when a build is done; one
 * that is broken, old or of other options counts as none.
 */
#ifndef SOCKRATES_DOCS_LEDGER_H
#define SOCKRATES_DOCS_LEDGER_H

#include "site.h"

#include <stdbool.h>
#include <stddef.h>

struct ledger;

/* NULL when there is no cache folder; the calls that watch then do nothing. */
struct ledger *ledger_new(const struct site_options *options);
void ledger_free(struct ledger *ledger);

/* The last build with the same options, against what is there now. */
enum ledger_state {
    LEDGER_OTHER, /* there is none, or too much changed */
    LEDGER_NEAR,  /* all that changed is the sources of a few pages; perhaps lessons came or went */
    LEDGER_SAME,  /* it would come out the same */
};

struct ledger_before {
    enum ledger_state state;
    size_t lessons, blocks; /* what it said of itself */
};

/* Where it is near, what did not change is watched from now on. */
struct ledger_before ledger_compare(struct ledger *ledger);

/*
 * The build depends on this file or folder, as it is now: say so before reading it.  From any thread.  Of a folder
 * of lessons only which lessons there are counts; a page's source, and what else only it needs, for that page only.
 */
void ledger_watch(struct ledger *ledger, const char *path);
void ledger_watch_folder(struct ledger *ledger, const char *path);
void ledger_watch_source(struct ledger *ledger, const char *path, size_t page);
void ledger_watch_page(struct ledger *ledger, const char *path, size_t page);

/* The page was not made as it should be: the next build makes it again. */
void ledger_doubt(struct ledger *ledger, size_t page);

/* The build is done and its folder in place; so many blocks ran, or, where it was near, as many as before. */
void ledger_save(struct ledger *ledger, const struct site *site, size_t blocks);

/* --- of a build that is near ------------------------------------------------------------------------------ */

/* True when the page of this number must be made anew. */
bool ledger_changed(const struct ledger *ledger, size_t page);

/* The title of the lesson at the path, NULL unknown: see course_read_known().  Ask in the order of the pages. */
const char *ledger_title(void *ledger, const char *path);

/* Fills in the pages that stay; false when the course is another: lessons, their order or their titles. */
bool ledger_restore(const struct ledger *ledger, struct site *site);

/* True when the pages made anew want the same files copied as before. */
bool ledger_same_files(const struct ledger *ledger, const struct site *site);

#endif
