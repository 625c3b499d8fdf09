#include "lesson/elsewhere.h"

#include "base/child.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/place.h"
#include "base/scratch.h"
#include "base/text.h"
#include "lesson/course.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The length of the path without the ending of an archive; 0 when it has none. */
static size_t stem_length(const char *path)
{
    static const char *const endings[] = {".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".zip"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && strcmp(path + length - ending, endings[i]) == 0)
            return length - ending;
    }
    return 0;
}

bool elsewhere_is_archive(const char *path)
{
    struct stat about;
    return stem_length(path) > 0 && stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

const char *elsewhere_fault(const char *path)
{
    struct stat about;
    bool there = stat(path, &about) == 0;
    if (!there)
        return stem_length(path) > 0 ? strerror(errno) : NULL;
    if (!S_ISREG(about.st_mode) || path_is_markdown(path) || stem_length(path) > 0 ||
        strchr(path_name(path), '.') == NULL)
        return NULL;
    return "no lesson and no course; name a file NAME.md, a folder of them, or an archive such as NAME.tar.gz or NAME.zip";
}

/* The program says itself what is wrong with the archive. */
static bool run_unpack(const char *archive, const char *folder, struct text *fault)
{
    char *program = place_helper("sockrates-unpack");
    char *arguments[] = {program, (char *)archive, (char *)folder, NULL};
    pid_t child;
    int error = posix_spawn(&child, program, NULL, NULL, arguments, environ), status = 0;
    if (error == ENOENT)
        text_format(fault, "courses cannot be unpacked here. Unpack %s yourself, and name the folder.", archive);
    else if (error != 0)
        text_format(fault, "cannot start %s: %s", program, strerror(error));
    else if (child_wait(child, &status) && WIFSIGNALED(status) && WTERMSIG(status) != SIGINT)
        text_format(fault, "%s takes too long or too much memory to unpack; it is no course.", archive);
    free(program);
    return error == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The only folder in this one, where nothing else is; NULL: there are lessons, or several folders. */
static char *only_folder(const char *folder)
{
    DIR *directory = opendir(folder);
    char *found = NULL;
    bool only = directory != NULL;
    for (struct dirent *entry; only && (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        only = !path_is_markdown(entry->d_name) && found == NULL;
        if (only)
            found = text_make("%s/%s", folder, entry->d_name);
    }
    if (directory != NULL)
        closedir(directory);
    struct stat about;
    if (only && found != NULL && stat(found, &about) == 0 && S_ISDIR(about.st_mode))
        return found;
    free(found);
    return NULL;
}

/* Archives have the course's folder in them, as a rule; yours to free. */
static char *course_in(const char *folder)
{
    char *at = memory_copy(folder);
    for (char *next; (next = only_folder(at)) != NULL; at = next)
        free(at);
    return at;
}

static bool has_lessons(const char *folder, const char *archive, struct text *fault)
{
    struct complaints complaints = {NULL, 0};
    struct course_about about;
    course_about_read(&about, folder);
    bool newer = about.sockrates != NULL && course_wants_newer(about.sockrates);
    struct course *course = newer ? NULL : course_read(folder, &complaints);
    bool fine = course != NULL;
    if (newer)
        text_format(fault, "%s wants Sockrates %s or newer, and this is %s. Update Sockrates.", archive,
                    about.sockrates, SOCKRATES_VERSION);
    else if (!fine)
        text_format(fault, "there are no lessons in %s.", archive);
    course_free(course);
    course_about_free(&about);
    complaints_free(&complaints);
    return fine;
}

/* "networks" for a course of that id, else as the archive is called. */
static char *name_of(const char *folder, const char *archive)
{
    struct course_about about;
    course_about_read(&about, folder);
    const char *file = path_name(archive);
    size_t length = stem_length(file);
    char *name = about.id != NULL             ? memory_copy(about.id)
                 : length > 0 && *file != '.' ? memory_copy_bytes(file, length)
                                              : memory_copy("course");
    course_about_free(&about);
    return name;
}

/* Puts the folder in the place of an older one; where it is then, yours to free; NULL and errno. */
static char *settle(const char *folder, const char *courses, const char *name)
{
    char *place = text_make("%s/%s", courses, name);
    int at = open(courses, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at >= 0 && access(place, F_OK) == 0)
        file_remove_at(at, name);
    bool fine = at >= 0 && rename(folder, place) == 0;
    int error = errno;
    if (at >= 0)
        close(at);
    if (!fine) {
        free(place);
        place = NULL;
    }
    errno = error;
    return place;
}

/* What was unpacked into the folder is moved; where its lessons lie then. */
static char *keep_course(const char *unpacked, const char *courses, const char *archive, struct text *fault)
{
    char *folder = course_in(unpacked), *root = course_root(folder), *name = name_of(root, archive);
    char *place = NULL, *kept = NULL;
    if (has_lessons(root, archive, fault)) {
        place = settle(folder, courses, name);
        if (place == NULL)
            text_format(fault, "cannot keep the course in %s/%s: %s", courses, name, strerror(errno));
        else
            kept = course_root(place);
    }
    free(place);
    free(name);
    free(root);
    free(folder);
    return kept;
}

static void make_folder(const char *path)
{
    char *inner = text_make("%s/x", path);
    file_make_folders(inner);
    free(inner);
}

/* Unpacks it into a new folder of the scratch, yours to free; NULL and the fault. */
static char *unpack(const char *archive, struct scratch *scratch, struct text *fault)
{
    char *folder = scratch != NULL ? text_make("%s/course", scratch_path(scratch)) : NULL;
    if (folder == NULL || mkdir(folder, 0700) != 0)
        text_format(fault, "there is no place to unpack %s: %s", archive, strerror(errno));
    else if (run_unpack(archive, folder, fault))
        return folder;
    free(folder);
    return NULL;
}

char *elsewhere_keep(const char *archive, struct text *fault)
{
    /* Beside each other: what looks like forgotten scratch is removed, and a course may be called anything. */
    char *courses = place_user("XDG_DATA_HOME", ".local/share", "courses"), *place = NULL;
    char *workshop = place_user("XDG_DATA_HOME", ".local/share", "unpacking");
    make_folder(courses);
    make_folder(workshop);
    struct scratch *scratch = scratch_new(workshop);
    char *unpacked = unpack(archive, scratch, fault);
    if (unpacked != NULL)
        place = keep_course(unpacked, courses, archive, fault);
    scratch_free(scratch);
    free(unpacked);
    free(workshop);
    free(courses);
    return place;
}

/* --- for a while ---------------------------------------------------------------------------------------- */

struct visit {
    const char *named;
    char *path;              /* of the course, where that is not what was named */
    struct scratch *scratch; /* NULL: it is no archive */
};

struct visit *visit_new(const char *named, bool root, struct text *fault)
{
    struct visit *visit = memory_new(1, sizeof *visit);
    visit->named = named;
    if (!elsewhere_is_archive(named)) {
        visit->path = root && file_is_folder(named) ? course_root(named) : NULL;
        return visit;
    }
    visit->scratch = scratch_new(getenv("TMPDIR"));
    char *unpacked = unpack(named, visit->scratch, fault);
    char *folder = unpacked != NULL ? course_in(unpacked) : NULL;
    visit->path = folder != NULL ? course_root(folder) : NULL;
    free(folder);
    free(unpacked);
    if (visit->path != NULL && has_lessons(visit->path, named, fault))
        return visit;
    visit_free(visit);
    return NULL;
}

void visit_free(struct visit *visit)
{
    if (visit == NULL)
        return;
    scratch_free(visit->scratch);
    free(visit->path);
    free(visit);
}

const char *visit_path(const struct visit *visit)
{
    return visit->path != NULL ? visit->path : visit->named;
}

char *visit_shown(const struct visit *visit, const char *path)
{
    const char *below = visit->scratch != NULL ? path_below(visit->path, path) : path;
    return below != path ? text_make("%s/%s", visit->named, below) : memory_copy(path);
}

void visit_show(const struct visit *visit, struct complaints *complaints)
{
    for (size_t i = 0; i < complaints->count; i++) {
        char *shown = visit_shown(visit, complaints->list[i].path);
        free(complaints->list[i].path);
        complaints->list[i].path = shown;
    }
}
