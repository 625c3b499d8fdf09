#include "follow/origin.h"

#include "base/memory.h"
#include "follow/tracee.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

/* So many places that calls came from are remembered. */
#define PLACES 64

struct origin {
    struct {
        uint64_t address;
        bool library;
    } places[PLACES];
    size_t count; /* that were ever asked about */
};

void origin_free(struct origin *origin)
{
    free(origin);
}

uint64_t origin_caller(pid_t thread, uint64_t stack)
{
#if defined __x86_64__
    uint64_t address = 0;
    return tracee_take(thread, stack, &address, sizeof address) ? address : 0;
#elif defined __aarch64__
    struct user_regs_struct registers;
    struct iovec all = {&registers, sizeof registers};
    (void)stack;
    return ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all) == 0 ? registers.regs[30] : 0;
#else
    (void)thread, (void)stack;
    return 0;
#endif
}

/* libc.so.6, libc-2.31.so, ld-musl-x86_64.so.1, libresolv.so.2, libnss_dns.so.2 */
static bool is_library(const char *path)
{
    static const char *const names[] = {"libc.so", "libc-2", "ld-musl-", "libresolv", "libnss_"};
    const char *slash = strrchr(path, '/');
    for (size_t i = 0; slash != NULL && i < sizeof names / sizeof *names; i++)
        if (strncmp(slash + 1, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static bool look(pid_t thread, uint64_t address)
{
    char path[64], line[512];
    bool found = false, library = false;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)thread);
    FILE *file = fopen(path, "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        unsigned long long from, to;
        found = sscanf(line, "%llx-%llx", &from, &to) == 2 && address >= from && address < to;
        library = found && is_library(line);
    }
    if (file != NULL)
        fclose(file);
    return library;
}

bool origin_is_library(struct origin **origin, pid_t thread, uint64_t stack)
{
    uint64_t address = origin_caller(thread, stack);
    if (address == 0)
        return false;
    if (*origin == NULL)
        *origin = memory_new(1, sizeof **origin);
    for (size_t i = 0; i < PLACES; i++)
        if ((*origin)->places[i].address == address)
            return (*origin)->places[i].library;
    size_t place = (*origin)->count++ % PLACES;
    (*origin)->places[place].address = address;
    (*origin)->places[place].library = look(thread, address);
    return (*origin)->places[place].library;
}
