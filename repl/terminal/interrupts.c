#include "terminal/interrupts.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t pressed;

static void press(int signal)
{
    (void)signal;
    pressed = 1;
}

void interrupts_install(void)
{
    struct sigaction action = {.sa_handler = press}; /* no SA_RESTART: what waits shall look at the flag */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

bool interrupts_pressed(void)
{
    return pressed != 0;
}

void interrupts_forget(void)
{
    pressed = 0;
}
