#include "terminal/check_options.h"

#include "base/nearest.h"
#include "base/text.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_WANTED "a number from 1 to 100000"

static bool read_count(const char *text, int *count)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value < 1 || value > 100000)
        return false;
    *count = (int)value;
    return true;
}

static bool set_help(struct check_options *options, const char *value)
{
    (void)value;
    return options->help = true;
}

static bool set_accept(struct check_options *options, const char *value)
{
    (void)value;
    return options->accept = true;
}

static bool set_watch(struct check_options *options, const char *value)
{
    (void)value;
    return options->watch = true;
}

static bool set_format(struct check_options *options, const char *value)
{
    for (const struct report_format *format = report_formats; format->name != NULL; format++)
        if (strcmp(format->name, value) == 0)
            return options->format = format, true;
    return false;
}

static bool set_json(struct check_options *options, const char *value)
{
    (void)value;
    return set_format(options, "json");
}

static bool set_repeat(struct check_options *options, const char *value)
{
    return read_count(value, &options->repeat);
}

static bool set_jobs(struct check_options *options, const char *value)
{
    return read_count(value, &options->jobs);
}

static const struct option_row {
    const char *name, *value, *help;
    bool (*set)(struct check_options *options, const char *value); /* false: the value is wrong */
    const char *wanted;
} rows[] = {
    {"accept", NULL, "write the new outputs into the lessons, wildcards kept", set_accept, NULL},
    {"watch", NULL, "check again whenever a lesson is saved, until Ctrl-C", set_watch, NULL},
    {"repeat", "N", "run everything N times and name the blocks that fail sometimes", set_repeat, COUNT_WANTED},
    {"jobs", "N", "so many lessons at once (8 for each processor)", set_jobs, COUNT_WANTED},
    {"format", "FORMAT", "text, tap, junit or json", set_format, "text, tap, junit or json"},
    {"json", NULL, "the same as --format json", set_json, NULL},
    {"help", NULL, "show this", set_help, NULL},
};

#define ROWS (sizeof rows / sizeof *rows)

void check_options_help(void)
{
    puts("usage: sockrates check [OPTION ...] PATH ...\n\n"
         "Runs lessons, files or folders of them, and compares what every block does with what\n"
         "the lesson says. For an exercise the solution must pass its check, the starter must fail it.\n");
    for (size_t i = 0; i < ROWS; i++) {
        char option[40];
        snprintf(option, sizeof option, "--%s%s%s", rows[i].name, rows[i].value ? " " : "",
                 rows[i].value ? rows[i].value : "");
        printf("  %-18s %s\n", option, rows[i].help);
    }
    puts("\nExit status: 0 all passed, 1 something failed, 2 wrong usage.");
}

static int wrong_usage(const char *format, const char *word, const char *more)
{
    fputs("sockrates check: ", stderr);
    fprintf(stderr, format, word, more);
    fputs("\nsockrates check: `sockrates check --help` lists the options\n", stderr);
    return 2;
}

static int unknown_option(const char *word)
{
    struct text name = TEXT_EMPTY;
    text_add_bytes(&name, word, strcspn(word, "="));
    struct nearest nearest = nearest_to(text_string(&name) + strspn(text_string(&name), "-"));
    for (size_t i = 0; i < ROWS; i++)
        nearest_try(&nearest, rows[i].name);
    int status = nearest.name != NULL
                     ? wrong_usage("there is no option '%s'; did you mean '--%s'?", text_string(&name), nearest.name)
                     : wrong_usage("there is no option '%s'", text_string(&name), NULL);
    text_free(&name);
    return status;
}

static int read_all(struct check_options *options, int argc, char **argv)
{
    struct option table[ROWS + 1] = {0};
    for (size_t i = 0; i < ROWS; i++)
        table[i] = (struct option){
            .name = rows[i].name, .has_arg = rows[i].value ? required_argument : no_argument, .val = (int)i + 1};
    opterr = 0;
    optind = 1;
    for (;;) {
        int value = getopt_long(argc, argv, ":", table, NULL);
        if (value == -1)
            break;
        if (value == ':')
            return wrong_usage("'%s' needs a value", argv[optind - 1], NULL);
        if (value == '?')
            return optopt > 0 && optopt <= (int)ROWS ? wrong_usage("'%s' takes no value", argv[optind - 1], NULL)
                                                     : unknown_option(argv[optind - 1]);
        const struct option_row *row = &rows[value - 1];
        if (!row->set(options, optarg))
            return wrong_usage("'%s' is not %s", optarg, row->wanted);
    }
    options->paths = argv + optind;
    options->path_count = argc - optind;
    return 0;
}

/* What fits together, once all options are known. */
static int judge_together(const struct check_options *options)
{
    if (options->path_count == 0)
        return wrong_usage("name %s or %s to check", "a lesson", "a folder of lessons");
    if (options->accept && options->repeat > 1)
        return wrong_usage("--accept takes one run; leave --repeat out", "", NULL);
    if (options->watch && options->format != report_formats)
        return wrong_usage("--watch shows text; leave --format %s out", options->format->name, NULL);
    return 0;
}

int check_options_read(struct check_options *options, int argc, char **argv)
{
    *options = (struct check_options){.repeat = 1, .format = report_formats};
    int status = read_all(options, argc, argv);
    return status != 0 || options->help ? status : judge_together(options);
}
