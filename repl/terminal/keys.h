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
#define KEY_CTRL_Z 26
#define KEY_ESCAPE 27

struct keys;

/* Takes the terminal, and gives it back. */
struct keys *keys_new(void);
void keys_free(struct keys *keys);

/* The terminal is in the modes for reading a line now: takes the signals out of them.  And no longer. */
void keys_begin(struct keys *keys);
void keys_end(struct keys *keys);

/* Waits for the next byte; Ctrl-C that came as a signal is a key as well.  EOF when the terminal is gone, when
 * the program shall end; one of these two when the screen is not as it was. */
#define KEYS_RESUMED (-2)
#define KEYS_RESIZED (-3)
int keys_next(struct keys *keys);

/* True when there is another byte, or comes so soon that it belongs to the same key. */
bool keys_more(struct keys *keys);

/* Stops the program as Ctrl-Z does: the shell has the terminal until it goes on. */
void keys_stop(struct keys *keys);

/* True when there are bytes that were read already. */
bool keys_ahead(const struct keys *keys);

/*
 * Keys without a line: between keys_alone() and keys_give_back() each is taken as it is pressed, and shown nowhere.
 * keys_press() waits for one: its byte, one of enum key, or what keys_next() gives besides.
 */
enum key { KEY_LEFT = 256, KEY_RIGHT, KEY_UP, KEY_DOWN, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_HOME, KEY_END, KEY_OTHER };
void keys_alone(struct keys *keys);
void keys_give_back(struct keys *keys);
int keys_press(struct keys *keys);

/* What was typed already counts for nothing. */
void keys_drop(struct keys *keys);

bool keys_gone(const struct keys *keys);

/* The text of a bracketed paste, up to its end.  False when Ctrl-C or the end of the terminal broke it off. */
bool keys_paste(struct keys *keys, struct text *pasted);

/* Something is about to run: a Ctrl-C that was typed already is for it, and takes what was typed before it along. */
void keys_look_ahead(struct keys *keys);

/* Ctrl-C came: as the terminal forgets what was typed before it, so do we. */
void keys_interrupted(struct keys *keys);

#endif
