#include "base/place.h"

#include "base/memory.h"
#include "base/text.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* bin is one folder below the prefix, libexec/sockrates two; tests lie up to three deep in a build tree. */
enum { FOLDERS_UP = 3 };

/* Cuts the last part off; false when none is left. */
static bool leave_folder(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

char *place_find(const char *executable, const char *wanted)
{
    char *folder = memory_copy(executable);
    char *found = NULL;
    bool inside = leave_folder(folder);
    for (int up = 0; up < FOLDERS_UP && found == NULL && inside; up++) {
        inside = leave_folder(folder);
        if (!inside)
            break;
        char *path = text_make("%s/%s", folder, wanted);
        if (access(path, F_OK) == 0)
            found = path;
        else
            free(path);
    }
    free(folder);
    return found;
}

/* A program rebuilt while it runs reads "PATH (deleted)" here; only the folders matter, so that is fine. */
static char *find_own(const char *wanted)
{
    char executable[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    if (length < 0)
        return NULL;
    executable[length] = '\0';
    return place_find(executable, wanted);
}

char *place_lessons(void)
{
    return find_own("share/sockrates/lessons");
}

char *place_theme(void)
{
    return find_own("share/sockrates/theme");
}

char *place_logos(void)
{
    return find_own("share/sockrates/logos");
}

char *place_manual(void)
{
    return find_own("share/sockrates/manual");
}

char *place_helper(const char *name)
{
    char *wanted = text_make("libexec/sockrates/%s", name);
    char *found = find_own(wanted);
    free(wanted);
    return found ? found : memory_copy(name);
}

char *place_user(const char *variable, const char *otherwise, const char *name)
{
    const char *folder = getenv(variable), *home = getenv("HOME");
    if (folder != NULL && *folder == '/')
        return text_make("%s/sockrates/%s", folder, name);
    return text_make("%s/%s/sockrates/%s", home && *home ? home : "/tmp", otherwise, name);
}
