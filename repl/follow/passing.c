#include "follow/passing.h"

#include "follow/scatter.h"
#include "follow/tracee.h"

#include <sys/socket.h>

struct post {
    struct follow *follow;
    const struct task *task;
    enum passing what;
};

static void tell(const struct post *post, int fd, uint64_t number)
{
    if (post->task->process->actor >= 0)
        record_passing(&post->follow->recorder, post->task, fd, number, post->what);
}

static void take_sent(void *owner, int fd)
{
    const struct post *post = owner;
    uint64_t number = 0;
    if (handles_kind(post->task->process->handles, fd) == HANDLE_SOCKET)
        number = tracee_socket(post->task->process->id, fd);
    if (number != 0)
        tell(post, fd, number);
}

static void take_received(void *owner, int fd)
{
    const struct post *post = owner;
    uint64_t number = tracee_socket(post->task->process->id, fd);
    if (number == 0)
        return;
    handles_open(post->task->process->handles, fd, false, invocation_int(&post->task->call, 2) & MSG_CMSG_CLOEXEC);
    tell(post, fd, number);
}

void passing_sent(struct follow *follow, const struct task *task)
{
    scatter_rights(&task->call, take_sent, &(struct post){follow, task, PASSED_ON});
}

void passing_not_sent(struct follow *follow, const struct task *task)
{
    scatter_rights(&task->call, take_sent, &(struct post){follow, task, PASSED_NOT});
}

void passing_received(struct follow *follow, const struct task *task)
{
    scatter_rights(&task->call, take_received, &(struct post){follow, task, PASSED_IN});
}
