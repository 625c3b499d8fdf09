/*
 * keep.h: what a command was asked to write into a file.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_KEEP_H
#define SOCKRATES_TERMINAL_KEEP_H

#include "base/text.h"

#include <stdbool.h>

/* Takes the place of what was in the file, and frees the text; false when that failed, which is said. */
bool keep_in_file(const char *path, struct text *text);

#endif
