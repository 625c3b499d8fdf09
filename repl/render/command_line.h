/*
 * command_line.h: what follows the program's name in a shell.  Floor: render.
 *
 * A command is a row, and so is each of its options.  Reading them, their faults and --help, the manual page and what
 * shells complete are made from these rows; what a command is for stands in docs/manual/commands.md.
 */
#ifndef SOCKRATES_RENDER_COMMAND_LINE_H
#define SOCKRATES_RENDER_COMMAND_LINE_H

#include "base/text.h"
#include "views/charts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum subcommand_name {
    SUBCOMMAND_LEARN,
    SUBCOMMAND_RUN,
    SUBCOMMAND_TRACE,
    SUBCOMMAND_LAB,
    SUBCOMMAND_CHECK,
    SUBCOMMAND_NEW_LESSON,
    SUBCOMMAND_NEW_COURSE,
    SUBCOMMAND_DOCS_BUILD,
    SUBCOMMAND_DOCS_SERVE,
    SUBCOMMAND_DOCS_RENDER,
    SUBCOMMAND_DOCS_EXPORT,
    SUBCOMMAND_KERNEL_INSTALL,
    SUBCOMMAND_KERNEL_START,
    SUBCOMMAND_PROGRESS,
    SUBCOMMAND_HANDIN,
    SUBCOMMAND_COLLECT,
    SUBCOMMAND_DOCTOR,
    SUBCOMMAND_HELP,
    SUBCOMMAND_COUNT
};

/* What options set.  Several options, and options of several commands, may set the same. */
enum setting {
    SETTING_HELP,
    SETTING_ACCEPT,
    SETTING_ALL,
    SETTING_CALLS,
    SETTING_DELAY,
    SETTING_DROP,
    SETTING_DUP,
    SETTING_FOR,
    SETTING_FORMAT,
    SETTING_FRESH,
    SETTING_HOST,
    SETTING_JITTER,
    SETTING_JOBS,
    SETTING_JSON,
    SETTING_JSON_FILE,
    SETTING_KEEP_GOING,
    SETTING_LESSONS,
    SETTING_NETWORK,
    SETTING_LAB,
    SETTING_LOSS,
    SETTING_NO_RUN,
    SETTING_OUTPUT,
    SETTING_PCAPNG,
    SETTING_PEER,
    SETTING_PLAIN,
    SETTING_PORT,
    SETTING_PREFIX,
    SETTING_PRESENT,
    SETTING_QUEUE,
    SETTING_QUIET,
    SETTING_RATE,
    SETTING_REFERENCE,
    SETTING_REPEAT,
    SETTING_REPOSITORY,
    SETTING_SEED,
    SETTING_SVG,
    SETTING_SYS_PREFIX,
    SETTING_THEME,
    SETTING_TRACE,
    SETTING_UNSAFE,
    SETTING_URL,
    SETTING_USER,
    SETTING_VIEW,
    SETTING_WATCH,
    SETTING_WITH,
    SETTING_COUNT
};

/* What settings are as numbers; of SETTING_VIEW, one for each chart from VIEW_CHART on, for each
 * language from VIEW_PROGRAM on. */
enum look_theme { THEME_UNKNOWN, THEME_DARK, THEME_LIGHT };
enum check_format { FORMAT_TEXT, FORMAT_TAP, FORMAT_JUNIT, FORMAT_JSON, FORMAT_GITHUB, FORMAT_COUNT };
enum export_kind { EXPORT_NOTEBOOKS = 1, EXPORT_COURSE };
enum export_reader { READER_LEARNERS = 1, READER_NBGRADER };
enum run_view {
    VIEW_NONE,
    VIEW_TRACE,
    VIEW_TRACE_ALL,
    VIEW_LADDER,
    VIEW_CHART,
    VIEW_JSON = VIEW_CHART + CHARTS,
    VIEW_PROGRAM
};
enum reference_wish { REFERENCE_IF_FITTING, REFERENCE_ALWAYS, REFERENCE_NEVER };

