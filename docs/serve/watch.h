/*
 * watch.h: learns when something in a folder changes.  Part of `docs serve`.
 */
#ifndef SOCKRATES_DOCS_WATCH_H
#define SOCKRATES_DOCS_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct watch;

/* NULL and errno when the system cannot watch. */
struct watch *watch_new(void);
void watch_free(struct watch *watch);

/* Watches the folder and those below it, also those made later; false and errno. */
bool watch_add(struct watch *watch, const char *folder);

/* Readable when something changed. */
int watch_descriptor(const struct watch *watch);

/* Takes what has changed so far; true when a person did it (editors' own files do not count). */
bool watch_take(struct watch *watch);

#endif
