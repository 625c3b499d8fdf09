/*
 * command_rows.h: what is known of each command.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_COMMAND_ROWS_H
#define SOCKRATES_TERMINAL_COMMAND_ROWS_H

#include "terminal/tutor.h"

#include <stdbool.h>

enum command_takes { TAKES_NOTHING, TAKES_LESSON, TAKES_PLACE, TAKES_NAME, TAKES_FILE };

struct command {
    const char *name;
    const char *arguments; /* as the help shows them: "[NAME]" */
    const char *brief;     /* at most 23 columns, for the list of them all and for completion */
    const char *help;      /* sentences, Markdown */
    void (*run)(struct tutor *tutor, const char *argument);
    enum command_takes takes; /* what completes its argument */
    bool begins_group;        /* the list leaves a line empty before it */
};

/* Every command, ended by a NULL name. */
extern const struct command commands[];

#endif
