/* Echoes what one client sends, then the next one's. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    here.sin_port = htons((unsigned short)(argc > 1 ? atoi(argv[1]) : 0));
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) < 0 || listen(listener, 5) < 0)
        return perror("server"), 1;
    for (;;) {
        char bytes[100];
        ssize_t count;
        int client = accept(listener, NULL, NULL);
        while ((count = read(client, bytes, sizeof bytes)) > 0)
            if (write(client, bytes, (size_t)count) < 0)
                break;
        close(client);
    }
}
