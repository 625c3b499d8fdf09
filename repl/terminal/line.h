/*
 * line.h: moving within an entry of several lines, which readline takes for one.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_LINE_H
#define SOCKRATES_TERMINAL_LINE_H

#include <stdbool.h>

/* To the line above or below; false on the first and the last one. */
bool line_up(void);
bool line_down(void);

/* True on the last line of the entry. */
bool line_is_last(void);

/* To the cursor's place in this text, put before the entry as further lines: its last line. */
void line_put_above(const char *text);

/* Commands of readline's kind: to the begin and the end of the line, and from there on to those of the entry;
 * cutting from the cursor to either; a new line. */
int line_go_begin(int count, int key);
int line_go_end(int count, int key);
int line_cut_end(int count, int key);
int line_cut_begin(int count, int key);
int line_part(int count, int key);

#endif
