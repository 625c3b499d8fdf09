/*
 * check_watch.h: which files were saved.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_CHECK_WATCH_H
#define SOCKRATES_TERMINAL_CHECK_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct check_watch;

/* NULL and errno when the system gives no watch. */
struct check_watch *check_watch_new(void);
void check_watch_free(struct check_watch *watch);

/* Watches the folder that the file is in; false and errno when that fails. */
bool check_watch_file(struct check_watch *watch, const char *path);

/*
 * Waits until something was saved, renamed into place or removed in a watched folder, and then until nothing
 * more comes for a moment: editors save in several steps.  Tells every name, as the path was given; false
 * when a signal came first.
 */
bool check_watch_wait(struct check_watch *watch, void (*saved)(void *self, const char *path), void *self);

#endif
