/*
 * sockrates-kernel: the kernel of notebooks, and what makes it known to them.
 */
#include "base/outlet.h"
#include "kernel/broker.h"
#include "kernel/install.h"
#include "kernel/key.h"
#include "render/command_line.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONG_BLOCK (256 << 10) /* bytes */

enum { EXIT_FINE = 0, EXIT_FAILED = 1 };

/* The folder that the options name; NULL, with *status set, when there is none. */
static char *folder_of(const struct command_line *line, int *status)
{
    const char *prefix = line->said[SETTING_PREFIX].word;
    bool environment = line->said[SETTING_SYS_PREFIX].number, user = line->said[SETTING_USER].number;
    if ((prefix != NULL) + environment + user > 1) {
        *status = command_line_wrong(SUBCOMMAND_KERNEL_INSTALL, "say only one of --user, --prefix and --sys-prefix");
        return NULL;
    }
    if (prefix != NULL)
        return text_make("%s/share/jupyter", prefix);
    char *folder = environment ? install_environment_folder() : install_user_folder();
    if (folder == NULL)
        *status = command_line_wrong(SUBCOMMAND_KERNEL_INSTALL,
                                     "no Python environment is active: name its folder with --prefix DIR");
    return folder;
}

static int install_command(int argc, char **argv)
{
    struct command_line line;
    struct text why = TEXT_EMPTY;
    int status = EXIT_FINE;
    if (!command_line_read(&line, SUBCOMMAND_KERNEL_INSTALL, argc, argv, &status))
        return status;
    char *folder = folder_of(&line, &status), *place = folder ? install_kernel(folder, &why) : NULL;
    if (place != NULL)
        printf("%s\nNotebooks now offer the kernel \"Sockrates (Lua)\".\n", place);
    if (why.length > 0) {
        bool elsewhere = line.said[SETTING_PREFIX].word != NULL || line.said[SETTING_SYS_PREFIX].number;
        command_line_tell(SUBCOMMAND_KERNEL_INSTALL, "%s %s", text_string(&why),
                          elsewhere ? "--user installs it for you alone." : "--prefix FOLDER names another place.");
        status = EXIT_FAILED;
    }
    text_free(&why);
    free(folder);
    free(place);
    return status;
}

/* Servers may add arguments of their own. */
static int start_command(int argc, char **argv)
{
    struct command_line line;
    struct connection connection;
    struct text why = TEXT_EMPTY;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_KERNEL_START, argc, argv, &status))
        return status;
    const char *path = line.arguments[0];
    if (connection_read(&connection, path, &why)) {
        if (key_begin())
            broker_serve(&connection, &(struct session_options){.width = 80, .input = true}, &why);
        else
            text_add(&why, "This machine has no random numbers");
        if (why.length > 0)
            command_line_tell(SUBCOMMAND_KERNEL_START,
                              "%s. Is another kernel still running? Its server starts one anew.", text_string(&why));
    } else {
        command_line_tell(SUBCOMMAND_KERNEL_START,
                          "%s is not a connection file: %s. Jupyter makes one when it starts a kernel.", path,
                          text_string(&why));
    }
    status = why.length > 0 ? EXIT_FAILED : EXIT_FINE;
    connection_free(&connection);
    text_free(&why);
    return status;
}

static int (*const commands[SUBCOMMAND_COUNT])(int argc, char **argv) = {
    [SUBCOMMAND_KERNEL_INSTALL] = install_command,
    [SUBCOMMAND_KERNEL_START] = start_command,
};

int main(int argc, char **argv)
{
    char name[] = "kernel";
    outlet_guard(&stderr);
    /* Long messages come and go: what they took goes back to the system. */
    mallopt(M_MMAP_THRESHOLD, LONG_BLOCK);
    argv[0] = name;
    return command_line_run(commands, argc, argv);
}
