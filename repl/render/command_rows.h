/*
 * command_rows.h: what is known of each command of the tutor.  Floor: render.
 *
 * The tutor's list, its help and its completion, the manual page and the site's reference are made from these rows;
 * terminal/commands.c says what runs.
 */
#ifndef SOCKRATES_RENDER_COMMAND_ROWS_H
#define SOCKRATES_RENDER_COMMAND_ROWS_H

#include "translate/languages.h"

#include <stdbool.h>
#include <stddef.h>

/* What begins with a colon at the prompt. */
enum command_name {
    COMMAND_NEXT,
    COMMAND_BACK,
    COMMAND_GOTO,
    COMMAND_LESSONS,
    COMMAND_LESSON,
    COMMAND_PROGRESS,
    COMMAND_RESET,
    COMMAND_HINT,
    COMMAND_CHECK,
    COMMAND_STARTER,
    COMMAND_SOLUTION,
    COMMAND_EDIT,
    COMMAND_LANGUAGE,
    COMMAND_WHY,
    COMMAND_CALLS,
    COMMAND_LADDER,
    COMMAND_CHART,
    COMMAND_PACKETS,
#define COMMAND_OF(symbol, word, name) COMMAND_##symbol,
    LANGUAGES(COMMAND_OF)
#undef COMMAND_OF
        COMMAND_AGAIN,
    COMMAND_SOCKETS,
    COMMAND_PEERS,
    COMMAND_VARS,
    COMMAND_SAVE,
    COMMAND_LAB,
    COMMAND_DOCTOR,
    COMMAND_HELP,
    COMMAND_QUIT,
    COMMAND_COUNT
};

enum command_takes { TAKES_NOTHING, TAKES_LESSON, TAKES_PLACE, TAKES_NAME, TAKES_FILE, TAKES_KIND };

struct command {
    const char *name;
    const char *arguments;    /* as the help shows them: "[NAME]" */
    const char *brief;        /* at most 23 columns, for the list of them all and for completion */
    enum command_takes takes; /* what completes its argument */
    const char *also;         /* another name, which nothing lists */
    bool whole;               /* only by its whole name: it destroys something */
    bool begins_group;        /* the list leaves a line empty before it */
};

/* Every command, ended by a NULL name. */
extern const struct command commands[COMMAND_COUNT + 1];

/* The command with this name; and that, or the only one that begins with it.  NULL without. */
const struct command *command_named(const char *name, size_t length);
const struct command *command_begun(const char *name, size_t length);

/* The name of one that may have been meant; NULL without. */
const char *command_nearest(const char *name);

/* What the tutor and notebooks say alike; the surplus with its command's name, twice. */
#define COMMAND_SAYS_SURPLUS    "Nothing was done: \"%s\" means nothing to :%s. :help %s says more."
#define COMMAND_SAYS_NO_SOCKETS "This session has no sockets open."
#define COMMAND_SAYS_NO_PEERS   "This session has no peers. lab.echo() starts one."
#define COMMAND_SAYS_IN_LAB \
    "The session is in a private network: you are me, 10.0.0.1; peers are at 10.0.0.2. :lab off leaves it."

/* What stands behind the command that it does not take; "" when all is well. */
const char *command_surplus(const struct command *command, const char *argument);

#endif
