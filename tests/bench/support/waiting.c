/*
 * An echo server for many connections with epoll, and the client that every server is measured with.
 *
 *     waiting server                        prints its port
 *     waiting client PORT HELD ROUNDS       holds so many connections; in each round 100 of them say something
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUSY 100

static void need(int fine, const char *what)
{
    if (!fine) {
        perror(what);
        exit(1);
    }
}

static void watch(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    need(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
}

static void serve_one(int epoll, int listener, int fd)
{
    char data[64];
    if (fd == listener) {
        watch(epoll, accept4(listener, NULL, NULL, SOCK_CLOEXEC));
        return;
    }
    ssize_t count = recv(fd, data, sizeof data, 0);
    if (count <= 0)
        close(fd);
    else
        send(fd, data, (size_t)count, 0);
}

static _Noreturn void server(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), epoll = epoll_create1(EPOLL_CLOEXEC);
    need(bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, 1000) == 0, "listen");
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    watch(epoll, listener);
    for (;;) {
        struct epoll_event events[1023];
        int count = epoll_wait(epoll, events, 1023, -1);
        for (int i = 0; i < count; i++)
            serve_one(epoll, listener, events[i].data.fd);
    }
}

static int connect_to(int port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    need(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    return fd;
}

/* The busy ones lie far apart, and are others in each round. */
static int client(int port, int held, int rounds)
{
    int *fds = malloc((size_t)held * sizeof *fds), step = held / BUSY;
    char data[64] = {0};
    for (int i = 0; i < held; i++)
        fds[i] = connect_to(port);
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < BUSY; i++)
            need(send(fds[i * step + round % step], data, sizeof data, 0) == sizeof data, "send");
        for (int i = 0; i < BUSY; i++)
            need(recv(fds[i * step + round % step], data, sizeof data, MSG_WAITALL) == sizeof data, "recv");
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "server") == 0)
        server();
    return argc == 5 ? client(atoi(argv[2]), atoi(argv[3]), atoi(argv[4])) : 2;
}
