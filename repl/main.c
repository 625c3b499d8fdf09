/*
 * sockrates: one program, a table of subcommands.
 */
#include "base/outlet.h"
#include "base/place.h"
#include "base/text.h"
#include "render/command_line.h"
#include "terminal/check.h"
#include "terminal/collect.h"
#include "terminal/doctor.h"
#include "terminal/follow.h"
#include "terminal/handin.h"
#include "terminal/help.h"
#include "terminal/lab.h"
#include "terminal/learn.h"
#include "terminal/new.h"
#include "terminal/new_course.h"
#include "terminal/report.h"
#include "terminal/run.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int help_command(int argc, char **argv);

static int (*const subcommands[SUBCOMMAND_COUNT])(int argc, char **argv) = {
    /* argv[0] is the last word of its name */
    [SUBCOMMAND_LEARN] = learn_command,
    [SUBCOMMAND_RUN] = run_command,
    [SUBCOMMAND_TRACE] = follow_command,
    [SUBCOMMAND_CHECK] = check_command,
    [SUBCOMMAND_LAB] = lab_command,
    [SUBCOMMAND_NEW_LESSON] = new_command,
    [SUBCOMMAND_NEW_COURSE] = new_course_command,
    [SUBCOMMAND_PROGRESS] = progress_command,
    [SUBCOMMAND_DOCTOR] = doctor_command,
    [SUBCOMMAND_HANDIN] = handin_command,
    [SUBCOMMAND_COLLECT] = collect_command,
    [SUBCOMMAND_HELP] = help_command,
};

/* Programs of their own, so that the tutor starts without their libraries; they read the words behind the first. */
static const struct {
    const char *word, *program, *absent;
} helpers[] = {
    {"docs", "sockrates-docs", "install Sockrates again"},
    {"kernel", "sockrates-kernel",
     "it is a part of its own, and built where ZeroMQ and sodium are: libzmq3-dev and libsodium-dev"},
};

static int exec_helper(const char *program, const char *absent, char **argv)
{
    char *path = place_helper(program);
    execv(path, argv);
    if (errno == ENOENT)
        fprintf(stderr, "sockrates %s: %s is not here: %s.\n", argv[0], program, absent);
    else
        fprintf(stderr, "sockrates %s: cannot start %s: %s\n", argv[0], path, strerror(errno));
    free(path);
    return 1;
}

static int run(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++)
        if (strcmp(argv[0], helpers[i].word) == 0)
            return exec_helper(helpers[i].program, helpers[i].absent, argv);
    return command_line_run(subcommands, argc, argv);
}

/* A command says how it is used; anything else is in the manual. */
static int help_about(int argc, char **argv)
{
    char option[] = "--help", *asked[] = {argv[0], argc > 1 ? argv[1] : option, argc > 1 ? option : NULL, NULL};
    if (argc <= 2 && command_line_knows(argv[0], argc > 1 ? argv[1] : NULL))
        return run(argc + 1, asked);
    struct text name = TEXT_EMPTY;
    for (int i = 0; i < argc; i++)
        text_format(&name, "%s%s", i > 0 ? " " : "", argv[i]);
    int status = help_print(text_string(&name));
    text_free(&name);
    return status;
}

static int help_command(int argc, char **argv)
{
    /* "->" and "-2" are names as well, and after "--" everything is. */
    bool rest = argc > 2 && strcmp(argv[1], "--") == 0;
    argc -= rest;
    argv += rest;
    bool option = argc > 1 && argv[1][0] == '-' && (argv[1][1] == '-' ? argv[1][2] != '\0' : isalpha(argv[1][1]));
    struct command_line line;
    int status;
    bool plea = option && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    if (option && !rest && !plea && !command_line_read(&line, SUBCOMMAND_HELP, argc, argv, &status))
        return status;
    if (argc > 1 && (rest || !option) && strcmp(argv[1], "help") != 0)
        return help_about(argc - 1, argv + 1);
    puts("Sockrates: learn sockets by asking them.\n\nusage: sockrates [COMMAND]\n");
    command_line_list(stdout, NULL);
    puts("\nWithout a command it is a tutor; without a terminal it evaluates the lines it reads.\n"
         "`sockrates COMMAND --help` says more about each.");
    return 0;
}

int main(int argc, char **argv)
{
    bool runs = argc > 1 && strcmp(argv[1], subcommand_rows[SUBCOMMAND_RUN].name) == 0;
    if (!runs) /* a script's own words are its own */
        outlet_guard(&stderr);
    if (argc < 2)
        return learn_command(argc, argv);
    if (strcmp(argv[1], "--version") == 0)
        return printf("sockrates %s\n", SOCKRATES_VERSION) < 0;
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help_command(1, argv);
    return argv[1][0] == '-' ? learn_command(argc, argv) : run(argc - 1, argv + 1);
}
