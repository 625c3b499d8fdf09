#include "output.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK ".sockrates-site"

static const char mark_text[] = "This folder is made by `sockrates docs build`, which replaces it as a whole.\n";

struct output {
    char *folder, *stage;
    int old, new; /* descriptors of the two folders; `old` is -1 when there is none yet */
    mode_t mode;
    bool patches; /* only what changed is staged, and moves into the old folder */
    bool committed;
    atomic_size_t changed;
};

static bool is_navigation(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* What people keep in a published folder (.git, .nojekyll) is theirs. */
static bool is_kept(const char *name)
{
    return name[0] == '.' && !is_navigation(name) && strcmp(name, MARK) != 0;
}

static bool is_anything(const char *name)
{
    return !is_navigation(name);
}

/* True when the folder holds something of the kind, or cannot be read. */
static bool has(int folder, bool (*is_one)(const char *name))
{
    DIR *list = fdopendir(dup(folder));
    bool found = list == NULL;
    if (list != NULL)
        rewinddir(list);
    for (struct dirent *entry; !found && (entry = readdir(list)) != NULL;)
        found = is_one(entry->d_name);
    if (list != NULL)
        closedir(list);
    return found;
}

static bool is_ours(int folder)
{
    return faccessat(folder, MARK, F_OK, 0) == 0 || !has(folder, is_anything);
}

/* Removes what is in the folder, which it closes; false and errno when something stays. */
static bool empty_folder(int folder)
{
    DIR *list = folder < 0 ? NULL : fdopendir(folder);
    bool fine = list != NULL;
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
        if (is_navigation(entry->d_name))
            continue;
        if (entry->d_type != DT_DIR && unlinkat(folder, entry->d_name, 0) == 0)
            continue;
        int below = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        fine = empty_folder(below) && unlinkat(folder, entry->d_name, AT_REMOVEDIR) == 0 && fine;
    }
    if (list != NULL)
        closedir(list);
    return fine;
}

static int remove_tree(const char *path)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    return empty_folder(folder) && rmdir(path) == 0 ? 0 : -1;
}

