/*
 * batch.h: lines from a pipe instead of a person.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_BATCH_H
#define SOCKRATES_TERMINAL_BATCH_H

#include <stdbool.h>

/*
 * Evaluates standard input line by line, results on standard output, errors on standard error, no prompts.
 * Goes on after an error; 1 when there was any.
 */
int batch_run(bool network, bool lab);

#endif
