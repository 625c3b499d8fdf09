/*
 * watcher.h: learns when something in a folder changes.  Floor: base.
 */
#ifndef SOCKRATES_BASE_WATCHER_H
#define SOCKRATES_BASE_WATCHER_H

#include <stdbool.h>

struct watcher;

/* NULL and errno when the system cannot watch. */
struct watcher *watcher_new(void);
void watcher_free(struct watcher *watcher);

/* Watches what lies in the folder; false and errno. */
bool watcher_folder(struct watcher *watcher, const char *folder);

/* The same with the folders below it, also those made later. */
bool watcher_folders(struct watcher *watcher, const char *folder);

/* Readable when something changed. */
int watcher_descriptor(const struct watcher *watcher);

/*
 * Tells what has changed so far: a path below a folder as it was named, or "" when it is not known any more what it
 * was.  Names that only editors use for a while do not count.
 */
void watcher_take(struct watcher *watcher, void (*changed)(void *self, const char *path), void *self);

#endif
