/*
 * watch.h: learns when something in a folder changes.  Floor: base.
 */
#ifndef SOCKRATES_BASE_WATCH_H
#define SOCKRATES_BASE_WATCH_H

#include <stdbool.h>

struct watch;

/* NULL and errno when the system cannot watch. */
struct watch *watch_new(void);
void watch_free(struct watch *watch);

/* Watches what lies in the folder; false and errno. */
bool watch_folder(struct watch *watch, const char *folder);

/* The same with the folders below it, also those made later. */
bool watch_folders(struct watch *watch, const char *folder);

/* Readable when something changed. */
int watch_descriptor(const struct watch *watch);

/*
 * Tells what has changed so far: a path below a folder as it was named, or "" when it is not known any more what it
 * was.  Names that only editors use for a while do not count.
 */
void watch_take(struct watch *watch, void (*changed)(void *self, const char *path), void *self);

#endif
