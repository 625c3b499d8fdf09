#include "base/watcher.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/path.h"
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

struct folder {
    char *name; /* NULL: the number is nobody's */
    bool deep;
};

struct watcher {
    int descriptor;
    struct folder *folders; /* by inotify's number */
    size_t count;
};

struct watcher *watcher_new(void)
{
    int descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (descriptor < 0)
        return NULL;
    struct watcher *watcher = memory_new(1, sizeof *watcher);
    watcher->descriptor = descriptor;
    return watcher;
}

void watcher_free(struct watcher *watcher)
{
    if (watcher == NULL)
        return;
    for (size_t i = 0; i < watcher->count; i++)
        free(watcher->folders[i].name);
    free(watcher->folders);
    close(watcher->descriptor);
    free(watcher);
}

static bool add(struct watcher *watcher, const char *name, bool deep)
{
    int number = inotify_add_watch(watcher->descriptor, *name != '\0' ? name : ".", WANTED | IN_ONLYDIR);
    if (number < 0)
        return false;
    while ((size_t)number >= watcher->count)
        ARRAY_ADD(watcher->folders, watcher->count, (struct folder){NULL, false});
    struct folder *folder = &watcher->folders[number];
    if (folder->name == NULL)
        *folder = (struct folder){memory_copy(name), deep};
    return true;
}

bool watcher_folder(struct watcher *watcher, const char *folder)
{
    return add(watcher, folder, false);
}

/* "docs/a.md" of "docs" and of "docs/", "a.md" of "", the folder we are in; yours to free. */
static char *path_in(const char *folder, const char *name)
{
    return text_make("%s%s%s", folder, *folder == '\0' || path_ends(folder, "/") ? "" : "/", name);
}

static bool add_deep(struct watcher *watcher, const char *folder, int depth)
{
    if (!add(watcher, folder, true))
        return false;
    DIR *list = depth < DEEPEST ? opendir(folder) : NULL;
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
        struct stat status;
        bool below = entry->d_name[0] != '.' &&
                     fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
        char *path = below ? path_in(folder, entry->d_name) : NULL;
        if (below)
            add_deep(watcher, path, depth + 1); /* what cannot be watched is not, and the rest is */
        free(path);
    }
    if (list != NULL)
        closedir(list);
    return true;
}

bool watcher_folders(struct watcher *watcher, const char *folder)
{
    return add_deep(watcher, folder, 0);
}

int watcher_descriptor(const struct watcher *watcher)
{
    return watcher->descriptor;
}

/* Editors write beside the file before they put the new one in its place. */
static bool is_editors(const char *name)
{
    return name[0] == '.' || name[0] == '#' || path_ends(name, "~") || strcmp(name, "4913") == 0 ||
           path_ends(name, ".swp") || path_ends(name, ".tmp");
}

/* A new file is told when it was written. */
static bool is_unwritten(const struct inotify_event *event, const char *path)
{
    struct stat status;
    return (event->mask & IN_CREATE) != 0 && lstat(path, &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_nlink == 1;
}

static void take_event(struct watcher *watcher, const struct inotify_event *event,
                       void (*changed)(void *self, const char *path), void *self)
{
    bool known = event->wd >= 0 && (size_t)event->wd < watcher->count && watcher->folders[event->wd].name != NULL;
    bool about_name = event->len > 0 && *event->name != '\0';
    if (!known || !about_name) {
        if ((event->mask & (IN_Q_OVERFLOW | IN_DELETE_SELF)) != 0)
            changed(self, "");
        return;
    }
    char *path = path_in(watcher->folders[event->wd].name, event->name);
    bool folder = (event->mask & IN_ISDIR) != 0 && (event->mask & (IN_CREATE | IN_MOVED_TO)) != 0;
    if (folder && watcher->folders[event->wd].deep)
        watcher_folders(watcher, path);
    if (!is_editors(event->name) && !is_unwritten(event, path))
        changed(self, path);
    free(path);
}

void watcher_take(struct watcher *watcher, void (*changed)(void *self, const char *path), void *self)
{
    _Alignas(struct inotify_event) char buffer[16384];
    for (ssize_t length; (length = read(watcher->descriptor, buffer, sizeof buffer)) > 0;)
        for (ssize_t at = 0; at < length;) {
            const struct inotify_event *event = (const struct inotify_event *)(buffer + at);
            take_event(watcher, event, changed, self);
            at += (ssize_t)(sizeof *event + event->len);
        }
}
