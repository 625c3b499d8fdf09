/*
 * prompt.h: reading what a person types.  Floor: terminal.
 *
 * GNU readline, which the program touches only when a prompt is wanted.  Readline keeps one global state, so
 * there is one prompt.
 */
#ifndef SOCKRATES_TERMINAL_PROMPT_H
#define SOCKRATES_TERMINAL_PROMPT_H

#include "terminal/completions.h"
#include "terminal/screen.h"

#include <stdbool.h>
#include <stddef.h>

enum prompt_result {
    PROMPT_LINE,    /* a line was entered */
    PROMPT_DROPPED, /* Ctrl-C, with something typed */
    PROMPT_STOPPED, /* Ctrl-C, with nothing typed */
    PROMPT_END,     /* Ctrl-D on an empty line, or the terminal is gone */
};

/*
 * Asked for the ways in which the line may go on.  `line` ends at the cursor; *start becomes the offset of
 * the word that is being completed.  Every name offered begins with that word.
 */
typedef void prompt_completer(void *self, const char *line, size_t *start, struct completions *completions);

struct prompt;
struct keys;

struct prompt *prompt_new(struct screen *screen, prompt_completer *complete, void *self);
void prompt_free(struct prompt *prompt);

/* The next line begins with this text, ready to be edited. */
void prompt_prefill(struct prompt *prompt, const char *text);

/* That text; NULL for none. */
const char *prompt_pending(const struct prompt *prompt);

/* True when the last line that was read had begun so. */
bool prompt_was_prefilled(const struct prompt *prompt);

/* Tab on an empty line enters this text, once; NULL takes the offer back. */
void prompt_offer(struct prompt *prompt, const char *text);

/*
 * Reads a line, which may hold newlines when it was pasted; yours to free.  Unless the result is PROMPT_LINE it is
 * what was typed and shall not be entered.  `above`: the lines of an entry that this one goes on with, NULL: it
 * begins one.  A person may go up into them; then they are part of the line, and prompt_took_above() says so.
 */
enum prompt_result prompt_read(struct prompt *prompt, const char *sign, const char *above, char **line);
bool prompt_took_above(const struct prompt *prompt);

/* Takes the line back that was just read empty: a prompt that was only answered with Enter is not worth one.
 */
void prompt_forget(struct prompt *prompt);

/* Keeps the entry for the arrow keys, now and later; what was not entered only when it is new. */
void prompt_keep(struct prompt *prompt, const char *entry);
void prompt_keep_dropped(struct prompt *prompt, const char *entry);

/* While a chunk runs keys are not echoed, so that they cannot disturb what is printed; readline takes them
 * later, but for those before a Ctrl-C, which was the chunk's: it may come between Enter and the chunk's begin. */
void prompt_hush(struct prompt *prompt);
void prompt_unhush(struct prompt *prompt);

/* What reads the keys, for who takes them between lines. */
struct keys *prompt_keys(struct prompt *prompt);

#endif
