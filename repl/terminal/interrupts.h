/*
 * interrupts.h: Ctrl-C, and being told to end.  Floor: terminal.
 *
 * The handler only sets a flag; whoever waits asks for it.
 */
#ifndef SOCKRATES_TERMINAL_INTERRUPTS_H
#define SOCKRATES_TERMINAL_INTERRUPTS_H

#include <stdbool.h>

void interrupts_install(void);

/* True when Ctrl-C was pressed since interrupts_forget(). */
bool interrupts_pressed(void);
void interrupts_forget(void);

/* True once the program was told to end (SIGTERM, SIGHUP); interrupts_pressed() stays true then. */
bool interrupts_ended(void);

/*
 * Waits until the descriptor can be read.  False and EINTR after any signal, also when Ctrl-C had been
 * pressed before: none is slept through.
 */
bool interrupts_wait(int fd);

#endif
