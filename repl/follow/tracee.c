#include "follow/tracee.h"

#include "net/socket.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A copy of the descriptor, to be closed; fd -1 when there is none. */
static struct net_socket copy_socket(pid_t process, int fd)
{
    int handle = (int)syscall(SYS_pidfd_open, process, 0);
    struct net_socket copy = {.fd = handle < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, handle, fd, 0)};
    if (handle >= 0)
        close(handle);
    return copy;
}

bool tracee_name(pid_t process, int fd, bool peer, struct address *address)
{
    struct net_socket copy = copy_socket(process, fd);
    bool found = socket_name_quietly(&copy, peer, address);
    if (copy.fd >= 0)
        close(copy.fd);
    return found;
}

bool tracee_is_datagram(pid_t process, int fd)
{
    struct net_socket copy = copy_socket(process, fd);
    bool found = socket_type_quietly(&copy) == SOCK_DGRAM;
    if (copy.fd >= 0)
        close(copy.fd);
    return found;
}

uint64_t tracee_socket(pid_t process, int fd)
{
    static const char begin[] = "socket:[";
    char path[64], target[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)process, fd);
    ssize_t length = readlink(path, target, sizeof target - 1);
    target[length > 0 ? length : 0] = '\0';
    return strncmp(target, begin, strlen(begin)) == 0 ? strtoull(target + strlen(begin), NULL, 10) : 0;
}

static bool closes_with_exec(pid_t process, int fd)
{
    char path[64], line[128];
    bool closes = false;
    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)process, fd);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        unsigned flags;
        if (sscanf(line, "flags: %o", &flags) == 1)
            closes = flags & O_CLOEXEC;
    }
    if (file != NULL)
        fclose(file);
    return closes;
}

void tracee_sockets(pid_t process, void (*found)(void *owner, int fd, bool closes), void *owner)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)process);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char *end;
        long fd = strtol(entry->d_name, &end, 10);
        if (*end == '\0' && end != entry->d_name && tracee_socket(process, (int)fd) != 0)
            found(owner, (int)fd, closes_with_exec(process, (int)fd));
    }
    if (folder != NULL)
        closedir(folder);
}
