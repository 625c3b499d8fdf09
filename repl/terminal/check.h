/*
 * check.h: `sockrates check`, the lessons as their own tests.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_CHECK_H
#define SOCKRATES_TERMINAL_CHECK_H

/* argv[0] is "check"; the exit status: 0 all passed, 1 something failed, 2 wrong usage, 130 Ctrl-C. */
int check_command(int argc, char **argv);

#endif
