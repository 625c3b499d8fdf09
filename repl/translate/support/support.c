/*
 * support.c: what a program in C may bring along, see sections.h.  This file is a program too: it tries its functions.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*: program <errno.h> <stdio.h> <stdlib.h> <string.h> <sys/socket.h> <unistd.h> */
/*: fcntl <fcntl.h> */
/*: inet <netinet/in.h> */
/*: tcp <netinet/tcp.h> */
/*: names <netdb.h> */
/*: poll <poll.h> */
/*: signal <signal.h> */
/*: pipe <signal.h> */
/*: epoll <sys/epoll.h> */
/*: select <sys/select.h> */
/*: timer <sys/time.h> */
/*: time <time.h> */
/*: address <arpa/inet.h> <netinet/in.h> */
/* A socket address of any family. */
struct address {
    struct sockaddr_storage bytes;
    socklen_t length;
};

/*: fail */
/* Says which call failed and why, and ends the program. */
static void fail(const char *call)
{
    perror(call);
    exit(1);
}

/*: internet address */
static struct address internet(const char *host, int port)
{
    struct address address = {.length = sizeof(struct sockaddr_in)};
    struct sockaddr_in *in = (struct sockaddr_in *)&address.bytes;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address.bytes;
    if (inet_pton(AF_INET, host, &in->sin_addr) == 1) {
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
    } else if (inet_pton(AF_INET6, host, &in6->sin6_addr) == 1) {
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(port);
        address.length = sizeof *in6;
    }
    return address;
}

/*: internet6 internet */
/* With the flow and the interface that it is for. */
static struct address internet6(const char *host, int port, unsigned flow, unsigned scope)
{
    struct address address = internet(host, port);
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address.bytes;
    in6->sin6_flowinfo = htonl(flow);
    in6->sin6_scope_id = scope;
    return address;
}

/*: port_of address */
static int port_of(const struct address *address)
{
    /* It stands at the same place in an IPv6 address. */
    const struct sockaddr_in *in = (const struct sockaddr_in *)&address->bytes;
    return ntohs(in->sin_port);
}

/*: local address <stddef.h> <sys/un.h> */
/* A path; or a name in no folder, which begins with a zero byte. */
static struct address local(const char *path, size_t length)
{
    struct address address = {.length = offsetof(struct sockaddr_un, sun_path) + length};
    struct sockaddr_un *un = (struct sockaddr_un *)&address.bytes;
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, path, length);
    if (length > 0 && path[0] != '\0')
        address.length++;
    return address;
}

/*: deadline <time.h> */
/* The moment in so many milliseconds, in milliseconds; -1 for ever. */
static long long deadline(int milliseconds)
{
    struct timespec now;
    if (milliseconds < 0)
        return -1;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000 + milliseconds;
}

/*: ready deadline <poll.h> */
/* Waits for the socket until then.  0 says that the time is over, or that a signal came: see errno. */
static int ready(int fd, short events, long long until)
{
    struct pollfd watched = {.fd = fd, .events = events};
    long long left = until < 0 ? -1 : until - deadline(0);
    int count = poll(&watched, 1, until >= 0 && left < 0 ? 0 : left);
    if (count == 0)
        errno = ETIMEDOUT;
    return count > 0;
}

/*: again ready */
/* After a call that failed: true when it is to be made again, at once or once the socket is ready. */
static int again(int fd, short events, long long until)
{
    if (errno == EINTR)
        return 1;
    return errno == EAGAIN && (ready(fd, events, until) || errno == EINTR);
}

/*: connect_within ready */
/* An attempt goes on without us: wait for its end, however many signals come, then ask what became of it. */
static int connect_within(int fd, const struct sockaddr *to, socklen_t length, int milliseconds)
{
    long long until = deadline(milliseconds);
    int error = 0;
    socklen_t size = sizeof error;
    if (connect(fd, to, length) == 0)
        return 0;
    if (errno != EINPROGRESS && errno != EINTR)
        return -1;
    while (!ready(fd, POLLOUT, until))
        if (errno != EINTR)
            return -1;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        return -1;
    errno = error;
    return error ? -1 : 0;
}

/*: with_dots fail */
/* The known beginning of something longer, and dots. */
static const char *with_dots(const char *known, size_t length, size_t whole)
{
    static char *bytes;
    bytes = realloc(bytes, whole);
    if (bytes == NULL)
        fail("realloc");
    memset(bytes, '.', whole);
    memcpy(bytes, known, length);
    return bytes;
}

/*: start_peer fail <signal.h> <sys/prctl.h> <sys/wait.h> */
/* Runs a peer in a process of its own, with its listener and nothing else that is open here. */
static pid_t start_peer(void (*run)(int listener), int listener, int other)
{
    fflush(NULL);
    pid_t parent = getpid(), process = fork();
    if (process < 0)
        fail("fork");
    if (process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(0);
        for (int fd = 3; fd < 1024; fd++)
            if (fd != listener && fd != other)
                close(fd);
        run(listener);
        fflush(NULL);
        _exit(0);
    }
    close(listener);
    if (other >= 0)
        close(other);
    return process;
}

/*: on_signal <signal.h> */
/* The call that waits comes back; that is all that is wanted. */
static void on_signal(int number)
{
    (void)number;
}

/*: trial */
static void answer(int listener)
{
    int conn = accept(listener, NULL, NULL);
    if (conn < 0 || send(conn, with_dots("ab", 2, 4), 4, 0) != 4)
        fail("send");
}

static int try_waiting(void)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        fail("socketpair");
    errno = EAGAIN;
    if (again(pair[0], POLLIN, deadline(1)) || errno != ETIMEDOUT)
        return 0;
    close(pair[1]);
    return ready(pair[0], POLLIN, deadline(-1));
}

int main(void)
{
    char data[9];
    int listener = socket(AF_INET, SOCK_STREAM, 0), s = socket(AF_INET, SOCK_STREAM, 0);
    struct address here = internet("127.0.0.1", 0), nowhere = local("/", 1), six = internet6("::1", 6, 0, 1);
    struct sigaction action = {.sa_handler = on_signal};
    if (sigaction(SIGUSR1, &action, NULL) < 0 || bind(listener, (struct sockaddr *)&here.bytes, here.length) < 0 ||
        listen(listener, 1) < 0)
        fail("listen");
    if (getsockname(listener, (struct sockaddr *)&here.bytes, &here.length) < 0)
        fail("getsockname");
    if (port_of(&here) == 0 || port_of(&six) != 6)
        return 3;
    pid_t process = start_peer(answer, listener, -1);
    if (connect_within(s, (struct sockaddr *)&here.bytes, here.length, 5000) < 0)
        fail("connect");
    if (connect_within(s, (struct sockaddr *)&nowhere.bytes, nowhere.length, 1) == 0)
        return 1;
    if (recv(s, data, sizeof data, MSG_WAITALL) != 4 || memcmp(data, "ab..", 4) != 0 || !try_waiting())
        return 2;
    return waitpid(process, NULL, 0) != process;
}
