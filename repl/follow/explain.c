#include "follow/explain.h"

#include "base/file.h"
#include "base/text.h"
#include "lab/program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What stands in a small file of /proc; -1 for nothing. */
static int number_in(const char *path, const char *format)
{
    char line[256];
    int number = -1;
    FILE *file = fopen(path, "re");
    while (file != NULL && number < 0 && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, format, &number) != 1)
            number = -1;
    if (file != NULL)
        fclose(file);
    return number;
}

static void explain_ptrace(struct text *out)
{
    int scope = number_in("/proc/sys/kernel/yama/ptrace_scope", "%d");
    if (number_in("/proc/self/status", "TracerPid: %d") > 0)
        text_add(out, "This process is followed itself, by a debugger or strace, and so are its children. Start it "
                      "without.");
    else if (program_keeper() > 0 && number_in("/proc/self/status", "NoNewPrivs: %d") == 1)
        text_add(out, "This lab was begun with --trace: all that runs in it is followed already.");
    else if (scope == 3)
        text_add(out, "/proc/sys/kernel/yama/ptrace_scope is 3: until the next start of the machine no program may "
                      "follow another. Take kernel.yama.ptrace_scope=3 out of /etc/sysctl.d, then start it again.");
    else if (scope == 2)
        text_add(out, "/proc/sys/kernel/yama/ptrace_scope is 2: only root may follow programs. As root, `sysctl "
                      "kernel.yama.ptrace_scope=1` lets everybody follow their own.");
    else
        text_add(out, "This system forbids ptrace. In a container start that with --cap-add=SYS_PTRACE, and with a "
                      "seccomp profile that lets ptrace pass.");
}

/* For a folder on the PATH that may not be read execve(2) says the same as for a file without the permission. */
static int error_of_start(int error, const char *program, bool found)
{
    return error == EACCES && !found && strchr(program, '/') == NULL ? ENOENT : error;
}

static void explain_execve(struct text *out, int error, const char *program, bool found)
{
    switch (error_of_start(error, program, found)) {
    case ENOENT:
        if (found)
            text_format(out,
                        "%s is there, but the interpreter that it names is not: look at its first line, or at "
                        "`file %s`.",
                        program, program);
        else
            text_add(out, strchr(program, '/') ? "There is no such file."
                                               : "There is no such program in PATH. A "
                                                 "program of this folder is called ./NAME.");
        break;
    case EACCES:
        if (file_is_folder(program))
            text_add(out, "It is a folder. Name a program in it.");
        else
            text_format(out, "You have no permission to execute it. For a file of your own, `chmod +x %s`.", program);
        break;
    case ENOEXEC:
        text_add(out, "It is no program, and as a script it does not say what runs it: begin it with a line like "
                      "#!/bin/sh, or name the interpreter before it.");
        break;
    default:
        text_format(out, "The system says: %s.", strerror(error));
        break;
    }
}

int explain_exit(struct status status, const char *program, bool found)
{
    bool missing = strcmp(status.call, "execve") == 0 && error_of_start(status.error, program, found) == ENOENT;
    return missing ? 127 : 126;
}

char *explain_start(struct status status, const char *program, bool found)
{
    struct text out = TEXT_EMPTY;
    if (strcmp(status.call, "ptrace") == 0)
        explain_ptrace(&out);
    else if (strcmp(status.call, "execve") == 0)
        explain_execve(&out, status.error, program, found);
    else if (strcmp(status.call, "format") == 0)
        text_add(&out, "It is a program of 32 bits, or of another kind of processor, whose calls cannot be followed. "
                       "Build it for this machine.");
    else if (strcmp(status.call, "seccomp") == 0)
        text_format(&out, "The kernel takes no filter of system calls: %s.", strerror(status.error));
    else
        text_format(&out, "%s: %s.", status.call, strerror(status.error));
    return text_steal(&out);
}
