/*
 * lab.h: `sockrates lab`: the two hosts of a private network for any programs.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_LAB_H
#define SOCKRATES_TERMINAL_LAB_H

int lab_command(int argc, char **argv);

#endif
