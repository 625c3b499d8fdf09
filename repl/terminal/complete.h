/*
 * complete.h: how a line may go on.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_COMPLETE_H
#define SOCKRATES_TERMINAL_COMPLETE_H

#include "terminal/prompt.h"

/* A prompt_completer; `self` is the struct tutor. */
void complete_line(void *self, const char *line, size_t *start, struct completions *completions);

#endif
