/*
 * build_parts.h: one build, as its parts share it.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_BUILD_PARTS_H
#define SOCKRATES_DOCS_BUILD_PARTS_H

#include "cache.h"
#include "ledger.h"
#include "names.h"
#include "navigation.h"
#include "output.h"
#include "page.h"
#include "search.h"
#include "site.h"
#include "theme.h"

#include <stdatomic.h>

struct build_watcher;

struct build {
    struct site *site;
    const struct site_options *options;
    const struct build_watcher *watcher;
    struct theme *theme;
    struct navigation *navigation;
    struct names *names;
    struct output *output;
    struct search *search;
    struct complaints *complaints, *notes;
    struct cache *cache;
    struct ledger *ledger; /* NULL: none is kept */
    bool few;              /* all but a few pages stay as they are; else all are made */
    char *where[2];        /* the badge of live results: on loopback, in a lab */
    struct lesson **kept;  /* by page: the lessons that must run first, NULL for the others */
    atomic_size_t known;   /* blocks whose outcomes were in the cache */
    atomic_size_t waiting; /* lessons whose outcomes are not, and that may not run */
    atomic_size_t next;    /* the page that the next free thread takes */
};

/* What one thread keeps from page to page: its part of the search index, and texts that have grown already. */
struct worker {
    struct search_writer *search;
    struct page_result result;
    struct text page, contents, programs, title;
    const char *lang; /* of the page; NULL: English */
};

/* build_page.c: renders and writes the page of a lesson; `run` is NULL where nothing runs. */
struct worker build_worker(struct build *build);
void build_worker_free(struct worker *worker);
void build_page(struct build *build, struct worker *worker, size_t index, struct lesson *lesson,
                const struct lesson_run *run);

/* False for a page that stays as the build before left it. */
bool build_makes(const struct build *build, size_t index);

/* build_around.c: everything that is no lesson's page.  Complains about what cannot be written. */
void build_around(struct build *build);

/* Writes one file of the site, or complains. */
void build_write(struct build *build, struct complaints *complaints, const char *path, const struct text *text);

/* "base/rest", yours to free; NULL without a base. */
char *build_joined(const char *base, const char *rest);

#endif
