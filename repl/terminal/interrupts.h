/*
 * interrupts.h: Ctrl-C, Ctrl-Z, and being told to end.  Floor: terminal.
 *
 * The handlers only set flags; whoever waits asks for them.
 */
#ifndef SOCKRATES_TERMINAL_INTERRUPTS_H
#define SOCKRATES_TERMINAL_INTERRUPTS_H

#include <stdbool.h>

struct termios;

void interrupts_install(void);

/* True when Ctrl-C was pressed since it was taken; what is pressed while it is taken stays. */
bool interrupts_pressed(void);
bool interrupts_take(void);

/* As if it were pressed now. */
void interrupts_press(void);

/* True once the program was told to end (SIGTERM, SIGHUP, SIGQUIT); interrupts_pressed() stays true then. */
bool interrupts_ended(void);

/* From here on the next two tell what happens to the screen. */
void interrupts_watch_screen(void);

/* True once after the program had been stopped and goes on: what was on the screen may be gone. */
bool interrupts_resumed(void);

/* True once after the window's size changed. */
bool interrupts_resized(void);

/* Stops the program as Ctrl-Z does, with everything of its process group; returns when it goes on. */
void interrupts_stop(void);

/*
 * The terminal's modes that we want, borrowed until the next call, NULL: none.  A shell that took the terminal
 * while the program was stopped left it with its own; these are set again when it goes on.
 */
void interrupts_keep_modes(const struct termios *modes);

/*
 * Waits until the descriptor can be read, so many milliseconds at most, -1: for ever.  False and EINTR after any
 * signal, also when Ctrl-C had been pressed before: none is slept through.  False and 0 when the time is over.
 */
bool interrupts_wait(int fd, int milliseconds);

#endif
