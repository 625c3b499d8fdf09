#include "terminal/interrupts.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t pressed, ended, resumed, resized;
static const struct termios *volatile wanted;

static void press(int signal)
{
    pressed = 1;
    if (signal != SIGINT)
        ended = 1;
}

/* In the background this stops the program again, until the terminal is its own. */
static void resume(int signal)
{
    (void)signal;
    int error = errno;
    if (wanted != NULL)
        tcsetattr(STDIN_FILENO, TCSANOW, wanted);
    resumed = 1;
    errno = error;
}

static void resize(int signal)
{
    (void)signal;
    resized = 1;
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler}; /* no SA_RESTART: what waits shall look at the flags */
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void interrupts_install(void)
{
    handle(SIGINT, press);
    handle(SIGTERM, press);
    handle(SIGHUP, press);
    handle(SIGQUIT, press);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
}

void interrupts_watch_screen(void)
{
    handle(SIGCONT, resume);
    handle(SIGWINCH, resize);
}

bool interrupts_ended(void)
{
    return ended != 0;
}

bool interrupts_pressed(void)
{
    return pressed != 0;
}

bool interrupts_take(void)
{
    if (!pressed)
        return false;
    pressed = ended;
    return true;
}

void interrupts_press(void)
{
    pressed = 1;
}

static bool take(volatile sig_atomic_t *flag)
{
    if (!*flag)
        return false;
    *flag = 0;
    return true;
}

bool interrupts_resumed(void)
{
    return take(&resumed);
}

bool interrupts_resized(void)
{
    return take(&resized);
}

void interrupts_stop(void)
{
    kill(0, SIGTSTP);
}

void interrupts_keep_modes(const struct termios *modes)
{
    wanted = modes;
}

bool interrupts_wait(int fd, int milliseconds)
{
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L};
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT, SIGWINCH};
    sigset_t ours, before;
    sigemptyset(&ours);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaddset(&ours, numbers[i]);
    sigprocmask(SIG_BLOCK, &ours, &before);
    int ready = -1;
    errno = EINTR;
    if (!interrupts_pressed() && !resumed && !resized)
        ready = ppoll(&entry, 1, milliseconds < 0 ? NULL : &time, &before);
    int error = ready == 0 ? 0 : errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return ready > 0;
}
