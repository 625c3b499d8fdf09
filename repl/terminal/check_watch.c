#include "terminal/check_watch.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "terminal/interrupts.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

/* How long it must be quiet after a save. */
#define QUIET_MS 60

/* "" for the current folder, else with its slash. */
struct folder {
    int id;
    char *prefix;
};

struct check_watch {
    int fd;
    struct folder *folders;
    size_t count;
};

struct check_watch *check_watch_new(void)
{
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd < 0)
        return NULL;
    struct check_watch *watch = memory_new(1, sizeof *watch);
    watch->fd = fd;
    return watch;
}

void check_watch_free(struct check_watch *watch)
{
    if (watch == NULL)
        return;
    for (size_t i = 0; i < watch->count; i++)
        free(watch->folders[i].prefix);
    free(watch->folders);
    close(watch->fd);
    free(watch);
}

bool check_watch_file(struct check_watch *watch, const char *path)
{
    char *prefix = path_folder(path);
    int id = inotify_add_watch(watch->fd, *prefix != '\0' ? prefix : ".",
                               IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM);
    for (size_t i = 0; i < watch->count; i++)
        if (id < 0 || watch->folders[i].id == id) {
            free(prefix);
            return id >= 0;
        }
    if (id < 0) {
        free(prefix);
        return false;
    }
    ARRAY_ADD(watch->folders, watch->count, (struct folder){.id = id, .prefix = prefix});
    return true;
}

static void tell(const struct check_watch *watch, const struct inotify_event *event,
                 void (*saved)(void *self, const char *path), void *self)
{
    for (size_t i = 0; i < watch->count; i++)
        if (watch->folders[i].id == event->wd && event->len > 0) {
            char *path = text_make("%s%s", watch->folders[i].prefix, event->name);
            saved(self, path);
            free(path);
        }
}

static void drain(const struct check_watch *watch, void (*saved)(void *self, const char *path), void *self)
{
    _Alignas(struct inotify_event) char bytes[8192];
    ssize_t length;
    while ((length = read(watch->fd, bytes, sizeof bytes)) > 0)
        for (char *at = bytes; at < bytes + length;) {
            const struct inotify_event *event = (const void *)at;
            tell(watch, event, saved, self);
            at += sizeof *event + event->len;
        }
}

/* poll() that no Ctrl-C can slip past: it is let in only while this waits. */
static int wait_for(const struct check_watch *watch, int milliseconds)
{
    struct pollfd ready = {.fd = watch->fd, .events = POLLIN};
    struct timespec time = {.tv_nsec = milliseconds * 1000000L};
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    int count = interrupts_pressed() ? -1 : ppoll(&ready, 1, milliseconds < 0 ? NULL : &time, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return count;
}

bool check_watch_wait(struct check_watch *watch, void (*saved)(void *self, const char *path), void *self)
{
    for (int timeout = -1;; timeout = QUIET_MS) {
        int count = wait_for(watch, timeout);
        if (count < 0)
            return false;
        if (count == 0)
            return true;
        drain(watch, saved, self);
    }
}
