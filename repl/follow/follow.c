#include "follow/follow.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/text.h"
#include "follow/begin.h"
#include "follow/executable.h"
#include "follow/explain.h"
#include "follow/name.h"
#include "follow/record.h"
#include "trace/call.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* <linux/ptrace.h> cannot be included beside <sys/ptrace.h>, which names some of it otherwise. */
#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

/* What the kernel says of a call that a signal ended, and that will be made again unless a handler forbids it. */
enum { RESTART_FIRST = 512, RESTART_LAST = 516 };

struct started {
    int actor;
    pid_t process; /* its first one */
    char *name;
    int report; /* what became of execve(2); -1: read already */
    bool executed, ended, listens;
    int status;
    size_t running; /* processes */
    size_t forks;   /* that it made, ever */
};

struct follow {
    struct follow_options options;
    struct recorder recorder;
    struct tasks *tasks;
    struct started *programs;
    size_t count;
    uint64_t left_out;
    int64_t newest; /* when the last call was seen */
    bool said[FOLLOW_REMARKS];
    volatile sig_atomic_t stopped;
};

/* --- words ---------------------------------------------------------------------------------------------- */

static void remark(struct follow *follow, enum follow_remark remark, const char *program)
{
    if (!follow->said[remark] && follow->options.remark != NULL)
        follow->options.remark(follow->options.owner, remark, program);
    follow->said[remark] = true;
}

static struct started *program_of(struct follow *follow, const struct process *process)
{
    return &follow->programs[process->program];
}

/* A process becomes an actor with its first call. */
static int actor_of(struct follow *follow, struct process *process)
{
    struct started *program = program_of(follow, process);
    if (process->actor < 0 && process->id == program->process && program->actor >= 0)
        process->actor = program->actor;
    if (process->actor < 0)
        process->actor = ring_actor_new(follow->options.ring, process->name);
    return process->actor;
}

/* --- going on ------------------------------------------------------------------------------------------- */

/* One that is gone meanwhile says so by itself. */
static void go_on(const struct task *task, int signal)
{
    ptrace(PTRACE_CONT, task->id, NULL, (void *)(intptr_t)signal);
}

static void go_on_to_exit(struct task *task, enum task_state state)
{
    task->state = state;
    ptrace(PTRACE_SYSCALL, task->id, NULL, NULL);
}

/* --- calls ---------------------------------------------------------------------------------------------- */

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

