/*
 * follow.h: sockrates trace, a program of any language in the picture.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_FOLLOW_H
#define SOCKRATES_TERMINAL_FOLLOW_H

int follow_command(int argc, char **argv);

#endif
