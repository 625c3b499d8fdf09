/*
 * cache.h: outcomes that need not be made again.  Part of the site generator.
 *
 * A lesson's outcomes depend on its code, its options and its checks, on this program, on the system and its kernel and
 * on what the user may do; all of that is in the key, word for word.  Its prose is not: blocks that only moved are not
 * run again, unless what came of them names a line.  Only lessons that passed are kept: what failed, or was skipped, is
 * tried again.
 */
#ifndef SOCKRATES_DOCS_CACHE_H
#define SOCKRATES_DOCS_CACHE_H

#include "lesson/run.h"

#include <stdbool.h>

struct cache;

/* "sites" below the user's cache folder, made if it is not there; yours to free.  NULL when there is none. */
char *cache_folder(const char *name);

/* This program, this system, this user: what every outcome and every page depends on. */
void cache_add_world(struct text *world);

/* In the user's cache folder; NULL when there is none, and every call below then does nothing. */
struct cache *cache_open(void);
void cache_free(struct cache *cache);

/* Fills in what lesson_runs() would; false when it is not known.  Free as one of lesson_runs(). */
bool cache_find(const struct cache *cache, struct lesson *lesson, struct lesson_run *run);

void cache_keep(const struct cache *cache, const struct lesson_run *run);

#endif
