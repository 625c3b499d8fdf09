/*
 * sockrates: one program, a table of subcommands.
 */
#include "base/nearest.h"
#include "base/place.h"
#include "terminal/check.h"
#include "terminal/doctor.h"
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

static const struct subcommand {
    const char *name, *arguments, *help;
    int (*run)(int argc, char **argv); /* argv[0] is the subcommand's name */
} subcommands[] = {
    {"learn", "[LESSON]", "step through lessons; also without a command", learn_command},
    {"run", "FILE|- [ARGUMENT ...]", "run a Lua script", run_command},
    {"check", "PATH ...", "run lessons as their own tests", check_command},
    {"new", "lesson NAME", "write a small lesson to start from", new_command},
    {"docs", "build|render|serve ...", "turn lessons into an HTML site", docs_command},
    {"progress", "[--json]", "how far you are in each lesson", progress_command},
    {"doctor", "", "what works here, and what to do about the rest", doctor_command},
    {"help", "", "show this", help_command},
};
#define SUBCOMMANDS (sizeof subcommands / sizeof *subcommands)

static int help_command(int argc, char **argv)
{
    (void)argc, (void)argv;
    puts("Sockrates: learn sockets by asking them.\n\nusage: sockrates [COMMAND]\n");
    for (size_t i = 0; i < SUBCOMMANDS; i++) {
        char call[64];
        snprintf(call, sizeof call, "%s %s", subcommands[i].name, subcommands[i].arguments);
        printf("  %-28s %s\n", call, subcommands[i].help);
    }
    puts("\nWithout a command it is a tutor; without a terminal it evaluates the lines it reads.\n"
         "`sockrates COMMAND --help` says more about each.");
    return 0;
}

static int unknown(const char *name)
{
    const char *names[SUBCOMMANDS];
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        names[i] = subcommands[i].name;
    const char *near = nearest_of(name, names, SUBCOMMANDS);
    fprintf(stderr, "sockrates: there is no command '%s'", name);
    if (near != NULL)
        fprintf(stderr, "; did you mean '%s'?", near);
    fputs("\nsockrates: `sockrates help` lists them\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return learn_command(argc, argv);
    if (strcmp(argv[1], "--version") == 0)
        return printf("sockrates %s\n", SOCKRATES_VERSION) < 0;
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help_command(argc, argv);
    if (argv[1][0] == '-')
        return learn_command(argc, argv);
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        if (strcmp(subcommands[i].name, argv[1]) == 0)
            return subcommands[i].run(argc - 1, argv + 1);
    return unknown(argv[1]);
}
