#include "follow/begin.h"

#include "base/child.h"
#include "base/memory.h"
#include "follow/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

#if defined __x86_64__
#define NATIVE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define NATIVE AUDIT_ARCH_AARCH64
#else
#error "Say what seccomp(2) calls this architecture."
#endif

/* --- the filter ----------------------------------------------------------------------------------------- */

/* The calls that must be seen stop the program; all others, and those of other architectures, do not. */
static struct sock_fprog make_filter(void)
{
    size_t count, length = 0;
    unsigned *numbers = syscalls_seen(&count);
    struct sock_filter *filter = memory_new(count + 6, sizeof *filter);
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 0, (uint8_t)(count + 1));
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < count; i++)
        filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, numbers[i], (uint8_t)(count - i), 0);
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    free(numbers);
    return (struct sock_fprog){(unsigned short)length, filter};
}

/* --- the child ------------------------------------------------------------------------------------------ */

/* What the child says before it is the program: which stage failed, and why. */
struct report {
    int stage, error;
};

enum stage { STAGE_PREPARE, STAGE_SECCOMP, STAGE_EXECVE };

static const char *const stages[] = {
    [STAGE_PREPARE] = "prepare", [STAGE_SECCOMP] = "seccomp", [STAGE_EXECVE] = "execve"};

static _Noreturn void fail(int report, enum stage stage, int error)
{
    struct report said = {stage, error};
    (void)!write(report, &said, sizeof said);
    _exit(127);
}

/* Before it is followed nothing may be done that the program would not do: so it waits. */
static _Noreturn void be_program(const struct follow_program *program, const char *path,
                                 const struct sock_fprog *filter, const int go[2], int report)
{
    char byte;
    ssize_t got;
    close(go[1]);
    do
        got = read(go[0], &byte, 1);
    while (got < 0 && errno == EINTR);
    if (got != 1)
        _exit(127);
    int error = program->prepare != NULL ? program->prepare(program->owner) : 0;
    if (error != 0)
        fail(report, STAGE_PREPARE, error);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter) != 0)
        fail(report, STAGE_SECCOMP, errno);
    execv(path, program->arguments);
    fail(report, STAGE_EXECVE, errno);
}

#define OPTIONS                                                                                                     \
    (PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
     PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC)

/* Lets it begin, once it is followed. */
static struct status take_in(pid_t child, int go)
{
    if (ptrace(PTRACE_SEIZE, child, NULL, (void *)(uintptr_t)OPTIONS) != 0)
        return status_errno("ptrace", errno);
    (void)!write(go, "", 1);
    return STATUS_OK;
}

struct status begin_program(const struct follow_program *program, const char *path, pid_t *process, int *report)
{
    int go[2] = {-1, -1}, said[2] = {-1, -1};
    struct status status = STATUS_OK;
    struct sock_fprog filter = make_filter();
    *report = -1;
    if (pipe2(go, O_CLOEXEC) != 0 || pipe2(said, O_CLOEXEC) != 0 || (*process = fork()) < 0) {
        status = status_errno("fork", errno);
        goto out;
    }
    if (*process == 0)
        be_program(program, path, &filter, go, said[1]);
    status = take_in(*process, go[1]);
    if (!status_fine(status)) {
        kill(*process, SIGKILL);
        child_wait(*process, NULL);
        goto out;
    }
    *report = said[0];
    said[0] = -1;
out:
    for (int i = 0; i < 2; i++) {
        if (go[i] >= 0)
            close(go[i]);
        if (said[i] >= 0)
            close(said[i]);
    }
    free(filter.filter);
    return status;
}

struct status begin_report(int report)
{
    struct report said;
    if (read(report, &said, sizeof said) != (ssize_t)sizeof said)
        return STATUS_OK;
    return status_errno(stages[said.stage], said.error);
}
