#include "base/clock.h"

#include <limits.h>

int64_t clock_after(int64_t duration)
{
    int64_t now = clock_now();
    return duration > INT64_MAX - now ? CLOCK_NEVER : now + duration;
}

int clock_poll_timeout(int64_t moment)
{
    if (moment == CLOCK_NEVER)
        return -1;
    int64_t left = moment - clock_now();
    if (left <= 0)
        return 0;
    int64_t milliseconds = left / CLOCK_MILLISECOND + (left % CLOCK_MILLISECOND != 0);
    return milliseconds > INT_MAX ? INT_MAX : (int)milliseconds;
}
