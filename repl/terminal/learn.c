#include "terminal/learn.h"

#include "base/path.h"
#include "terminal/batch.h"
#include "terminal/loop.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "usage: sockrates [learn] [LESSON] [OPTION ...]\n"
    "\n"
    "Steps through lessons at a terminal: Enter goes on, anything else is Lua.\n"
    "LESSON is a number, a name, a Markdown file or a folder of them. Without a terminal on standard\n"
    "input, lines are read and evaluated, and results printed.\n"
    "\n"
    "  --lessons DIR     take the lessons from this folder or file\n"
    "  --network         sockets may reach other machines\n"
    "  --plain           no colour, no ornaments, no moving cursor: for screen readers\n"
    "  --theme dark|light\n"
    "                    for which background; else as COLORFGBG says, else dark\n"
    "  -h, --help        show this\n"
    "\n"
    "NO_COLOR and TERM=dumb are respected. Exit status: 0 fine, 1 what was run\n"
    "failed (without a terminal), 2 wrong usage.\n";

enum { OPTION_LESSONS = 256, OPTION_NETWORK, OPTION_PLAIN, OPTION_THEME };

static const struct option long_options[] = {
    {"lessons", required_argument, NULL, OPTION_LESSONS},
    {"network", no_argument, NULL, OPTION_NETWORK},
    {"plain", no_argument, NULL, OPTION_PLAIN},
    {"theme", required_argument, NULL, OPTION_THEME},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int wrong_usage(const char *text, const char *word)
{
    fprintf(stderr, "sockrates: %s%s; `sockrates learn --help` shows what there is\n", text, word);
    return 2;
}

static bool set_theme(struct tutor_options *options, const char *word)
{
    if (strcmp(word, "light") == 0)
        options->theme = THEME_LIGHT;
    else if (strcmp(word, "dark") == 0)
        options->theme = THEME_DARK;
    return options->theme != THEME_UNKNOWN;
}

/* A lesson that is a file is a course of its own, and so is a folder. */
static void set_lesson(struct tutor_options *options, const char *word)
{
    struct stat about;
    bool there = options->lessons == NULL && stat(word, &about) == 0;
    if (there && S_ISDIR(about.st_mode))
        options->lessons = word;
    else
        options->lesson = word;
    if (there && S_ISREG(about.st_mode) && path_is_markdown(word)) {
        options->lessons = word;
        options->lesson = "1";
    }
}

int learn_command(int argc, char **argv)
{
    struct tutor tutor = {.reading = {.index = -1}};
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        switch (option) {
        case OPTION_LESSONS:
            tutor.options.lessons = optarg;
            break;
        case OPTION_NETWORK:
            tutor.options.network = true;
            break;
        case OPTION_PLAIN:
            tutor.options.plain = true;
            break;
        case OPTION_THEME:
            if (!set_theme(&tutor.options, optarg))
                return wrong_usage("--theme is dark or light, not ", optarg);
            break;
        case 'h':
            fputs(usage, stdout);
            return 0;
        default:
            return wrong_usage("unknown or incomplete option ", argv[optind - 1]);
        }
    }
    if (argc - optind > 1)
        return wrong_usage("one lesson at a time, please: ", argv[optind + 1]);
    if (optind < argc)
        set_lesson(&tutor.options, argv[optind]);
    if (!isatty(STDIN_FILENO))
        return batch_run(tutor.options.network);
    loop_run(&tutor);
    return 0;
}
