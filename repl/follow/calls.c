#include "follow/calls.h"

#include "follow/passing.h"
#include "trace/call.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

/* What the kernel says of a call that a signal ended, and that will be made again unless a handler forbids it. */
enum { RESTART_FIRST = 512, RESTART_LAST = 516 };

/* The same call again, after a signal. */
static bool is_again(const struct task *task, const struct invocation *before, uint64_t stack)
{
    return task->interrupted && task->stack == stack && task->call.number == before->number &&
           memcmp(task->call.arguments, before->arguments, sizeof before->arguments) == 0;
}

/* CPython and others give connect(2) a timeout by waiting themselves: that wait is a part of it. */
static bool serves_connect(const struct task *task, const struct event *draft)
{
    return draft->call == CALL_POLL && draft->fd == task->connecting && draft->arg[0] & POLLOUT && draft->arg[1] != 0;
}

static void fill_in(struct follow *follow, struct task *task)
{
    struct event *draft = &task->draft;
    draft->actor = (uint16_t)following_actor(follow, task->process);
    draft->chunk = task->thread;
    draft->flags |= EVENT_THREAD;
    if (serves_connect(task, draft)) {
        draft->flags |= EVENT_WAIT;
        draft->arg[3] = draft->arg[1] > 0 ? draft->arg[1] * CLOCK_MILLISECOND : 0;
    } else if (draft->fd == task->connecting) {
        task->connecting = -1; /* it asks what became of it, or does not care */
    }
    uint64_t caller = origin_caller(task->id, task->stack);
    if (caller == 0 && !tracee_is_open(task->id, task->stack))
        following_remark(follow, REMARK_SHUT, task->process->name);
    if (follow->options.line != NULL)
        draft->line = follow->options.line(follow->options.lines, task->process->id, task->id, caller);
}

static bool is_library(const struct follow *follow, struct task *task)
{
    enum call_act act = (enum call_act)call_row(task->draft.call)->act;
    return !follow->options.all && (act == ACT_CREATE || act == ACT_PAIR) &&
           origin_is_library(&task->process->origin, task->id, task->stack);
}

/* A signal interrupted it, and it goes on as another call: it is the old one. */
static void restart(struct task *task)
{
    task->draft = (struct event){.kind = EVENT_CALL, .begin = clock_now(), .fd = -1};
    task->interest = syscall_enter(&task->call, &task->draft);
    task->draft.flags |= EVENT_RETRY;
}

static void take_call(struct task *task, const struct __ptrace_syscall_info *info)
{
    struct invocation call = {.process = task->id, .number = info->seccomp.nr, .handles = task->process->handles};
    memcpy(call.arguments, info->seccomp.args, sizeof call.arguments);
    if (call.number == __NR_restart_syscall && task->interrupted) {
        restart(task);
        return;
    }
    bool again = is_again(task, &call, info->stack_pointer);
    task->call = call;
    task->stack = info->stack_pointer;
    task->draft = (struct event){.kind = EVENT_CALL, .begin = clock_now(), .fd = -1};
    task->interest = syscall_enter(&task->call, &task->draft);
    task->draft.flags |= again ? EVENT_RETRY : 0;
}

void calls_enter(struct follow *follow, struct task *task)
{
    struct __ptrace_syscall_info info;
    if (task->state == TASK_BEGUN || ptrace(PTRACE_GET_SYSCALL_INFO, task->id, sizeof info, &info) <= 0) {
        following_go_on(task, 0);
        return;
    }
    if (task->interrupted)
        record_interrupted(task);
    take_call(task, &info);
    task->interrupted = false;
    if (task->interest == SYSCALL_RECORD && is_library(follow, task))
        task->interest = SYSCALL_HIDDEN;
    syscall_track_early(&task->call, task->process->handles);
    switch (task->interest) {
    case SYSCALL_RECORD:
        follow->newest = task->draft.begin;
        fill_in(follow, task);
        record_begin(&follow->recorder, task);
        if (task->draft.call == CALL_SENDMSG)
            passing_sent(follow, task);
        following_go_on_to_exit(task, TASK_CALLS);
        return;
    case SYSCALL_UNKNOWN:
        fill_in(follow, task);
        following_go_on_to_exit(task, TASK_TRACKED);
        return;
    case SYSCALL_HIDDEN:
        follow->left_out++;
        following_go_on_to_exit(task, TASK_TRACKED);
        return;
    case SYSCALL_RING:
        following_remark(follow, REMARK_IO_URING, task->process->name);
        break;
    default:
        break;
    }
    following_go_on(task, 0);
}

