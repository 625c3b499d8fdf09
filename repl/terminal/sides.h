/*
 * sides.h: how each side of a lecture looks.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_SIDES_H
#define SOCKRATES_TERMINAL_SIDES_H

#include "terminal/lecture.h"

/* Shows the side that is turned to the room; `keys` are what SIDE_KEYS tells, in pairs, ended by NULL. */
void sides_show(struct lecture *lecture, const char *const *keys);

/* What is shown of a result stays, whatever runs next. */
void sides_keep_result(struct lecture *lecture);

#endif
