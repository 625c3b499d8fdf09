#include "follow/following.h"

#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/ptrace.h>

void following_remark(struct follow *follow, enum follow_remark remark, const char *program)
{
    if (!follow->said[remark] && follow->options.remark != NULL)
        follow->options.remark(follow->options.owner, remark, program);
    follow->said[remark] = true;
}

struct started *following_program(struct follow *follow, const struct process *process)
{
    return &follow->programs[process->program];
}

int following_actor(struct follow *follow, struct process *process)
{
    struct started *program = following_program(follow, process);
    if (process->actor < 0 && process->id == program->process && program->actor >= 0)
        process->actor = program->actor;
    if (process->actor < 0 && process->forked) {
        char *name = text_make("%s %zu", process->name, ++program->forks + 1);
        process->actor = ring_actor_new(follow->options.ring, name);
        free(name);
    } else if (process->actor < 0) {
        process->actor = ring_actor_new(follow->options.ring, process->name);
    }
    return process->actor;
}

/* One that is gone meanwhile says so by itself. */
void following_go_on(const struct task *task, int signal)
{
    ptrace(PTRACE_CONT, task->id, NULL, (void *)(intptr_t)signal);
}

void following_go_on_to_exit(struct task *task, enum task_state state)
{
    task->state = state;
    ptrace(PTRACE_SYSCALL, task->id, NULL, NULL);
}
