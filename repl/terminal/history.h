/*
 * history.h: what was typed before.  Floor: terminal.
 *
 * Kept in $XDG_STATE_HOME/sockrates/history; written entry by entry, so that nothing is lost however the
 * program ends.  An entry of several lines stays one; an entry typed again moves to the end.
 */
#ifndef SOCKRATES_TERMINAL_HISTORY_H
#define SOCKRATES_TERMINAL_HISTORY_H

/* Reads the file; yours to free: its path, for the others. */
char *history_load(void);

/* Adds the entry and writes it; an empty one and one that begins with a space are not kept. */
void history_keep(const char *path, const char *entry);

#endif
