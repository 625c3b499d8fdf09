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

struct stamps; /* of the build that goes on */

/* NULL when there is no cache folder; every call below then does nothing. */
struct stamps *stamps_new(const struct site_options *options);
void stamps_free(struct stamps *stamps);

/* The last build with the same options, against what is there now. */
struct stamps_before {
    bool same;       /* it would come out the same */
    bool near;       /* all that changed is the sources of a few pages; perhaps lessons came or went */
    size_t *changed; /* their numbers; yours to free */
    size_t changed_count;
    size_t pages, blocks; /* what it said of itself */
    int64_t build;        /* which one it was */
};

/* Where it is near, the stamps begin with those of the files that did not change; they may be NULL. */
struct stamps_before stamps_compare(const struct site_options *options, struct stamps *stamps);

/*
 * The build depends on this file or folder, as it is now: say so before reading it.  From any thread.  Of a folder
 * of lessons only which lessons there are counts; a page's source counts for that page only.
 */
void stamps_watch(struct stamps *stamps, const char *path);
void stamps_watch_folder(struct stamps *stamps, const char *path);
void stamps_watch_page(struct stamps *stamps, const char *path, size_t page);

/* The page was not made as it should be: the next build makes it again. */
void stamps_doubt(struct stamps *stamps, size_t page);

/* The build is done and its folder in place. */
void stamps_save(struct stamps *stamps, size_t pages, size_t blocks);

/* Where something about the last build of this output folder may be kept; yours to free, NULL: nowhere. */
char *stamps_beside(const struct site_options *options, const char *end);

/* Which build the stamps are of. */
int64_t stamps_build(const struct stamps *stamps);

#endif
