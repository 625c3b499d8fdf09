
#include <stdio.h>
#include <string.h>
#include <time.h>

void sockrates_mark(int number, const char *what)
{
    struct timespec now;
    sockrates_peers(strcmp(what, "begins") == 0 ? number : -1);
    clock_gettime(CLOCK_MONOTONIC, &now);
    fflush(NULL);
    printf("\n@twin %d %s %lld \n", number, what, now.tv_sec * 1000000000LL + now.tv_nsec);
    fflush(stdout);
}
