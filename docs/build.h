/*
 * build.h: a folder of lessons becomes a folder of pages.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_BUILD_H
#define SOCKRATES_DOCS_BUILD_H

#include "site.h"

/* How a front follows the work; any function may be NULL. */
struct build_watcher {
    void *self;
    /* Of `total` lessons with code so many have run, `name` was the last. */
    void (*progress)(void *self, size_t done, size_t total, const char *name);
    /* Polled; true ends the build soon and leaves the output as it was. */
    bool (*stopping)(void *self);
};

struct build_report {
    bool written;   /* the output folder is new now */
    size_t pages;   /* lessons in the site */
    size_t made;    /* those that were made; the others stay as they were */
    size_t changed; /* files that differ from before */
    size_t ran;     /* blocks that ran and passed */
    size_t known;   /* blocks that passed before and were not run again */
    size_t waiting; /* lessons whose outcomes are not known, where only known ones were wanted */
    size_t skipped; /* blocks that need what this machine lacks */
};

/*
 * What is wrong is in the complaints, with file and line; unless told to go on, nothing is written then.
 * The notes are what the author should know and that fails nothing.
 */
struct build_report build_site(const struct site_options *options, const struct build_watcher *watcher,
                               struct complaints *complaints, struct complaints *notes);

#endif
