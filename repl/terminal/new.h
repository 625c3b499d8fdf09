/*
 * new.h: `sockrates new lesson NAME`.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_NEW_H
#define SOCKRATES_TERMINAL_NEW_H

#include "render/command_line.h"

/* Why it was not written, as errno says. */
void new_tell_unwritten(enum subcommand_name name, const char *path);

/* "many-sockets" gives "Many sockets"; yours to free. */
char *new_title(const char *name);

/* argv[0] is "new"; the exit status. */
int new_command(int argc, char **argv);

#endif
