/*
 * Loaded before the C library (LD_PRELOAD): writes each socket call of a program's first process into the
 * file that CALLS names, a line each: name, result, errno.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int file = -1;
static pid_t first;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("CALLS");
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    file = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 2000) : -1;
    if (fd >= 0 && file >= 0)
        close(fd);
    first = getpid();
}

static long say(const char *name, long result, long extra)
{
    int error = errno;
    char line[128];
    int length =
        snprintf(line, sizeof line, "%s %ld %s %ld\n", name, result, result < 0 ? strerrorname_np(error) : "-", extra);
    if (file >= 0 && getpid() == first && write(file, line, (size_t)length) < 0)
        abort();
    errno = error;
    return result;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define WRAP(type, name, parameters, arguments)                 \
    type name parameters                                        \
    {                                                           \
        return (type)say(#name, (long)REAL(name) arguments, 0); \
    }

WRAP(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
WRAP(int, socketpair, (int domain, int type, int protocol, int fds[2]), (domain, type, protocol, fds))
WRAP(int, connect, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
WRAP(int, bind, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
WRAP(int, listen, (int fd, int backlog), (fd, backlog))
WRAP(ssize_t, recv, (int fd, void *data, size_t size, int flags), (fd, data, size, flags))
WRAP(ssize_t, send, (int fd, const void *data, size_t size, int flags), (fd, data, size, flags))
WRAP(ssize_t, recvfrom,
     (int fd, void *restrict data, size_t size, int flags, struct sockaddr *restrict from, socklen_t *restrict length),
     (fd, data, size, flags, from, length))
WRAP(ssize_t, sendto, (int fd, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t length),
     (fd, data, size, flags, to, length))
WRAP(int, shutdown, (int fd, int how), (fd, how))
WRAP(int, setsockopt, (int fd, int level, int option, const void *value, socklen_t length),
     (fd, level, option, value, length))
WRAP(int, poll, (struct pollfd * list, nfds_t count, int timeout), (list, count, timeout))

int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
    return (int)say("accept", REAL(accept)(fd, address, length), 0);
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
    return (int)say("accept", REAL(accept4)(fd, address, length, flags), 0);
}

/* What a connection attempt became is told in its value. */
int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict length)
{
    int result = REAL(getsockopt)(fd, level, option, value, length);
    if (level == SOL_SOCKET && option == SO_ERROR && result == 0) {
        int error;
        memcpy(&error, value, sizeof error);
        errno = error;
        say("so_error", error ? -1 : 0, error);
        return result;
    }
    return (int)say("getsockopt", result, 0);
}
