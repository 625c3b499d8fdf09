#include "net/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nothing of the parent may stay with the child but its end of the pipe; Ctrl-C is for the parent to answer.
 */
static void become_child(int pipe, pid_t parent)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    for (int number = 1; number < NSIG; number++)
        sigaction(number, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGINT, &action, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (pipe > 3)
        close_range(3, (unsigned)pipe - 1, 0);
    close_range((unsigned)pipe + 1, ~0U, 0);
}

static void write_all(int pipe, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(pipe, bytes, length);
        if (count < 0)
            _exit(1);
        bytes += count;
        length -= (size_t)count;
    }
}

static _Noreturn void answer(const struct aside *aside, int pipe)
{
    struct text text = TEXT_EMPTY;
    int code = aside->ask(aside->question, &text);
    write_all(pipe, (const char *)&code, sizeof code);
    write_all(pipe, text_string(&text), text.length);
    text_free(&text);
    close(pipe);
    _exit(0);
}

static bool start(struct aside *aside)
{
    int ends[2];
    pid_t parent = getpid();
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    /* fork(2), but without a signal at the child's end: the learner may have a handler for SIGCHLD. */
    long child = syscall(SYS_clone, 0L, 0L, 0L, 0L, 0L);
    if (child == 0) {
        become_child(ends[1], parent);
        answer(aside, ends[1]);
    }
    int error = errno;
    close(ends[1]);
    if (child < 0)
        close(ends[0]);
    else
        aside->pipe = ends[0];
    aside->child = child > 0 ? (pid_t)child : 0;
    errno = error;
    return child > 0;
}

ssize_t aside_run(struct aside *aside)
{
    if (aside->child == 0 && !start(aside))
        return -1;
    char bytes[4096];
    ssize_t count;
    while ((count = read(aside->pipe, bytes, sizeof bytes)) > 0)
        text_add_bytes(&aside->answer, bytes, (size_t)count);
    if (count < 0)
        return -1;
    aside->code = aside->otherwise;
    if (aside->answer.length >= sizeof aside->code) {
        memcpy(&aside->code, aside->answer.bytes, sizeof aside->code);
        aside->answer.length -= sizeof aside->code;
        memmove(aside->answer.bytes, aside->answer.bytes + sizeof aside->code, aside->answer.length);
    }
    return 0;
}

void aside_end(struct aside *aside)
{
    if (aside->child == 0)
        return;
    kill(aside->child, SIGKILL);
    while (waitpid(aside->child, NULL, __WALL) < 0 && errno == EINTR)
        ;
    close(aside->pipe);
    aside->child = 0;
}
