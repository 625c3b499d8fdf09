/*
 * completions.h: the ways in which a line may go on.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_COMPLETIONS_H
#define SOCKRATES_TERMINAL_COMPLETIONS_H

#include "render/look.h"

#include <stddef.h>

/* One possible completion; `note` stands beside it in a list: a signature, a title; NULL for none. */
struct completion {
    char *name, *note;
};

struct completions {
    struct completion *list;
    size_t count;
};

void completions_add(struct completions *completions, const char *name, const char *note);
void completions_free(struct completions *completions);

/* Readline's form: the common beginning, the names, NULL; all malloced.  NULL for none. */
char **completions_matches(const struct completions *completions);

/* The list below the line: names with their notes, one a line.  Empty when there are no notes, or too many names. */
void completions_show(struct text *out, const struct completions *completions, int longest, const struct look *look);

#endif
