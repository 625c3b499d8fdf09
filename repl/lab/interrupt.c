#include "lab/interrupt.h"

#include "base/child.h"
#include "base/clock.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

/* How long the process is given to begin to wait, before and after the signal. */
#define PATIENCE (200 * CLOCK_MILLISECOND)

#define LOOK_AGAIN (50 * CLOCK_MICROSECOND)

static bool await_waiting(pid_t process)
{
    int64_t limit = clock_after(PATIENCE);
    const struct timespec soon = {.tv_nsec = LOOK_AGAIN};
    while (child_state(process) != 'S' && clock_now() < limit)
        nanosleep(&soon, NULL);
    return child_state(process) == 'S';
}

/* One that the program has a handler for, a learner's before ours; 0: none. */
static int signal_for(pid_t process)
{
    static const int candidates[] = {SIGALRM, SIGUSR1, SIGUSR2, SIGHUP, SIGCHLD, SIGWINCH, SIGIO, SIGURG};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++)
        if (child_catches(process, candidates[i]))
            return candidates[i];
    return 0;
}

bool interrupt_waiting(pid_t process)
{
    const struct timespec soon = {.tv_nsec = LOOK_AGAIN};
    if (!await_waiting(process))
        return false;
    int number = signal_for(process);
    if (number == 0 || kill(process, number) != 0)
        return false;
    nanosleep(&soon, NULL);
    await_waiting(process);
    return true;
}