enum option_kind {
    OPTION_FLAG,    /* takes no value */
    OPTION_NUMBER,  /* from 1 to `number` */
    OPTION_WORD,    /* one of `words` */
    OPTION_TEXT,    /* the command knows what it may be */
    OPTION_PATH,    /* of a file or folder */
    OPTION_FOLDER,  /* of a folder */
    OPTION_ADDRESS, /* of the web */
    OPTION_MANY,    /* may be said several times, see command_line_next() */
};

struct option_row {
    const char *name; /* "output"; NULL ends the rows */
    char letter;      /* 'o', or 0 */
    enum setting setting;
    enum option_kind kind;
    const char *value;        /* what help calls it: "SITE"; NULL for flags and words */
    const char *const *words; /* ended by NULL */
    int number;               /* of a flag what it sets, of words what the first one does, of a number the most */
    const char *help;         /* a sentence, without its capital and its full stop */
    bool there;               /* the file or folder has to be there */
};

struct subcommand {
    const char *name;      /* "check", "docs build" */
    const char *arguments; /* "PATH ..." */
    const char *help;      /* in the list of them all */
    const struct option_row *options;
    int least, most;   /* how many arguments it takes, its options not counted */
    const char *lacks; /* what to say to who gives fewer */
    const char *files; /* what its arguments are, for completion: "*.md"; "/" only folders; NULL no files */
    bool passes;       /* options behind the first argument are the script's own */
    int there;         /* so many of the arguments are files or folders that have to be there */
    const char *ends;  /* its exit status; NULL: as most commands end */
};

extern const struct subcommand subcommand_rows[SUBCOMMAND_COUNT];

/* The options that every command has. */
extern const struct option_row common_options[];

struct said {
    const char *word; /* the value, "" of a flag; NULL: nothing was said */
    int number;       /* of numbers, flags and words; 0: nothing was said */
};

/* So many values of options that may be said several times. */
#define COMMAND_LINE_MANY 80

struct command_line {
    struct said said[SETTING_COUNT];
    struct again {
        enum setting setting;
        const char *word;
    } many[COMMAND_LINE_MANY]; /* see command_line_next() */
    int many_count;
    char **arguments; /* what is no option; ended by NULL */
    int count;
};

/*
 * Reads what follows the command, argv[0].  False when nothing more is to be done: --help was answered, or a fault
 * told on standard error; *status is the exit status then.
 */
bool command_line_read(struct command_line *line, enum subcommand_name name, int argc, char **argv, int *status);

/* The values of an option that may be said several times, one after the other; `from` begins with 0.  NULL at the end.
 */
const char *command_line_next(const struct command_line *line, enum setting setting, int *from);

/* Tells on standard error what went wrong: "sockrates check: ..."; the text has no newline at its end. */
void command_line_tell(enum subcommand_name name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The exit status when the file or folder cannot be read, which is told; 0: it can. */
int command_line_readable(enum subcommand_name name, const char *path);

/* Tells that the file or folder that was named cannot be read, as errno has it; the exit status. */
int command_line_unreadable(enum subcommand_name name, const char *path);

/* Tells a fault that only the command can know; the exit status. */
int command_line_wrong(enum subcommand_name name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Runs the command that the words begin with, which gets them from the last word of its name on; says what is wrong
 * when there is none, or lists those that begin so.
 */
int command_line_run(int (*const commands[SUBCOMMAND_COUNT])(int argc, char **argv), int argc, char **argv);

/* True of the name of a command, also of the first of its two words. */
bool command_line_knows(const char *first, const char *second);

/* Prints the list of all commands that begin with the word; NULL: of all. */
void command_line_list(FILE *file, const char *first);

/* "text|tap|junit|json", or what help calls the value; "" of a flag. */
void option_add_value(struct text *out, const struct option_row *row);

#endif
