/*
 * stamps.h: what a build depended on, so that the next one may find that nothing changed.
 *
 * Part of the site generator.  A list of files and folders with their size and times, kept in the user's
 * cache folder; a build whose options are the same, and none of whose files changed, has nothing to do.
 */
#ifndef SOCKRATES_DOCS_STAMPS_H
#define SOCKRATES_DOCS_STAMPS_H

#include "site.h"

#include <stdbool.h>
#include <stddef.h>

/* What the last build said of itself. */
struct stamps_facts {
    size_t pages, blocks;
};

/* True when the last build with these options would come out the same; fills in the facts then. */
bool stamps_current(const struct site_options *options, struct stamps_facts *facts);

struct stamps; /* of the build that goes on */

/* NULL when there is no cache folder; every call below then does nothing. */
struct stamps *stamps_new(const struct site_options *options);
void stamps_free(struct stamps *stamps);

/* The build depends on this file or folder, as it is now: say so before reading it.  From any thread. */
void stamps_watch(struct stamps *stamps, const char *path);

/* The build is done and its folder in place. */
void stamps_save(struct stamps *stamps, const struct stamps_facts *facts);

#endif