static bool move_one(int from, int to, const char *name)
{
    if (renameat2(from, name, to, name, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    errno = EEXIST; /* this file system cannot look and rename at once */
    return faccessat(to, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0 && renameat(from, name, to, name) == 0;
}

/* Moves what people keep to the other folder.  False and errno when something stays behind. */
static bool move_hidden(int from, int to)
{
    int error = 0;
    DIR *list = fdopendir(dup(from));
    if (list == NULL)
        return false;
    rewinddir(list);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;)
        if (is_kept(entry->d_name) && !move_one(from, to, entry->d_name))
            error = errno;
    closedir(list);
    errno = error;
    return error == 0;
}

/* The folder's real name, also of one that is not there yet; NULL and errno when its parent is missing. */
static char *real_name(const char *folder)
{
    char *whole = realpath(folder, NULL);
    if (whole != NULL || errno != ENOENT)
        return whole;
    char *copy = memory_copy(folder), *other = memory_copy(folder);
    char *parent = realpath(dirname(copy), NULL);
    char *name = parent ? text_make("%s/%s", strcmp(parent, "/") == 0 ? "" : parent, basename(other)) : NULL;
    free(parent);
    free(copy);
    free(other);
    return name;
}

/* "/home/me/.site.stage" for "/home/me/site". */
static char *stage_name(const char *folder)
{
    const char *slash = strrchr(folder, '/');
    return text_make("%.*s/.%s.stage", (int)(slash - folder), folder, slash + 1);
}

/* Where the old folder stands while two names cannot be exchanged at once; yours to free. */
static char *aside_name(const struct output *output)
{
    return text_make("%s.old", output->stage);
}

static int open_folder(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* Takes what a killed build left of one folder: what people keep goes back into theirs, the rest goes. */
static bool clear_left(const struct output *output, const char *left)
{
    int folder = open_folder(left);
    if (folder < 0)
        return errno == ENOENT;
    errno = EEXIST;
    bool fine = output->old < 0 ? !has(folder, is_kept) : move_hidden(folder, output->old);
    close(folder);
    return fine && remove_tree(left) == 0;
}

/* As if no build had been killed: the folder stands where it was, and nothing beside it. */
static bool recover(struct output *output)
{
    char *aside = aside_name(output);
    if (output->old < 0 && rename(aside, output->folder) == 0)
        output->old = open_folder(output->folder);
    bool fine = clear_left(output, output->stage) && clear_left(output, aside);
    free(aside);
    return fine;
}

/* Makes the folder of the stage anew. */
static struct status open_stage(struct output *output)
{
    if (mkdir(output->stage, 0777) < 0)
        return status_errno("mkdir", errno);
    output->new = open_folder(output->stage);
    if (output->new < 0 || flock(output->new, LOCK_EX | LOCK_NB) < 0)
        return status_errno("open", errno);
    return STATUS_OK;
}

/* Locks what another build may be writing, or was; -1 without, with EWOULDBLOCK when it is. */
static int lock_left(const struct output *output)
{
    int left = open_folder(output->stage);
    errno = 0;
    if (left < 0 || flock(left, LOCK_EX | LOCK_NB) == 0)
        return left;
    close(left);
    errno = EWOULDBLOCK;
    return -1;
}

static bool open_old(struct output *output, const char *folder, struct complaints *complaints)
{
    output->old = open(output->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (output->old < 0 && errno != ENOENT) {
        complaints_add(complaints, folder, 0, "This is no folder to write a site into: %s.", strerror(errno));
        return false;
    }
    if (output->old >= 0 && !is_ours(output->old)) {
        complaints_add(complaints, folder, 0,
                       "This folder holds files that Sockrates did not write, so it stays as it is. "
                       "Name a new or an empty folder.");
        return false;
    }
    return true;
}

static bool open_both(struct output *output, const char *folder, struct complaints *complaints)
{
    int left = lock_left(output);
    if (left < 0 && errno == EWOULDBLOCK) {
        complaints_add(complaints, folder, 0, "Another build is writing this folder. Wait for its end.");
        return false;
    }
    bool fine = open_old(output, folder, complaints);
    if (fine && !recover(output)) {
        complaints_add(complaints, folder, 0,
                       "An earlier build was killed and left %s, which cannot be cleared: %s. Look what it holds, and "
                       "move what you want to keep.",
                       output->stage, strerror(errno));
        fine = false;
    }
    if (left >= 0)
        close(left);
    struct status status = fine ? open_stage(output) : STATUS_OK;
    if (!status_fine(status))
        complaints_add(complaints, folder, 0, "Nothing can be written beside this folder: %s.", strerror(status.error));
    return fine && status_fine(status);
}

static bool open_folders(struct output *output, const char *folder, struct complaints *complaints)
{
    output->folder = real_name(folder);
    if (output->folder == NULL) {
        complaints_add(complaints, folder, 0, "This folder cannot be made: %s.", strerror(errno));
        return false;
    }
    output->stage = stage_name(output->folder);
    return open_both(output, folder, complaints);
}

struct output *output_open(const char *folder, struct complaints *complaints)
{
    struct output *output = memory_new(1, sizeof *output);
    output->old = output->new = -1;
    if (open_folders(output, folder, complaints) &&
        status_fine(output_write(output, MARK, mark_text, sizeof mark_text - 1)))
        return output;
    output_free(output);
    return NULL;
}

static bool same_bytes(int file, const char *bytes, size_t length)
{
    char buffer[16384];
    size_t done = 0;
    for (ssize_t count; (count = read(file, buffer, sizeof buffer)) > 0; done += (size_t)count)
        if (done + (size_t)count > length || memcmp(bytes + done, buffer, (size_t)count) != 0)
            return false;
    return done == length;
}

/* True when the old folder has the file with these bytes. */
static bool is_unchanged(const struct output *output, const char *path, const char *bytes, size_t length)
{
    int file = output->old < 0 ? -1 : openat(output->old, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return false;
    struct stat status;
    bool same = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && (size_t)status.st_size == length &&
                same_bytes(file, bytes, length);
    close(file);
    return same;
}

/* Makes the folders that the path needs; another thread may be doing the same. */
static void make_parents(int folder, const char *path)
{
    char *copy = memory_copy(path);
    for (char *slash = copy; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        mkdirat(folder, copy, 0777);
        *slash = '/';
    }
    free(copy);
}

static int create(int folder, const char *path)
{
    int file = openat(folder, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file >= 0 || errno != ENOENT)
        return file;
    make_parents(folder, path);
    return openat(folder, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

static bool link_old(const struct output *output, const char *path)
{
    if (linkat(output->old, path, output->new, path, 0) == 0)
        return true;
    if (errno != ENOENT)
        return false;
    make_parents(output->new, path);
    return linkat(output->old, path, output->new, path, 0) == 0;
}

struct status output_write(struct output *output, const char *path, const char *bytes, size_t length)
{
    if (is_unchanged(output, path, bytes, length) && (output->patches || link_old(output, path)))
        return STATUS_OK;
    int file = create(output->new, path);
    if (file < 0)
        return status_errno("open", errno);
    atomic_fetch_add(&output->changed, 1);
    struct status status = file_write_all(file, bytes, length) ? STATUS_OK : status_errno("write", errno);
    if (close(file) < 0 && status_fine(status))
        status = status_errno("close", errno);
    return status;
}

bool output_read(const struct output *output, const char *path, struct text *bytes)
{
    char buffer[16384];
    int file = output->old < 0 ? -1 : openat(output->old, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t count = -1;
    while (file >= 0 && (count = read(file, buffer, sizeof buffer)) > 0)
        text_add_bytes(bytes, buffer, (size_t)count);
    if (file >= 0)
        close(file);
    return count == 0;
}

void output_patch(struct output *output)
{
    output->patches = output->old >= 0;
}

const char *output_stage(const struct output *output)
{
    return output->stage;
}

size_t output_changed(const struct output *output)
{
    return atomic_load(&output->changed);
}

/* Where the file system cannot exchange two names, the old folder steps aside first. */
static int exchange(const struct output *output)
{
    if (renameat2(AT_FDCWD, output->stage, AT_FDCWD, output->folder, RENAME_EXCHANGE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    char *aside = aside_name(output);
    int result = rename(output->folder, aside);
    if (result == 0 && (result = rename(output->stage, output->folder)) == 0)
        result = rename(aside, output->stage);
    free(aside);
    return result;
}

/* Moves what was staged into the old folder, file by file. `below` is the folder within the site, with a slash. */
static struct status move_staged(struct output *output, const char *below)
{
    int folder = openat(output->new, *below ? below : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *list = folder < 0 ? NULL : fdopendir(folder);
    struct status status = list == NULL ? status_errno("opendir", errno) : STATUS_OK;
    for (struct dirent *entry; status_fine(status) && list != NULL && (entry = readdir(list)) != NULL;) {
        if (is_navigation(entry->d_name))
            continue;
        struct stat facts;
        char *path = text_make("%s%s", below, entry->d_name);
        bool is_folder = fstatat(folder, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(facts.st_mode);
        char *inside = is_folder ? text_make("%s/", path) : NULL;
        if (is_folder)
            status = move_staged(output, inside);
        else if (renameat(output->new, path, output->old, path) < 0)
            status = status_errno("rename", errno);
        free(inside);
        free(path);
    }
    if (list != NULL)
        closedir(list);
    return status;
}

struct status output_commit(struct output *output)
{
    struct stat status;
    if (output->patches)
        return move_staged(output, "");
    if (output->old < 0) {
        if (rename(output->stage, output->folder) < 0)
            return status_errno("rename", errno);
        output->committed = true;
        return STATUS_OK;
    }
    if (fstat(output->old, &status) == 0)
        fchmod(output->new, status.st_mode & 07777);
    /* The exchange comes last: a build that is killed before it is undone by the next one. */
    if (!move_hidden(output->old, output->new) || exchange(output) < 0)
        return status_errno("rename", errno);
    output->committed = true;
    remove_tree(output->stage);
    return STATUS_OK;
}

void output_free(struct output *output)
{
    if (output == NULL)
        return;
    if (output->new >= 0 && !output->committed && (output->old < 0 || move_hidden(output->new, output->old)))
        remove_tree(output->stage);
    if (output->old >= 0)
        close(output->old);
    if (output->new >= 0)
        close(output->new);
    free(output->folder);
    free(output->stage);
    free(output);
}
