/*
 * board.h: a text on a whole screen, for a room.  Floor: terminal.
 *
 * Heading above, the text below it with margins, a quiet line at the foot.  What does not fit is on further pages:
 * nothing scrolls.  Where the cursor cannot be moved all of it is written, one text below the other.
 */
#ifndef SOCKRATES_TERMINAL_BOARD_H
#define SOCKRATES_TERMINAL_BOARD_H

#include "terminal/screen.h"

struct board {
    struct screen *screen; /* its inset and what it measured hold */
    char *title;           /* yours */
    char *position;        /* beside it: "step 3 of 14"; yours */
    size_t page, pages;    /* the page that is shown, from 0; and how many there were */
};

/* So many columns are left free on either side of what is to be read. */
int board_margin(const struct screen *screen);

/* How many lines of text a page has. */
size_t board_room(const struct board *board);

/* The lines that the text takes. */
size_t board_lines(const struct board *board, const struct text *text);

/* Parts the text into pages: their number, and the page as one that there is. */
void board_measure(struct board *board, const struct text *text);

/* Shows the board's page of the text.  Of the hints, those that find room; ended by NULL. */
void board_show(struct board *board, const struct text *text, const char *const *hints);

/* The cursor goes where something may be said while the text stays. */
void board_go_to_foot(struct board *board);

/* The whole screen is ours, and no longer. */
void board_open(struct board *board);
void board_close(struct board *board);

#endif
