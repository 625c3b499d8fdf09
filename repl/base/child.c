#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void child_begin(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++)
        sigaction(number, &action, NULL);
    signal(SIGINT, SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(int first, int last)
{
    if (first <= last)
        close_range((unsigned)first, (unsigned)last, 0);
}

void child_close(int keep, int also, int last)
{
    int low = keep < also ? keep : also, high = keep < also ? also : keep;
    low = low > STDERR_FILENO ? low : STDERR_FILENO;
    high = high > STDERR_FILENO ? high : STDERR_FILENO;
    close_from(STDERR_FILENO + 1, low - 1);
    close_from(low + 1, high - 1);
    close_from(high + 1, last);
}

/* __WALL, so that a child without a signal at its end is one, too. */
bool child_wait(pid_t child, int *status)
{
    pid_t ended;
    do
        ended = waitpid(child, status, __WALL);
    while (ended < 0 && errno == EINTR);
    return ended == child;
}

int child_move_up(int fd, int least)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur <= (rlim_t)least) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, least);
    while (copy < 0 && least > STDERR_FILENO + 1) {
        least = least / 2 > STDERR_FILENO ? least / 2 : STDERR_FILENO + 1;
        copy = fcntl(fd, F_DUPFD_CLOEXEC, least);
    }
    if (copy >= 0)
        close(fd);
    return copy;
}

/* What the kernel says of the process in this file of /proc, as text; "" when it is gone. */
static void about(pid_t process, const char *file, char *text, size_t room)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)process, file);
    int fd = process > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t length = fd < 0 ? 0 : read(fd, text, room - 1);
    if (fd >= 0)
        close(fd);
    text[length > 0 ? length : 0] = '\0';
}

char child_state(pid_t process)
{
    char line[128];
    about(process, "stat", line, sizeof line);
    const char *bracket = strrchr(line, ')'); /* behind the name, which may have brackets itself */
    return bracket != NULL && bracket[1] == ' ' ? bracket[2] : '\0';
}

/* A set of signals in /proc/PID/status: "ShdPnd:\t0000000000004000". */
static bool has_signal(const char *status, const char *set, int signal)
{
    const char *line = strstr(status, set);
    return line != NULL && (strtoull(line + strlen(set), NULL, 16) >> (signal - 1) & 1) != 0;
}

bool child_awaits(pid_t process, int signal)
{
    char status[4096];
    about(process, "status", status, sizeof status);
    return has_signal(status, "ShdPnd:", signal) && !has_signal(status, "SigBlk:", signal);
}

bool child_catches(pid_t process, int signal)
{
    char status[4096];
    about(process, "status", status, sizeof status);
    return has_signal(status, "SigCgt:", signal);
}

int64_t child_worked(pid_t process)
{
    char text[64];
    about(process, "schedstat", text, sizeof text);
    return strtoll(text, NULL, 10);
}
