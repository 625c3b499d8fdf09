#include "lab/program.h"

#include "base/child.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Says to programs that they are on a host of a private network, and to `peer` who knows the way to the other one. */
#define MARK "SOCKRATES_LAB"

static void set_environment(const struct program_way *way)
{
    struct text text = TEXT_EMPTY;
    const char *path = getenv("PATH");
    text_format(&text, "%d", (int)keeper_number(way->keeper));
    setenv(MARK, text_string(&text), 1);
    text_clear(&text);
    if (way->commands != NULL) {
        text_format(&text, "%s%s%s", way->commands, path ? ":" : "", path ? path : "");
        setenv("PATH", text_string(&text), 1);
    }
    text_free(&text);
}

void program_step_aside(void)
{
    int nothing = open("/dev/null", O_RDONLY);
    setsid();
    dup2(nothing, STDIN_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    if (nothing > STDERR_FILENO)
        close(nothing);
}

/* Changing the terminal's group from another one is answered by SIGTTOU, which the caller holds back. */
static void lead(int terminal)
{
    setpgid(0, 0);
    tcsetpgrp(terminal, getpid());
}

void program_prepare(const struct program_way *way)
{
    if (!way->keeper->whole)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (way->terminal >= 0)
        lead(way->terminal);
    if (way->aside)
        program_step_aside();
    if (way->host == NETWORK_PEER)
        network_go(way->network, NETWORK_PEER);
    network_call_host(way->host);
    keeper_show(way->keeper);
    set_environment(way);
    network_lend_rights();
    sigprocmask(SIG_SETMASK, &way->signals, NULL);
}

int program_become(char *const argv[])
{
    execvp(argv[0], argv);
    return errno == ENOENT ? 127 : 126;
}

struct status program_start(pid_t *process, const struct program_way *way, char *const argv[])
{
    int report[2], error = 0;
    if (pipe2(report, O_CLOEXEC) != 0)
        return status_errno("pipe", errno);
    *process = fork();
    if (*process == 0) {
        program_prepare(way);
        int status = program_become(argv);
        error = errno;
        _exit(write(report[1], &error, sizeof error) == sizeof error ? status : 1);
    }
    if (*process < 0)
        error = errno;
    close(report[1]);
    if (*process > 0 && read(report[0], &error, sizeof error) != sizeof error)
        error = 0;
    close(report[0]);
    if (*process > 0 && error != 0)
        child_wait(*process, NULL);
    return error == 0 ? STATUS_OK : status_errno(*process > 0 ? "execve" : "fork", error);
}

pid_t program_keeper(void)
{
    const char *mark = getenv(MARK);
    return mark != NULL ? (pid_t)strtol(mark, NULL, 10) : 0;
}
