#include "base/inside.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Closes the descriptor, if it is one; keeps errno. */
static void drop(int file)
{
    int error = errno;
    if (file >= 0)
        close(file);
    errno = error;
}

/* One name after another, no link among them: for kernels that cannot walk by themselves. */
static int walk(int base, const char *path)
{
    int at = fcntl(base, F_DUPFD_CLOEXEC, 0);
    char *copy = memory_copy(path), *rest = copy;
    for (char *name; at >= 0 && (name = strsep(&rest, "/")) != NULL;) {
        struct stat status;
        if (*name == '\0' || strcmp(name, ".") == 0)
            continue;
        errno = EXDEV;
        int next = strcmp(name, "..") == 0 ? -1 : openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (next >= 0 && (fstat(next, &status) < 0 || S_ISLNK(status.st_mode))) {
            drop(next);
            errno = EXDEV;
            next = -1;
        }
        drop(at);
        at = next;
    }
    free(copy);
    return at;
}

/* The file without opening it. */
static int find(int base, const char *path)
{
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    int file = (int)syscall(SYS_openat2, base, path, &how, sizeof how);
    if (file < 0 && (errno == ENOSYS || errno == EPERM)) /* some sandboxes forbid what they do not know */
        return walk(base, path);
    return file;
}

static char *own_name(int file)
{
    return text_make("/proc/self/fd/%d", file);
}

/* Where the descriptor leads; false without /proc. */
static bool place_of(int file, char *place, size_t room)
{
    char *name = own_name(file);
    ssize_t length = readlink(name, place, room - 1);
    free(name);
    place[length > 0 ? length : 0] = '\0';
    return length > 0;
}

/* Where `file` lies below `base`; "" when that cannot be told, as without /proc. */
static void add_real(struct text *real, int base, int file)
{
    char above[PATH_MAX], below[PATH_MAX];
    if (!place_of(base, above, sizeof above) || !place_of(file, below, sizeof below))
        return;
    size_t length = strcmp(above, "/") == 0 ? 0 : strlen(above);
    if (strncmp(above, below, length) == 0 && below[length] == '/')
        text_add(real, below + length + 1);
}

static bool has_dot(const char *path)
{
    return path[0] == '.' || strstr(path, "/.") != NULL;
}

/* 0 for a plain file that may be shown, else the error. */
static int judge(int file, const struct text *real)
{
    struct stat status;
    if (fstat(file, &status) < 0)
        return errno;
    if (!S_ISREG(status.st_mode))
        return ENOTSUP;
    return real->length == 0 ? ENOENT : has_dot(text_string(real)) ? EPERM : 0;
}

int inside_open(const char *folder, const char *path, struct text *real)
{
    struct text place = TEXT_EMPTY;
    int base = open(*folder ? folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC), found = base < 0 ? -1 : find(base, path),
        file = -1;
    if (found < 0)
        goto out;
    add_real(&place, base, found);
    errno = judge(found, &place);
    if (errno != 0)
        goto out;
    char *name = own_name(found); /* the very file that was judged, whatever its path leads to by now */
    file = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    free(name);
    if (file >= 0 && real != NULL)
        text_add(real, text_string(&place));
out:
    drop(found);
    drop(base);
    text_free(&place);
    return file;
}

bool inside_read(struct text *text, const char *folder, const char *path)
{
    char bytes[65536];
    ssize_t count = -1;
    int file = inside_open(folder, path, NULL);
    while (file >= 0 && ((count = read(file, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR)))
        text_add_bytes(text, bytes, count > 0 ? (size_t)count : 0);
    drop(file);
    return count == 0;
}

const char *inside_trouble(int error)
{
    switch (error) {
    case EXDEV:
    case ELOOP:
        return "leads out of the folder it belongs to";
    case EPERM:
        return "lies below a name that begins with a dot, which is not published";
    case ENOTSUP:
        return "is no file";
    case ENOENT:
        return "is not there";
    case EACCES:
        return "may not be read by you";
    default:
        return "cannot be read";
    }
}
