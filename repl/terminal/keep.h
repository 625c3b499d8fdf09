/*
 * keep.h: what a command was asked to write into a file.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_KEEP_H
#define SOCKRATES_TERMINAL_KEEP_H

#include "base/text.h"
#include "render/command_line.h"

#include <stdbool.h>

/* Takes the place of what was in the file, or goes to standard output for "-", and frees the text; false when that
 * failed, which the command says. */
bool keep_in_file(enum subcommand_name name, const char *path, struct text *text);

#endif