/* The address that the kernel chose, where the call itself does not tell it: so both ends can be joined. */
static void add_address(struct task *task)
{
    struct event *draft = &task->draft;
    enum call_act act = (enum call_act)call_row(draft->call)->act;
    bool fine = draft->error == 0, goes_on = act == ACT_CONNECT && draft->error == EINPROGRESS;
    struct address given = address_copy(draft->payload, draft->address_length), chosen;
    bool accepts = act == ACT_ACCEPT && fine && given.length == 0;
    bool binds = act == ACT_BIND && fine && address_family_of(&given) != AF_UNIX && address_port(&given) == 0;
    bool connects = act == ACT_CONNECT && (fine || goes_on) && address_family_of(&given) != AF_UNIX;
    int fd = accepts ? (int)draft->result : draft->fd;
    if (!(accepts || binds || connects) || !tracee_name(task->process->id, fd, accepts, &chosen) ||
        chosen.length > (socklen_t)(EVENT_ROOM - draft->address_length))
        return;
    memcpy(draft->payload + draft->address_length, chosen.bytes, chosen.length);
    draft->data_length = (uint16_t)chosen.length;
}

static void learn(struct follow *follow, struct task *task)
{
    const struct event *draft = &task->draft;
    enum call_act act = (enum call_act)call_row(draft->call)->act;
    if (act == ACT_CONNECT)
        task->connecting = draft->error == EINPROGRESS ? draft->fd : -1;
    bool receives = act == ACT_BIND && tracee_is_datagram(task->process->id, draft->fd);
    if (draft->error == 0 && (act == ACT_LISTEN || receives))
        following_program(follow, task->process)->listens = true;
}

/* What travels with the message, now that it is known what became of that. */
static void pass(struct follow *follow, const struct task *task, int64_t result)
{
    if (task->draft.call == CALL_SENDMSG && result < 0)
        passing_not_sent(follow, task);
    else if (task->draft.call == CALL_RECVMSG && result >= 0)
        passing_received(follow, task);
}

static void leave_recorded(struct follow *follow, struct task *task, int64_t result)
{
    pass(follow, task, result);
    if (task->interrupted) {
        task->since = clock_now();
        return;
    }
    syscall_leave(&task->call, &task->draft, result);
    syscall_track(&task->call, &task->draft, task->process->handles, false);
    add_address(task);
    learn(follow, task);
    record_end(&follow->recorder, task);
}

static void leave_tracked(struct follow *follow, struct task *task, int64_t result)
{
    syscall_leave(&task->call, &task->draft, result);
    if (task->interest == SYSCALL_UNKNOWN && result == -EBADF)
        record_end(&follow->recorder, task);
    else
        syscall_track(&task->call, &task->draft, task->process->handles, task->interest == SYSCALL_HIDDEN);
}

void calls_leave(struct follow *follow, struct task *task)
{
    struct __ptrace_syscall_info info;
    enum task_state state = task->state;
    task->state = TASK_RUNS;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, task->id, sizeof info, &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_EXIT)
        goto out;
    int64_t result = info.exit.rval;
    task->interrupted = (-result >= RESTART_FIRST && -result <= RESTART_LAST) ||
                        (result == -EINTR && following_program(follow, task->process)->told);
    if (state == TASK_CALLS)
        leave_recorded(follow, task, result);
    else if (state == TASK_TRACKED)
        leave_tracked(follow, task, result);
out:
    following_go_on(task, 0);
}