static void fill_in(struct follow *follow, struct task *task, const struct __ptrace_syscall_info *info)
{
    struct event *draft = &task->draft;
    draft->actor = (uint16_t)actor_of(follow, task->process);
    draft->chunk = task->thread;
    if (serves_connect(task, draft)) {
        draft->flags |= EVENT_WAIT;
        draft->arg[3] = draft->arg[1] > 0 ? draft->arg[1] * CLOCK_MILLISECOND : 0;
    } else if (draft->fd == task->connecting) {
        task->connecting = -1; /* it asks what became of it, or does not care */
    }
    if (follow->options.line != NULL)
        draft->line = follow->options.line(follow->options.owner, task->process->id, task->id,
                                           info->instruction_pointer, info->stack_pointer);
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

static void enter(struct follow *follow, struct task *task)
{
    struct __ptrace_syscall_info info;
    if (task->state == TASK_BEGUN || ptrace(PTRACE_GET_SYSCALL_INFO, task->id, sizeof info, &info) <= 0) {
        go_on(task, 0);
        return;
    }
    take_call(task, &info);
    task->interrupted = false;
    if (task->interest == SYSCALL_RECORD && is_library(follow, task))
        task->interest = SYSCALL_HIDDEN;
    syscall_track_early(&task->call, task->process->handles);
    switch (task->interest) {
    case SYSCALL_RECORD:
        follow->newest = task->draft.begin;
        fill_in(follow, task, &info);
        record_begin(&follow->recorder, task);
        go_on_to_exit(task, TASK_CALLS);
        return;
    case SYSCALL_UNKNOWN:
        fill_in(follow, task, &info);
        go_on_to_exit(task, TASK_TRACKED);
        return;
    case SYSCALL_HIDDEN:
        follow->left_out++;
        go_on_to_exit(task, TASK_TRACKED);
        return;
    case SYSCALL_RING:
        remark(follow, REMARK_IO_URING, task->process->name);
        break;
    default:
        break;
    }
    go_on(task, 0);
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
        program_of(follow, task->process)->listens = true;
}

static void leave_recorded(struct follow *follow, struct task *task, int64_t result)
{
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

static void leave(struct follow *follow, struct task *task)
{
    struct __ptrace_syscall_info info;
    enum task_state state = task->state;
    task->state = TASK_RUNS;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, task->id, sizeof info, &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_EXIT)
        goto out;
    int64_t result = info.exit.rval;
    task->interrupted = -result >= RESTART_FIRST && -result <= RESTART_LAST;
    if (task->interrupted)
        result = -EINTR;
    if (state == TASK_CALLS)
        leave_recorded(follow, task, result);
    else if (state == TASK_TRACKED)
        leave_tracked(follow, task, result);
out:
    go_on(task, 0);
}

/* --- processes ------------------------------------------------------------------------------------------ */

/* What a new process has of the one that made it. */
static void give_birth(struct follow *follow, struct task *parent, struct task *child, struct syscall_sharing shares)
{
    struct process *from = parent->process;
    tasks_settle(child, shares.thread ? from : NULL);
    child->state = TASK_RUNS;
    if (shares.thread)
        return;
    struct process *process = child->process;
    process->program = from->program;
    process->name = text_make("%s %zu", from->name, ++program_of(follow, from)->forks + 1);
    process->handles = shares.handles ? handles_share(from->handles) : handles_copy(from->handles);
    program_of(follow, from)->running++;
    if (handles_count(process->handles) > 0 && !shares.handles) {
        actor_of(follow, from);
        record_fork(&follow->recorder, parent, actor_of(follow, process), process->id);
    }
}

static void spawned(struct follow *follow, struct task *parent)
{
    unsigned long id;
    if (ptrace(PTRACE_GETEVENTMSG, parent->id, NULL, &id) == 0) {
        struct task *child = tasks_find(follow->tasks, (pid_t)id);
        bool waits = child != NULL; /* it was quicker to tell us than its parent */
        if (child == NULL)
            child = tasks_add(follow->tasks, (pid_t)id);
        give_birth(follow, parent, child, syscall_shares(&parent->call));
        if (waits)
            go_on(child, 0);
    }
    go_on(parent, 0);
}

static void inherit(void *owner, int fd, bool closes)
{
    handles_open(owner, fd, false, closes);
}

/* The program itself begins: what it was given is known only now. */
static void begin_first(struct follow *follow, struct task *task)
{
    tracee_sockets(task->id, inherit, task->process->handles);
    program_of(follow, task->process)->executed = true;
}

static void executed(struct follow *follow, struct task *task)
{
    struct process *process = task->process;
    unsigned long former;
    struct task *other = NULL;
    /* When another thread than the first executed a program, it is the first now. */
    if (ptrace(PTRACE_GETEVENTMSG, task->id, NULL, &former) == 0 && (pid_t)former != task->id)
        other = tasks_find(follow->tasks, (pid_t)former);
    if (other != NULL)
        tasks_remove(follow->tasks, other);
    process->handles = handles_exec(process->handles);
    origin_free(process->origin);
    process->origin = NULL;
    if (follow->options.forget != NULL)
        follow->options.forget(follow->options.owner, process->id);
    if (task->state == TASK_BEGUN)
        begin_first(follow, task);
    struct started *program = program_of(follow, process);
    bool first = process->id == program->process;
    free(process->name);
    process->name = first && program->name != NULL ? memory_copy(program->name) : name_of_process(process->id);
    if (first && program->actor >= 0)
        ring_actor_rename(follow->options.ring, program->actor, process->name);
    if (executable_is_foreign(process->id))
        remark(follow, REMARK_FOREIGN, process->name);
    task->state = TASK_RUNS;
    task->event = NULL;
    go_on(task, 0);
}

static void add_end(struct text *out, int status)
{
    if (WIFSIGNALED(status))
        text_format(out, "ended by SIG%s", sigabbrev_np(WTERMSIG(status)) ? sigabbrev_np(WTERMSIG(status)) : "?");
    else if (WEXITSTATUS(status) != 0)
        text_format(out, "ends with status %d", WEXITSTATUS(status));
    else
        text_add(out, "ends");
}

static void died(struct follow *follow, struct task *task, int status)
{
    struct process *process = task->process;
    if (process != NULL && process->threads == 1) {
        struct started *program = program_of(follow, process);
        struct text how = TEXT_EMPTY;
        add_end(&how, status);
        if (process->actor >= 0)
            record_death(&follow->recorder, process->actor, text_string(&how));
        text_free(&how);
        program->running--;
        if (follow->options.forget != NULL)
            follow->options.forget(follow->options.owner, process->id);
    }
    if (process != NULL && task->id == program_of(follow, process)->process) {
        program_of(follow, process)->ended = true;
        program_of(follow, process)->status = status;
    }
    tasks_remove(follow->tasks, task);
}

/* --- stops ---------------------------------------------------------------------------------------------- */

static bool stops(int signal)
{
    return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/* The terminal stopped the whole job: so are we, that its shell may know.  SIGCONT comes to all of it. */
static void stop_with(struct follow *follow, const struct task *task, int signal)
{
    bool job = signal != SIGSTOP && task->id == program_of(follow, task->process)->process &&
               getpgid(task->id) == getpgrp() && tcgetpgrp(STDERR_FILENO) == getpgrp();
    if (job)
        raise(SIGSTOP);
}

static void stopped(struct follow *follow, struct task *task, int event, int signal)
{
    switch (event) {
    case PTRACE_EVENT_SECCOMP:
        enter(follow, task);
        break;
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
        spawned(follow, task);
        break;
    case PTRACE_EVENT_EXEC:
        executed(follow, task);
        break;
    case PTRACE_EVENT_STOP:
        if (!stops(signal)) {
            go_on(task, 0);
            break;
        }
        ptrace(PTRACE_LISTEN, task->id, NULL, NULL);
        stop_with(follow, task, signal);
        break;
    default:
        if (signal == (SIGTRAP | 0x80))
            leave(follow, task);
        else
            go_on(task, event != 0 ? 0 : signal);
        break;
    }
}

/* One of our children, or of theirs, has something to say. */
static void take(struct follow *follow, pid_t id, int status)
{
    struct task *task = tasks_find(follow->tasks, id);
    if (WIFSTOPPED(status)) {
        if (task == NULL)
            tasks_add(follow->tasks, id); /* its parent has not told of it yet: it waits */
        else if (task->state != TASK_NEW)
            stopped(follow, task, status >> 16, WSTOPSIG(status));
    } else if (task != NULL) {
        died(follow, task, status);
    }
}

/* --- the loop ------------------------------------------------------------------------------------------- */

/* So long no call: whoever still has something to do is not doing it. */
#define QUIET (50 * CLOCK_MILLISECOND)

static int64_t quiet_from(const struct follow *follow, int64_t begun)
{
    return (follow->newest > begun ? follow->newest : begun) + QUIET;
}

static bool is_so(const struct follow *follow, int number, enum follow_until until, int64_t begun)
{
    const struct started *program = &follow->programs[number];
    switch (until) {
    case FOLLOW_LISTENS:
        return program->listens || program->running == 0;
    case FOLLOW_ENDED:
        return program->ended;
    case FOLLOW_GONE:
        return program->running == 0;
    default:
        return clock_now() >= quiet_from(follow, begun);
    }
}

/* With a limit: SIGCHLD, which is held back meanwhile, says that there is something to wait for. */
static pid_t wait_within(int *status, int64_t moment)
{
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    for (;;) {
        pid_t id = waitpid(-1, status, __WALL | WNOHANG);
        int64_t left = moment - clock_now();
        if (id != 0 || left <= 0)
            return id;
        struct timespec time = {left / CLOCK_SECOND, left % CLOCK_SECOND};
        if (sigtimedwait(&child, NULL, &time) < 0 && errno == EINTR)
            return 0;
    }
}

/* The programs go on until it is so, or the moment has come. */
static bool loop(struct follow *follow, int number, enum follow_until until, int64_t timeout)
{
    int64_t begun = clock_now(), moment = timeout < 0 ? CLOCK_NEVER : clock_after(timeout);
    while (!follow->stopped) {
        if (is_so(follow, number, until, begun))
            return true;
        if (tasks_count(follow->tasks) == 0 || clock_now() >= moment)
            return false;
        int64_t quiet = until == FOLLOW_QUIET ? quiet_from(follow, begun) : CLOCK_NEVER;
        int64_t next = quiet < moment ? quiet : moment;
        int status;
        pid_t id = next == CLOCK_NEVER ? waitpid(-1, &status, __WALL) : wait_within(&status, next);
        if (id > 0)
            take(follow, id, status);
        else if (id < 0 && errno != EINTR)
            return false;
    }
    return false;
}

bool follow_run(struct follow *follow, int number, enum follow_until until, int64_t timeout)
{
    struct sigaction ignored = {.sa_handler = SIG_DFL}, before;
    sigset_t child, mask;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    follow->stopped = 0;
    sigaction(SIGCHLD, &ignored, &before);
    sigprocmask(SIG_BLOCK, &child, &mask);
    bool done = loop(follow, number, until, timeout);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGCHLD, &before, NULL);
    return done;
}

void follow_stop(struct follow *follow)
{
    follow->stopped = 1;
}

/* --- starting and ending -------------------------------------------------------------------------------- */

struct follow *follow_new(const struct follow_options *options)
{
    struct follow *follow = memory_new(1, sizeof *follow);
    follow->options = *options;
    follow->recorder = (struct recorder){options->ring, options->past};
    follow->tasks = tasks_new();
    return follow;
}

static void kill_task(void *owner, struct task *task)
{
    (void)owner;
    kill(task->id, SIGKILL);
}

void follow_free(struct follow *follow)
{
    if (follow == NULL)
        return;
    tasks_each(follow->tasks, kill_task, NULL);
    int status;
    while (tasks_count(follow->tasks) > 0) {
        pid_t id = waitpid(-1, &status, __WALL);
        if (id > 0)
            take(follow, id, status);
        else if (errno != EINTR)
            break;
    }
    for (size_t i = 0; i < follow->count; i++)
        free(follow->programs[i].name);
    free(follow->programs);
    tasks_free(follow->tasks);
    free(follow);
}

/* Goes on until the program has begun, or could not. */
static struct status wait_for_begin(struct follow *follow, int number)
{
    struct started *program = &follow->programs[number];
    struct status status = STATUS_OK;
    int wait;
    while (!program->executed && !program->ended) {
        pid_t id = waitpid(-1, &wait, __WALL);
        if (id > 0)
            take(follow, id, wait);
        else if (errno != EINTR)
            break;
    }
    if (!program->executed)
        status = begin_report(program->report);
    close(program->report);
    return status;
}

static void take_in(struct follow *follow, const struct follow_program *wanted, pid_t process, int report)
{
    int number = (int)follow->count;
    struct started *program = ARRAY_MORE(follow->programs, follow->count);
    *program = (struct started){.actor = wanted->actor, .process = process, .report = report, .running = 1};
    program->name = memory_copy(wanted->name);
    struct task *task = tasks_add(follow->tasks, process);
    tasks_settle(task, NULL);
    task->state = TASK_BEGUN;
    task->process->program = number;
    task->process->name = name_of_arguments(wanted->arguments);
    task->process->handles = handles_new();
}

struct status follow_start(struct follow *follow, const struct follow_program *program, int *number)
{
    pid_t process;
    int report;
    struct executable file = executable_find(program->arguments[0]);
    struct status status = STATUS_OK;
    *number = (int)follow->count;
    if (file.path == NULL)
        status = status_errno("execve", ENOENT);
    else if (file.foreign)
        status = status_errno("format", ENOEXEC);
    else
        status = begin_program(program, file.path, &process, &report);
    if (status_fine(status)) {
        if (file.rights)
            remark(follow, REMARK_RIGHTS, program->arguments[0]);
        take_in(follow, program, process, report);
        status = wait_for_begin(follow, *number);
    }
    executable_free(&file);
    return status;
}

/* --- what is known -------------------------------------------------------------------------------------- */

bool follow_ended(const struct follow *follow, int number, int *status)
{
    const struct started *program = &follow->programs[number];
    if (program->ended && status != NULL)
        *status = program->status;
    return program->ended;
}

pid_t follow_process(const struct follow *follow, int number)
{
    return follow->programs[number].process;
}

struct order {
    int program, signal;
};

static void send_signal(void *owner, struct task *task)
{
    const struct order *order = owner;
    if (task->process != NULL && task->process->program == order->program && task->id == task->process->id)
        kill(task->id, order->signal);
}

void follow_signal(struct follow *follow, int number, int signal)
{
    struct order order = {number, signal};
    tasks_each(follow->tasks, send_signal, &order);
}

size_t follow_running(const struct follow *follow, int number)
{
    return follow->programs[number].running;
}

uint64_t follow_left_out(const struct follow *follow)
{
    return follow->left_out;
}

char *follow_explain(struct status status, const char *program)
{
    struct executable file = executable_find(program);
    char *words = explain_start(status, program, file.path != NULL);
    executable_free(&file);
    return words;
}
