/*
 * collect.h: `sockrates collect`: the hand-ins of a class, marked.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_COLLECT_H
#define SOCKRATES_TERMINAL_COLLECT_H

int collect_command(int argc, char **argv);

#endif
