/*
 * history.h: what was typed before.  Floor: terminal.
 *
 * Kept in $XDG_STATE_HOME/sockrates/history; written entry by entry, so that nothing is lost however the
 * program ends.  An entry of several lines stays one; an entry typed again moves to the end.
 *
 * The file: each entry stands below a line "#SECONDS LINES": when it was typed, and of how many lines it is.  A
 * line "#SECONDS" alone, as earlier versions wrote it, begins an entry that goes on to the next such line.
 */
#ifndef SOCKRATES_TERMINAL_HISTORY_H
#define SOCKRATES_TERMINAL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

struct history;

/* Reads the file.  Never NULL: without a file the history lasts as long as the program. */
struct history *history_load(void);
void history_free(struct history *history);

/* The oldest is 0; borrowed until the next change. */
size_t history_count(const struct history *history);
const char *history_at(const struct history *history, size_t index);

bool history_has(const struct history *history, const char *entry);

/* Adds the entry and writes it; an empty one and one that begins with a space are not kept. */
void history_keep(struct history *history, const char *entry);

#endif
