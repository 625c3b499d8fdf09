#include "lab/keeper.h"

#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The keeper's descriptors, which others find in /proc/NUMBER/fd. */
enum { HOLD = STDIN_FILENO, ANSWER = STDOUT_FILENO, FIRST_HOST = STDERR_FILENO + 1 };

static bool show_processes(void)
{
    return unshare(CLONE_NEWNS) == 0 && mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0;
}

/* Says whether it can show who is there, then takes care of who is left alone until the other end of `hold` is gone. */
static _Noreturn void keep(int hold, int answer, const struct network *network, bool whole)
{
    const int hosts[NETWORK_HOSTS] = {[NETWORK_ME] = network->me, [NETWORK_PEER] = network->peer};
    char fine = (char)(!whole || show_processes()), nothing;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN);
    setsid();
    dup2(hold, HOLD);
    dup2(answer, ANSWER);
    for (int host = 0; host < NETWORK_HOSTS; host++)
        dup2(hosts[host], FIRST_HOST + host);
    close_range(FIRST_HOST + NETWORK_HOSTS, UINT_MAX, 0);
    close(STDERR_FILENO);
    network_give_up_rights();
    prctl(PR_SET_DUMPABLE, 1);
    if (write(ANSWER, &fine, 1) == 1)
        close(ANSWER);
    while (read(HOLD, &nothing, 1) < 0 && errno == EINTR)
        ;
    _exit(0);
}

/* True when it runs and is fine. */
static bool start(struct keeper *keeper, const struct network *network, bool whole)
{
    int hold[2] = {-1, -1}, answer[2] = {-1, -1};
    char fine = 0;
    if (pipe2(hold, O_CLOEXEC) != 0 || pipe2(answer, O_CLOEXEC) != 0)
        return false;
    pid_t process = (pid_t)syscall(SYS_clone, (whole ? CLONE_NEWPID : 0) | SIGCHLD, NULL, NULL, NULL, NULL);
    if (process == 0)
        keep(hold[0], answer[1], network, whole);
    close(hold[0]);
    close(answer[1]);
    bool started = process > 0 && read(answer[0], &fine, 1) == 1 && fine;
    close(answer[0]);
    if (process > 0 && !started) {
        close(hold[1]);
        kill(process, SIGKILL);
        child_wait(process, NULL);
    }
    *keeper = (struct keeper){.process = process, .whole = whole, .hold = hold[1]};
    return started;
}

/* From here on children are in its process namespace. */
static bool move_in(const struct keeper *keeper)
{
    int process = (int)syscall(SYS_pidfd_open, keeper->process, 0);
    bool fine = process >= 0 && setns(process, CLONE_NEWPID) == 0;
    if (process >= 0)
        close(process);
    return fine;
}

struct status keeper_start(struct keeper *keeper, const struct network *network)
{
    if (start(keeper, network, true)) {
        if (move_in(keeper))
            return STATUS_OK;
        keeper_end(keeper);
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    return start(keeper, network, false) ? STATUS_OK : status_errno("fork", errno);
}

/* Children of the calling process, also those that came to it when their own parents ended. */
static bool kill_children(void)
{
    FILE *file = fopen("/proc/thread-self/children", "r");
    int process;
    bool any = false;
    while (file != NULL && fscanf(file, "%d", &process) == 1)
        any = kill(process, SIGKILL) == 0 || any;
    if (file != NULL)
        fclose(file);
    return any;
}

/* It is gone only when those who lived with it are, and of these the caller's own children are the caller's to bury. */
void keeper_end(struct keeper *keeper)
{
    if (keeper->process <= 0)
        return;
    close(keeper->hold);
    kill(keeper->process, SIGKILL);
    for (pid_t ended = 0; ended >= 0 && ended != keeper->process;)
        ended = waitpid(-1, NULL, __WALL);
    while (!keeper->whole && kill_children())
        wait(NULL);
    keeper->process = 0;
}

pid_t keeper_number(const struct keeper *keeper)
{
    return keeper->whole ? 1 : keeper->process;
}

void keeper_show(const struct keeper *keeper)
{
    if (keeper->whole)
        show_processes();
}

struct status keeper_go(pid_t number, int host)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)number, FIRST_HOST + host);
    int namespace = open(path, O_RDONLY | O_CLOEXEC);
    bool fine = namespace >= 0 && setns(namespace, CLONE_NEWNET) == 0;
    struct status status = fine ? network_call_host(host) : status_errno("lab", errno);
    if (namespace >= 0)
        close(namespace);
    return status;
}
