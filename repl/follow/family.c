#include "follow/family.h"

#include "base/memory.h"
#include "base/text.h"
#include "follow/executable.h"
#include "follow/name.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

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
    process->name = memory_copy(from->name);
    process->forked = true;
    process->handles = shares.handles ? handles_share(from->handles) : handles_copy(from->handles);
    following_program(follow, from)->running++;
    if (handles_count(process->handles) > 0 && !shares.handles) {
        following_actor(follow, from);
        record_fork(&follow->recorder, parent, following_actor(follow, process), process->id);
    }
}

void family_spawned(struct follow *follow, struct task *parent)
{
    unsigned long id;
    if (ptrace(PTRACE_GETEVENTMSG, parent->id, NULL, &id) == 0) {
        struct task *child = tasks_find(follow->tasks, (pid_t)id);
        bool waits = child != NULL; /* it was quicker to tell us than its parent */
        if (child == NULL)
            child = tasks_add(follow->tasks, (pid_t)id);
        give_birth(follow, parent, child, syscall_shares(&parent->call));
        if (waits)
            following_go_on(child, 0);
    }
    following_go_on(parent, 0);
}

static void inherit(void *owner, int fd, bool closes)
{
    handles_open(owner, fd, false, closes);
}

/* The program itself begins: what it was given is known only now. */
static void begin_first(struct follow *follow, struct task *task)
{
    tracee_sockets(task->id, inherit, task->process->handles);
    following_program(follow, task->process)->executed = true;
}

void family_executed(struct follow *follow, struct task *task)
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
        follow->options.forget(follow->options.lines, process->id);
    if (task->state == TASK_BEGUN)
        begin_first(follow, task);
    struct started *program = following_program(follow, process);
    bool first = process->id == program->process;
    free(process->name);
    process->forked = false;
    process->name = first && program->name != NULL ? memory_copy(program->name) : name_of_process(process->id);
    if (first && program->actor >= 0)
        ring_actor_rename(follow->options.ring, program->actor, process->name);
    if (executable_is_foreign(process->id))
        following_remark(follow, REMARK_FOREIGN, process->name);
    if (executable_has_rights(process->id))
        following_remark(follow, REMARK_RIGHTS, process->name);
    task->state = TASK_RUNS;
    task->event = NULL;
    task->interrupted = false;
    following_go_on(task, 0);
}

static void add_end(struct text *out, int status, bool told)
{
    if (told && WIFSIGNALED(status))
        text_add(out, "is ended");
    else if (WIFSIGNALED(status))
        text_format(out, "ended by SIG%s", sigabbrev_np(WTERMSIG(status)) ? sigabbrev_np(WTERMSIG(status)) : "?");
    else if (WEXITSTATUS(status) != 0)
        text_format(out, "ends with status %d", WEXITSTATUS(status));
    else
        text_add(out, "ends");
}

void family_died(struct follow *follow, struct task *task, int status)
{
    struct process *process = task->process;
    if (process != NULL && process->threads == 1) {
        struct started *program = following_program(follow, process);
        struct text how = TEXT_EMPTY;
        add_end(&how, status, program->told);
        if (process->actor >= 0)
            record_death(&follow->recorder, process->actor, text_string(&how),
                         WIFSIGNALED(status) ? WTERMSIG(status) : 0);
        text_free(&how);
        program->running--;
        if (follow->options.forget != NULL)
            follow->options.forget(follow->options.lines, process->id);
    }
    if (process != NULL && task->id == following_program(follow, process)->process) {
        following_program(follow, process)->ended = true;
        following_program(follow, process)->status = status;
    }
    tasks_remove(follow->tasks, task);
}
