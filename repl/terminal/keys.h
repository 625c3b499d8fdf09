/*
 * keys.h: what is typed, byte by byte.  Floor: terminal.
 *
 * While a line is read the terminal sends no signals: Ctrl-C and Ctrl-Z are keys among the others, in their order.
 * While something runs they are signals.
 */
#ifndef SOCKRATES_TERMINAL_KEYS_H
#define SOCKRATES_TERMINAL_KEYS_H

#include "base/text.h"

#include <stdbool.h>

#define KEY_CTRL_C 3
#define KEY_CTRL_D 4
#define KEY_CTRL_G 7
#define KEY_ESCAPE 27

struct keys;

/* Takes the terminal, and gives it back. */
struct keys *keys_new(void);
void keys_free(struct keys *keys);

/* In between, while somebody else has it. */
void keys_give_terminal(struct keys *keys);
void keys_take_terminal(struct keys *keys);

/* The terminal is in the modes for reading a line now: takes the signals out of them.  And no longer. */
void keys_begin(struct keys *keys);
void keys_end(struct keys *keys);

/* Waits for the next byte; Ctrl-C that came as a signal is a key as well.  EOF when the terminal is gone, when
 * the program shall end; one of these two when the screen is not as it was. */
#define KEYS_RESUMED (-2)
#define KEYS_RESIZED (-3)
int keys_next(struct keys *keys);

/* True when there is another byte, waiting so long for it. */
bool keys_available(struct keys *keys, int milliseconds);

/* True when there are bytes that were read already. */
bool keys_ahead(const struct keys *keys);

bool keys_gone(const struct keys *keys);

/* The text of a bracketed paste, up to its end.  False when Ctrl-C or the end of the terminal broke it off. */
bool keys_paste(struct keys *keys, struct text *pasted);

/* Something is about to run: a Ctrl-C that was typed already is for it, and takes what was typed before it along. */
void keys_look_ahead(struct keys *keys);

/* Ctrl-C came: as the terminal forgets what was typed before it, so do we. */
void keys_interrupted(struct keys *keys);

#endif
