#include "watch.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define WANTED (IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF)

enum { DEEPEST = 16 };

struct watch {
    int descriptor;
    char **folders; /* by inotify's number */
    size_t count;
};

struct watch *watch_new(void)
{
    int descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (descriptor < 0)
        return NULL;
    struct watch *watch = memory_new(1, sizeof *watch);
    watch->descriptor = descriptor;
    return watch;
}

void watch_free(struct watch *watch)
{
    if (watch == NULL)
        return;
    array_free_strings(watch->folders, watch->count);
    close(watch->descriptor);
    free(watch);
}

static void keep_folder(struct watch *watch, int number, const char *folder)
{
    while ((size_t)number >= watch->count)
        ARRAY_ADD(watch->folders, watch->count, NULL);
    free(watch->folders[number]);
    watch->folders[number] = memory_copy(folder);
}

static bool add_deep(struct watch *watch, const char *folder, int depth)
{
    int number = inotify_add_watch(watch->descriptor, folder, WANTED | IN_ONLYDIR);
    if (number < 0)
        return false;
    keep_folder(watch, number, folder);
    DIR *list = depth < DEEPEST ? opendir(folder) : NULL;
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
        struct stat status;
        bool below = entry->d_name[0] != '.' &&
                     fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
        char *path = below ? text_make("%s/%s", folder, entry->d_name) : NULL;
        if (below)
            add_deep(watch, path, depth + 1); /* what cannot be watched is not, and the rest is */
        free(path);
    }
    if (list != NULL)
        closedir(list);
    return true;
}

bool watch_add(struct watch *watch, const char *folder)
{
    return add_deep(watch, folder, 0);
}

int watch_descriptor(const struct watch *watch)
{
    return watch->descriptor;
}

/* Editors write beside the file before they put the new one in its place. */
static bool is_editors(const char *name)
{
    size_t length = strlen(name);
    return length == 0 || name[0] == '.' || name[0] == '#' || name[length - 1] == '~' || strcmp(name, "4913") == 0 ||
           (length > 4 && (strcmp(name + length - 4, ".swp") == 0 || strcmp(name + length - 4, ".tmp") == 0));
}

static bool take_event(struct watch *watch, const struct inotify_event *event)
{
    const char *name = event->len > 0 ? event->name : "";
    bool fresh_folder = (event->mask & IN_ISDIR) != 0 && (event->mask & (IN_CREATE | IN_MOVED_TO)) != 0;
    if (event->wd >= 0 && (size_t)event->wd < watch->count && watch->folders[event->wd] != NULL && fresh_folder) {
        char *path = text_make("%s/%s", watch->folders[event->wd], name);
        add_deep(watch, path, 0);
        free(path);
    }
    return (event->mask & IN_Q_OVERFLOW) != 0 || (event->mask & IN_DELETE_SELF) != 0 || !is_editors(name);
}

bool watch_take(struct watch *watch)
{
    _Alignas(struct inotify_event) char buffer[16384];
    bool changed = false;
    for (ssize_t length; (length = read(watch->descriptor, buffer, sizeof buffer)) > 0;)
        for (ssize_t at = 0; at < length;) {
            const struct inotify_event *event = (const struct inotify_event *)(buffer + at);
            changed = take_event(watch, event) || changed;
            at += (ssize_t)(sizeof *event + event->len);
        }
    return changed;
}
