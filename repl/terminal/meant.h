/*
 * meant.h: the lessons that somebody means by the words of a command line.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_MEANT_H
#define SOCKRATES_TERMINAL_MEANT_H

#include "lesson/course.h"
#include "render/command_line.h"

/* Their places in the course, *count of them, yours to free.  NULL when a word names none: the command told that. */
int *meant_lessons(enum subcommand_name name, const struct course *course, char **words, size_t *count);

#endif
