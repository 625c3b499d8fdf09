/*
 * run.h: `sockrates run`.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_RUN_H
#define SOCKRATES_TERMINAL_RUN_H

/* Runs a script in this process with full Lua; the exit status of the program. */
int run_command(int argc, char **argv);

#endif
