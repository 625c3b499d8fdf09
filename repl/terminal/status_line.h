/*
 * status_line.h: what a call waits for, while it waits.  Floor: terminal.
 *
 * Appears when a chunk has run for a while, is renewed while it goes on, and is gone without trace before
 * anything else is written.  Where a line cannot be taken back, it is said once.
 */
#ifndef SOCKRATES_TERMINAL_STATUS_LINE_H
#define SOCKRATES_TERMINAL_STATUS_LINE_H

#include "terminal/screen.h"
#include "trace/ring.h"

#include <stdint.h>

struct status_line {
    struct screen *screen;
    const char *doing; /* said before what is waited for: "Replaying, 2 of 5"; NULL for nothing */
    bool shown;
    bool below; /* it stands on a line below what was printed */
    bool said;  /* where it cannot be taken back */
};

/* Shows or renews it; `ring` may be NULL. */
void status_line_show(struct status_line *line, const struct ring *ring, int64_t elapsed);

/* The same with what is being done, where there is no one call to wait for. */
void status_line_say(struct status_line *line, const char *doing);

/* Takes it back. */
void status_line_clear(struct status_line *line);

#endif
