#include "follow/follow.h"

#include "base/array.h"
#include "base/child.h"
#include "base/memory.h"
#include "follow/begin.h"
#include "follow/calls.h"
#include "follow/executable.h"
#include "follow/explain.h"
#include "follow/family.h"
#include "follow/name.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* <linux/ptrace.h> cannot be included beside <sys/ptrace.h>, which names some of it otherwise. */
#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

/* --- stops ---------------------------------------------------------------------------------------------- */

static bool stops(int signal)
{
    return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/* The terminal stopped the whole job: so are we, that its shell may know.  SIGCONT comes to all of it. */
static void stop_with(struct follow *follow, const struct task *task, int signal)
{
    bool job = signal != SIGSTOP && task->id == following_program(follow, task->process)->process &&
               getpgid(task->id) == getpgrp() && tcgetpgrp(STDERR_FILENO) == getpgrp();
    if (job)
        raise(SIGSTOP);
}

static void stopped(struct follow *follow, struct task *task, int event, int signal)
{
    switch (event) {
    case PTRACE_EVENT_SECCOMP:
        calls_enter(follow, task);
        break;
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
        family_spawned(follow, task);
        break;
    case PTRACE_EVENT_EXEC:
        family_executed(follow, task);
        break;
    case PTRACE_EVENT_STOP:
        if (!stops(signal)) {
            following_go_on(task, 0);
            break;
        }
        ptrace(PTRACE_LISTEN, task->id, NULL, NULL);
        stop_with(follow, task, signal);
        break;
    default:
        if (signal == (SIGTRAP | 0x80))
            calls_leave(follow, task);
        else
            following_go_on(task, event != 0 ? 0 : signal);
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
        family_died(follow, task, status);
    }
}

/* --- the loop ------------------------------------------------------------------------------------------- */

/* So long no call: whoever still has something to do is not doing it. */
#define QUIET (50 * CLOCK_MILLISECOND)

static int64_t quiet_from(const struct follow *follow, int64_t begun)
{
    return (follow->newest > begun ? follow->newest : begun) + QUIET + follow->options.takes;
}

static void look_at_work(void *works, struct task *task)
{
    char state = child_state(task->id);
    *(bool *)works = *(bool *)works || (state != 'S' && state != '\0');
}

/* Long without a call, and everybody waits; where somebody has only not come to it yet, the time begins anew. */
static bool is_quiet(const struct follow *follow, int64_t *begun)
{
    bool works = false;
    if (clock_now() < quiet_from(follow, *begun))
        return false;
    tasks_each(follow->tasks, look_at_work, &works);
    if (works)
        *begun = clock_now();
    return !works;
}

static bool is_so(const struct follow *follow, int number, enum follow_until until, int64_t *begun)
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
        return is_quiet(follow, begun);
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
        if (is_so(follow, number, until, &begun))
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

/* Also those that began meanwhile, of whom nobody tells any more; none goes on, so no others begin. */
static void kill_all(struct follow *follow)
{
    tasks_each(follow->tasks, kill_task, NULL);
    int status;
    while (tasks_count(follow->tasks) > 0) {
        pid_t id = waitpid(-1, &status, __WALL);
        if (id < 0 && errno != EINTR)
            break;
        if (id > 0 && WIFSTOPPED(status)) {
            if (tasks_find(follow->tasks, id) == NULL)
                tasks_add(follow->tasks, id);
            kill(id, SIGKILL);
        } else if (id > 0) {
            take(follow, id, status);
        }
    }
}

void follow_free(struct follow *follow)
{
    if (follow == NULL)
        return;
    kill_all(follow);
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
    follow->programs[number].told = true;
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

char *follow_explain(struct status status, const char *program, int *ends)
{
    struct executable file = executable_find(program);
    char *words = explain_start(status, program, file.path != NULL);
    if (ends != NULL)
        *ends = explain_exit(status, program, file.path != NULL);
    executable_free(&file);
    return words;
}
