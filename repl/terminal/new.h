/*
 * new.h: `sockrates new lesson NAME`.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_NEW_H
#define SOCKRATES_TERMINAL_NEW_H

/* argv[0] is "new"; the exit status. */
int new_command(int argc, char **argv);

#endif
