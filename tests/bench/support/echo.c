/*
 * echo: the same calls as echo.lua, and nothing else.
 *     echo server          prints its port, echoes to one client after the other
 *     echo client PORT N   sends and receives 64 bytes N times
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 64 };

static void check(long result, const char *call)
{
    if (result < 0) {
        perror(call);
        exit(1);
    }
}

static _Noreturn void serve(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    check(bind(listener, (struct sockaddr *)&address, length), "bind");
    check(listen(listener, 5), "listen");
    check(getsockname(listener, (struct sockaddr *)&address, &length), "getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        check(client, "accept");
        char bytes[SIZE];
        ssize_t count;
        while ((count = recv(client, bytes, SIZE, 0)) > 0)
            check(send(client, bytes, (size_t)count, MSG_NOSIGNAL), "send");
        close(client);
    }
}

static int ask(int port, long rounds)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int s = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(s, (struct sockaddr *)&address, sizeof address), "connect");
    char bytes[SIZE];
    memset(bytes, 'x', SIZE);
    for (long i = 0; i < rounds; i++) {
        check(send(s, bytes, SIZE, MSG_NOSIGNAL), "send");
        check(recv(s, bytes, SIZE, 0), "recv");
    }
    return close(s);
}

int main(int count, char **arguments)
{
    if (count == 2 && strcmp(arguments[1], "server") == 0)
        serve();
    if (count == 4 && strcmp(arguments[1], "client") == 0)
        return ask(atoi(arguments[2]), atol(arguments[3]));
    fputs("usage: echo server | echo client PORT N\n", stderr);
    return 2;
}
