/* follow N: N times 64 bytes are sent from one end of a pair and received at the other: two calls each. */
#include <stdlib.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
    char bytes[64] = {0};
    int ends[2], times = argc > 1 ? atoi(argv[1]) : 0;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return 1;
    for (int i = 0; i < times; i++)
        if (send(ends[0], bytes, sizeof bytes, 0) < 0 || recv(ends[1], bytes, sizeof bytes, 0) < 0)
            return 1;
    return 0;
}
