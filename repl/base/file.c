#include "base/file.h"

#include "base/memory.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

/* Closes the file and removes it again unless everything went well; keeps errno. */
static bool finish(int fd, const char *path, bool fine)
{
    int error = errno;
    if (close(fd) != 0 && fine) {
        error = errno;
        fine = false;
    }
    if (!fine)
        unlink(path);
    errno = error;
    return fine;
}

/* A device, a pipe: there is nothing to be put in the place of, only somebody to be told. */
static bool write_into(const char *path, const char *bytes, size_t length)
{
    int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    bool fine = fd >= 0 && file_write_all(fd, bytes, length);
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return fine;
}

bool file_replace(const char *path, const char *bytes, size_t length)
{
    struct stat old;
    if (stat(path, &old) != 0)
        return false;
    if (!S_ISREG(old.st_mode))
        return write_into(path, bytes, length);
    char *target = realpath(path, NULL), *fresh = NULL;
    bool fine = false;
    if (target == NULL)
        goto out;
    fresh = text_make("%s.XXXXXX", target);
    int fd = mkostemp(fresh, O_CLOEXEC);
    if (fd < 0)
        goto out;
    fine = finish(fd, fresh,
                  file_write_all(fd, bytes, length) && fchmod(fd, old.st_mode & 07777) == 0 && fsync(fd) == 0 &&
                      rename(fresh, target) == 0);
out:
    free(fresh);
    free(target);
    return fine;
}

bool file_create(const char *path, const char *bytes, size_t length)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return fd >= 0 && finish(fd, path, file_write_all(fd, bytes, length));
}

bool file_is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

void file_make_folders(const char *path)
{
    char *folder = memory_copy(path);
    for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(folder, 0700);
        *slash = '/';
    }
    free(folder);
}

static bool make_open_folder(const char *path)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return true;
    if (errno != EEXIST || stat(path, &status) < 0)
        return false;
    errno = ENOTDIR;
    return S_ISDIR(status.st_mode);
}

bool file_make_open_folders(const char *folder)
{
    char *path = memory_copy(folder);
    bool fine = true;
    for (char *slash = path; fine && *slash != '\0' && (slash = strchr(slash + 1, '/')) != NULL; *slash = '/') {
        *slash = '\0';
        fine = make_open_folder(path);
        if (!fine)
            break;
    }
    fine = fine && make_open_folder(folder);
    free(path);
    return fine;
}

/* Everything in the folder, which is closed. */
static void empty_folder(int fd)
{
    DIR *folder = fdopendir(fd);
    const struct dirent *entry;
    if (folder == NULL) {
        close(fd);
        return;
    }
    while ((entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            file_remove_at(dirfd(folder), entry->d_name);
    closedir(folder);
}

void file_remove_at(int at, const char *name)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0)
        empty_folder(fd);
    if (unlinkat(at, name, fd >= 0 ? AT_REMOVEDIR : 0) != 0 && errno == EISDIR)
        unlinkat(at, name, AT_REMOVEDIR);
}
