#include "base/scratch.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX  "sockrates-"
#define LETTERS 6

/* Another program may take a folder for a dead one before it is locked; not this often. */
#define TRIES 10

/* What root's sessions run as. */
#define NOBODY 65534

struct scratch {
    char *path;
    int lock; /* the folder itself */
};

/* Locks the folder; -1 when somebody has it, or it is none. */
static int lock_folder(int place, const char *name)
{
    int fd = openat(place, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool is_name(const char *name)
{
    if (strncmp(name, PREFIX, strlen(PREFIX)) != 0 || strlen(name) != strlen(PREFIX) + LETTERS)
        return false;
    for (name += strlen(PREFIX); *name != '\0'; name++)
        if (!isalnum((unsigned char)*name))
            return false;
    return true;
}

static bool is_ours(int fd)
{
    struct stat about;
    return fstat(fd, &about) == 0 && (about.st_uid == geteuid() || (geteuid() == 0 && about.st_uid == NOBODY));
}

/* Removes what the dead have left in this place. */
static void sweep(const char *place)
{
    DIR *folder = opendir(place);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        int fd = is_name(entry->d_name) ? lock_folder(dirfd(folder), entry->d_name) : -1;
        if (fd < 0)
            continue;
        if (is_ours(fd))
            file_remove_at(dirfd(folder), entry->d_name);
        close(fd);
    }
    if (folder != NULL)
        closedir(folder);
}

/* The folder may have been swept between its making and its locking: then it is not the one that was locked. */
static bool is_there(const char *path, int fd)
{
    struct stat named, locked;
    return lstat(path, &named) == 0 && fstat(fd, &locked) == 0 && named.st_ino == locked.st_ino &&
           named.st_dev == locked.st_dev;
}

static bool make(struct scratch *scratch, const char *place)
{
    for (int i = 0; i < TRIES; i++) {
        scratch->path = text_make("%s/" PREFIX "XXXXXX", place);
        if (mkdtemp(scratch->path) != NULL) {
            scratch->lock = lock_folder(AT_FDCWD, scratch->path);
            if (scratch->lock >= 0 && is_there(scratch->path, scratch->lock))
                return true;
            errno = EAGAIN;
        }
        int error = errno;
        if (scratch->lock >= 0)
            close(scratch->lock);
        scratch->lock = -1;
        free(scratch->path);
        scratch->path = NULL;
        errno = error;
        if (error != EAGAIN)
            break;
    }
    return false;
}

struct scratch *scratch_new(const char *place)
{
    static bool swept; /* once is enough */
    struct scratch *scratch = memory_new(1, sizeof *scratch);
    const char *places[] = {place != NULL && *place == '/' ? place : "/tmp", "/tmp"};
    *scratch = (struct scratch){.lock = -1};
    for (size_t i = 0; !swept && i < 2; i++)
        if (i == 0 || strcmp(places[0], places[1]) != 0)
            sweep(places[i]);
    swept = true;
    if (make(scratch, places[0]) || make(scratch, places[1]))
        return scratch;
    free(scratch);
    return NULL;
}

const char *scratch_path(const struct scratch *scratch)
{
    return scratch != NULL ? scratch->path : NULL;
}

void scratch_free(struct scratch *scratch)
{
    if (scratch == NULL)
        return;
    file_remove_at(AT_FDCWD, scratch->path);
    close(scratch->lock);
    free(scratch->path);
    free(scratch);
}
