/*
 * recall.h: going through the history.  Floor: terminal.
 *
 * Readline's own list of entries stays empty: its commands share what can be undone between the list and the line,
 * and free it twice when entries come and go.  These here put a copy of an entry into the line.  What was changed in
 * an entry, and the new line itself, are as they were left until one of them is entered.
 */
#ifndef SOCKRATES_TERMINAL_RECALL_H
#define SOCKRATES_TERMINAL_RECALL_H

#include "terminal/history.h"

#include <stdbool.h>

struct recall;

struct recall *recall_new(void);
void recall_free(struct recall *recall);

/* A new line; forgets what was changed. */
void recall_begin(struct recall *recall);

/* The history is borrowed, NULL: there is none yet. */
void recall_use(struct recall *recall, const struct history *history);

/* True once after another entry has come into the line. */
bool recall_moved(struct recall *recall);

/* So many entries back, or forth when it is negative; rings the bell at the ends. */
void recall_go(struct recall *recall, int back);

/* The oldest one, and the new line. */
void recall_go_first(struct recall *recall);
void recall_go_last(struct recall *recall);

/* The next entry, back or forth, that begins as the line does before the cursor; `again`: as it did the last time. */
void recall_go_like(struct recall *recall, bool back, bool again);

/*
 * Asks for a text and looks for it while it is typed.  `sign` shows the text; `more` is true when another key comes
 * at once.  Returns true when what was found shall be entered.
 */
bool recall_search(struct recall *recall, bool back, void (*sign)(const char *text), bool (*more)(void));

#endif
