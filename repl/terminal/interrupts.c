#include "terminal/interrupts.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t pressed, ended;

static void press(int signal)
{
    pressed = 1;
    if (signal != SIGINT)
        ended = 1;
}

void interrupts_install(void)
{
    struct sigaction action = {.sa_handler = press}; /* no SA_RESTART: what waits shall look at the flag */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

bool interrupts_ended(void)
{
    return ended != 0;
}

bool interrupts_pressed(void)
{
    return pressed != 0;
}

void interrupts_forget(void)
{
    pressed = ended;
}

bool interrupts_wait(int fd)
{
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    sigset_t ours, before;
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGHUP);
    sigprocmask(SIG_BLOCK, &ours, &before);
    int ready = -1;
    errno = EINTR;
    if (!interrupts_pressed())
        ready = ppoll(&entry, 1, NULL, &before);
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return ready > 0;
}
