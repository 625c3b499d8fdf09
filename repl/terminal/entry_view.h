/*
 * entry_view.h: the entry that is being typed, on the screen.  Floor: terminal.
 *
 * An entry may be longer than the screen: then a part of it is shown, the one with the cursor, and moving scrolls
 * it.  Only what changed is written, since a screen reader reads every byte.  Knows nothing of readline, writes no
 * byte itself: what the terminal is to be sent comes out as text.
 */
#ifndef SOCKRATES_TERMINAL_ENTRY_VIEW_H
#define SOCKRATES_TERMINAL_ENTRY_VIEW_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* What shall be seen.  In `sign`, what stands between \001 and \002 takes no room, as readline has it. */
struct entry_scene {
    const char *sign, *entry;
    size_t length, cursor; /* of the entry, in bytes */
    size_t width, height;  /* of the screen; any number */
    bool unicode;
};

struct entry_view;

struct entry_view *entry_view_new(void);
void entry_view_free(struct entry_view *view);

/* Nothing is shown yet; the cursor is at the begin of a line that is empty, as is what follows. */
void entry_view_forget(struct entry_view *view);

bool entry_view_is_shown(const struct entry_view *view);

/* The window has another size: what is shown may lie otherwise than it was written. */
void entry_view_resized(struct entry_view *view, struct text *out, const struct entry_scene *scene);

/* Adds what turns what is shown into the scene. */
void entry_view_draw(struct entry_view *view, struct text *out, const struct entry_scene *scene);

/* Goes to the line below the whole entry, all of which stays readable above; nothing is shown afterwards. */
void entry_view_leave(struct entry_view *view, struct text *out, const struct entry_scene *scene);

#endif
