#include "follow/tasks.h"

#include "base/memory.h"

#include <stdlib.h>

#define CHAINS 4096 /* a power of two */

struct tasks {
    struct task *chains[CHAINS];
    size_t count;
};

struct tasks *tasks_new(void)
{
    return memory_new(1, sizeof(struct tasks));
}

static struct task **chain_of(const struct tasks *tasks, pid_t id)
{
    return (struct task **)&tasks->chains[(unsigned)id % CHAINS];
}

struct task *tasks_find(const struct tasks *tasks, pid_t id)
{
    struct task *task = *chain_of(tasks, id);
    while (task != NULL && task->id != id)
        task = task->next;
    return task;
}

struct task *tasks_add(struct tasks *tasks, pid_t id)
{
    struct task *task = memory_new(1, sizeof *task), **chain = chain_of(tasks, id);
    task->id = id;
    task->connecting = -1;
    task->next = *chain;
    *chain = task;
    tasks->count++;
    return task;
}

void tasks_settle(struct task *task, struct process *process)
{
    if (process == NULL) {
        process = memory_new(1, sizeof *process);
        process->id = task->id;
        process->actor = -1;
    }
    task->process = process;
    task->thread = process->born++;
    process->threads++;
}

static void leave_process(struct process *process)
{
    if (process == NULL || --process->threads > 0)
        return;
    handles_free(process->handles);
    origin_free(process->origin);
    free(process->name);
    free(process);
}

void tasks_remove(struct tasks *tasks, struct task *task)
{
    struct task **at = chain_of(tasks, task->id);
    while (*at != task)
        at = &(*at)->next;
    *at = task->next;
    tasks->count--;
    leave_process(task->process);
    free(task);
}

void tasks_free(struct tasks *tasks)
{
    if (tasks == NULL)
        return;
    for (size_t i = 0; i < CHAINS; i++)
        while (tasks->chains[i] != NULL)
            tasks_remove(tasks, tasks->chains[i]);
    free(tasks);
}

size_t tasks_count(const struct tasks *tasks)
{
    return tasks->count;
}

void tasks_each(const struct tasks *tasks, void (*visit)(void *owner, struct task *task), void *owner)
{
    for (size_t i = 0; i < CHAINS; i++)
        for (struct task *task = tasks->chains[i]; task != NULL; task = task->next)
            visit(owner, task);
}
