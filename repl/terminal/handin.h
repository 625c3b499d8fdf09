/*
 * handin.h: `sockrates handin`: what was learnt, as one file.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_HANDIN_H
#define SOCKRATES_TERMINAL_HANDIN_H

int handin_command(int argc, char **argv);

#endif
