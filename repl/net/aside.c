#include "net/aside.h"

#include "base/child.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Noreturn void answer(const struct aside *aside, int pipe)
{
    struct text text = TEXT_EMPTY;
    int code = aside->ask(aside->question, &text);
    bool written =
        file_write_all(pipe, (const char *)&code, sizeof code) && file_write_all(pipe, text_string(&text), text.length);
    text_free(&text);
    close(pipe);
    _exit(!written);
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
        child_begin(parent);
        child_close(ends[1], -1, INT_MAX); /* nothing else of the parent may stay */
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
    child_wait(aside->child, NULL);
    close(aside->pipe);
    aside->child = 0;
}
