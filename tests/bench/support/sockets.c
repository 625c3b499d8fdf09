/*
 * sockets: the same calls as sockets.lua, and nothing else.
 *     sockets server                      prints its port, serves one client after the other, and datagrams
 * beside sockets client WORKLOAD PORT N      echo, timeout, send, receive, connect, datagram: N times
 *
 * The first byte of a connection says what the server is to do: 'e' send back what comes, 's' throw it away,
 * 'g' send blocks as long as they are taken.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SMALL = 64, BLOCK = 65536 };

static char block[BLOCK];

static long check(long result, const char *call)
{
    if (result < 0) {
        perror(call);
        exit(1);
    }
    return result;
}

static struct sockaddr_in local(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void serve_datagrams(int port)
{
    struct sockaddr_in address = local(port);
    socklen_t length = sizeof address;
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    check(bind(s, (struct sockaddr *)&address, length), "bind");
    for (;;) {
        ssize_t count = recvfrom(s, block, SMALL, 0, (struct sockaddr *)&address, &length);
        sendto(s, block, (size_t)count, 0, (struct sockaddr *)&address, length);
    }
}

static void serve_client(int client)
{
    char what = 0;
    ssize_t count = recv(client, &what, 1, 0);
    while (count > 0 && what == 'e')
        if ((count = recv(client, block, SMALL, 0)) > 0)
            count = send(client, block, (size_t)count, MSG_NOSIGNAL);
    while (count > 0 && what == 's')
        count = recv(client, block, BLOCK, 0);
    while (count > 0 && what == 'g')
        count = send(client, block, BLOCK, MSG_NOSIGNAL);
    close(client);
}

static int serve(void)
{
    struct sockaddr_in address = local(0);
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    check(bind(listener, (struct sockaddr *)&address, length), "bind");
    check(listen(listener, 128), "listen");
    check(getsockname(listener, (struct sockaddr *)&address, &length), "getsockname");
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve_datagrams(ntohs(address.sin_port));
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;)
        serve_client((int)check(accept(listener, NULL, NULL), "accept"));
    return 0;
}

static int reach(int type, int port, const char *what)
{
    struct sockaddr_in address = local(port);
    int s = socket(AF_INET, type, 0);
    check(connect(s, (struct sockaddr *)&address, sizeof address), "connect");
    if (what != NULL)
        check(send(s, what, 1, MSG_NOSIGNAL), "send");
    return s;
}

static void ping(int s, long times)
{
    for (long i = 0; i < times; i++) {
        check(send(s, block, SMALL, MSG_NOSIGNAL), "send");
        check(recv(s, block, SMALL, 0), "recv");
    }
}

static void echo(int port, long times)
{
    ping(reach(SOCK_STREAM, port, "e"), times);
}

static void datagram(int port, long times)
{
    ping(reach(SOCK_DGRAM, port, NULL), times);
}

static void send_blocks(int port, long times)
{
    int s = reach(SOCK_STREAM, port, "s");
    for (long i = 0; i < times; i++)
        for (long sent = 0; sent < BLOCK;)
            sent += check(send(s, block + sent, (size_t)(BLOCK - sent), MSG_NOSIGNAL), "send");
}

static void receive_blocks(int port, long times)
{
    int s = reach(SOCK_STREAM, port, "g");
    for (long long left = times * (long long)BLOCK; left > 0;)
        left -= check(recv(s, block, BLOCK, 0), "recv");
}

static void connect_and_close(int port, long times)
{
    for (long i = 0; i < times; i++)
        close(reach(SOCK_STREAM, port, NULL));
}

static const struct {
    const char *name;
    void (*run)(int port, long times);
} workloads[] = {
    {"echo", echo},
    {"timeout", echo},
    {"send", send_blocks},
    {"receive", receive_blocks},
    {"connect", connect_and_close},
    {"datagram", datagram},
};

int main(int count, char **arguments)
{
    memset(block, 'x', sizeof block);
    if (count == 2 && strcmp(arguments[1], "server") == 0)
        return serve();
    for (size_t i = 0; count == 5 && i < sizeof workloads / sizeof *workloads; i++)
        if (strcmp(workloads[i].name, arguments[2]) == 0)
            return workloads[i].run(atoi(arguments[3]), atol(arguments[4])), 0;
    fputs("usage: sockets server | sockets client WORKLOAD PORT N\n", stderr);
    return 2;
}
