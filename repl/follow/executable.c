#include "follow/executable.h"

#include "base/memory.h"
#include "base/text.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#if defined __x86_64__
#define NATIVE EM_X86_64
#elif defined __aarch64__
#define NATIVE EM_AARCH64
#else
#error "Say what ELF calls this architecture."
#endif

static bool is_program(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 && S_ISREG(file.st_mode) && access(path, X_OK) == 0;
}

/* As a shell looks for it; what is there but cannot be executed is better than nothing: execve(2) says why. */
static char *find_in_path(const char *name)
{
    const char *folders = getenv("PATH");
    if (strchr(name, '/') != NULL)
        return access(name, F_OK) == 0 ? memory_copy(name) : NULL;
    for (const char *at = folders ? folders : "/usr/local/bin:/usr/bin:/bin"; *name != '\0';) {
        size_t length = strcspn(at, ":");
        char *path = text_make("%.*s%s%s", (int)length, at, length > 0 ? "/" : "", name);
        if (is_program(path))
            return path;
        free(path);
        if (at[length] == '\0')
            break;
        at += length + 1;
    }
    return NULL;
}

static bool gives_rights(const char *path)
{
    struct stat file;
    if (stat(path, &file) != 0)
        return false;
    bool user = file.st_mode & S_ISUID && file.st_uid != geteuid();
    bool group = (file.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && file.st_gid != getegid();
    return user || group || (geteuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0);
}

/* The beginning of the file; how much of it. */
static size_t read_beginning(const char *path, char *bytes, size_t room)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, bytes, room);
    if (file >= 0)
        close(file);
    return length > 0 ? (size_t)length : 0;
}

static bool is_foreign(const char *bytes, size_t length)
{
    Elf64_Ehdr header;
    if (length < sizeof header || memcmp(bytes, ELFMAG, SELFMAG) != 0)
        return false;
    memcpy(&header, bytes, sizeof header);
    return header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != NATIVE;
}

/* The interpreter that a script's first line names, or NULL; yours to free. */
static char *interpreter_of(char *bytes, size_t length)
{
    if (length < 3 || memcmp(bytes, "#!", 2) != 0)
        return NULL;
    bytes[length - 1] = '\0';
    char *name = bytes + 2 + strspn(bytes + 2, " \t");
    return memory_copy_bytes(name, strcspn(name, " \t\n"));
}

struct executable executable_find(const char *name)
{
    struct executable found = {.path = find_in_path(name)};
    char bytes[256], *path = memory_copy(found.path);
    for (int depth = 0; path != NULL && depth < 4; depth++) {
        size_t length = read_beginning(path, bytes, sizeof bytes);
        found.foreign = is_foreign(bytes, length);
        free(path);
        path = interpreter_of(bytes, length);
    }
    free(path);
    return found;
}

bool executable_is_foreign(pid_t process)
{
    char path[64], bytes[sizeof(Elf64_Ehdr)];
    snprintf(path, sizeof path, "/proc/%d/exe", (int)process);
    return is_foreign(bytes, read_beginning(path, bytes, sizeof bytes));
}

bool executable_has_rights(pid_t process)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/exe", (int)process);
    return gives_rights(path);
}

void executable_free(struct executable *executable)
{
    free(executable->path);
}
