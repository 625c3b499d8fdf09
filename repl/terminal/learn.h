/*
 * learn.h: `sockrates learn [LESSON]`, the tutor.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_LEARN_H
#define SOCKRATES_TERMINAL_LEARN_H

int learn_command(int argc, char **argv);

#endif
