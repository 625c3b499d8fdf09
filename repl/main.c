/*
 * sockrates: one program, a table of subcommands.
 */
#include "base/nearest.h"
#include "base/outlet.h"
#include "base/place.h"
#include "base/text.h"
#include "render/command_rows.h"
#include "terminal/check.h"
#include "terminal/doctor.h"
#include "terminal/help.h"
#include "terminal/learn.h"
#include "terminal/new.h"
#include "terminal/report.h"
#include "terminal/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Programs of their own, so that the tutor starts without their libraries. */
static int exec_helper(const char *program, int argc, char **argv)
{
    char *path = place_helper(program);
    (void)argc;
    if (path == NULL)
        return fprintf(stderr, "sockrates: %s is not installed\n", program), 1;
    execv(path, argv);
    fprintf(stderr, "sockrates: cannot start %s: %s\n", path, strerror(errno));
    return 1;
}

static int docs_command(int argc, char **argv)
{
    return exec_helper("sockrates-docs", argc, argv);
}

static int help_command(int argc, char **argv);

static int (*const subcommands[SUBCOMMAND_COUNT])(int argc, char **argv) = {
    /* argv[0] is its name */
    [SUBCOMMAND_LEARN] = learn_command,   [SUBCOMMAND_RUN] = run_command,   [SUBCOMMAND_CHECK] = check_command,
    [SUBCOMMAND_NEW] = new_command,       [SUBCOMMAND_DOCS] = docs_command, [SUBCOMMAND_PROGRESS] = progress_command,
    [SUBCOMMAND_DOCTOR] = doctor_command, [SUBCOMMAND_HELP] = help_command,
};

/* A command says how it is used; anything else is in the manual. */
static int help_about(int argc, char **argv)
{
    char option[] = "--help", *asked[] = {argv[1], option, NULL};
    for (size_t i = 0; argc == 2 && i < SUBCOMMAND_COUNT; i++)
        if (strcmp(subcommand_rows[i].name, argv[1]) == 0)
            return i == SUBCOMMAND_HELP ? help_command(1, argv) : subcommands[i](2, asked);
    struct text name = TEXT_EMPTY;
    for (int i = 1; i < argc; i++)
        text_format(&name, "%s%s", i > 1 ? " " : "", argv[i]);
    int status = help_print(text_string(&name));
    text_free(&name);
    return status;
}

static int help_command(int argc, char **argv)
{
    if (argc > 1 && argv[1][0] != '-')
        return help_about(argc, argv);
    puts("Sockrates: learn sockets by asking them.\n\nusage: sockrates [COMMAND]\n");
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        char call[64];
        snprintf(call, sizeof call, "%s %s", subcommand_rows[i].name, subcommand_rows[i].arguments);
        printf("  %-28s %s\n", call, subcommand_rows[i].help);
    }
    puts("\nWithout a command it is a tutor; without a terminal it evaluates the lines it reads.\n"
         "`sockrates COMMAND --help` says more about each.");
    return 0;
}

static int unknown(const char *name)
{
    const char *names[SUBCOMMAND_COUNT];
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        names[i] = subcommand_rows[i].name;
    const char *near = nearest_of(name, names, SUBCOMMAND_COUNT);
    fprintf(stderr, "sockrates: there is no command '%s'", name);
    if (near != NULL)
        fprintf(stderr, "; did you mean '%s'?", near);
    fputs("\nsockrates: `sockrates help` lists them\n", stderr);
    return 2;
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
    if (argv[1][0] == '-')
        return learn_command(argc, argv);
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        if (strcmp(subcommand_rows[i].name, argv[1]) == 0)
            return subcommands[i](argc - 1, argv + 1);
    return unknown(argv[1]);
}
