#include "lesson/about.h"

#include "base/inside.h"
#include "base/memory.h"
#include "base/path.h"
#include "lesson/front_matter.h"
#include "lesson/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char file_name[] = "course.yml", mistaken[] = "course.yaml";

/* --- where it stands ------------------------------------------------------------------------------------ */

/* The folder that a course in a folder called "lessons" is the inner part of; NULL for others.  Yours to free. */
static char *outer_folder(const char *folder)
{
    char *whole = realpath(folder, NULL), *outer = NULL;
    if (whole != NULL && strcmp(path_name(whole), "lessons") == 0)
        outer = strcmp(path_name(folder), "lessons") == 0 ? path_folder(folder) : text_make("%s/../", folder);
    free(whole);
    return outer;
}

static bool has_file(const char *folder, const char *name)
{
    char *path = text_make("%s/%s", *folder != '\0' ? folder : ".", name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

/* The folder, or the one above, that has a file of one of the names; "" is the current one.  Yours to free. */
static char *place_of(const char *folder)
{
    char *outer = outer_folder(folder);
    bool near = has_file(folder, file_name) || has_file(folder, mistaken);
    if (outer != NULL && !near && (has_file(outer, file_name) || has_file(outer, mistaken)))
        return outer;
    free(outer);
    return text_make("%s/", folder);
}

char *about_file(const char *folder)
{
    char *place = place_of(folder), *path = text_make("%s%s", place, file_name);
    free(place);
    return path;
}

/* --- reading -------------------------------------------------------------------------------------------- */

/* False: there is no such file. */
static bool read_file(struct course_about *about, const char *folder, struct complaints *complaints)
{
    char *place = place_of(folder), *path = text_make("%s%s", place, file_name);
    const char *at = *place != '\0' ? place : ".";
    struct text yaml = TEXT_EMPTY;
    bool there = true;
    if (inside_read(&yaml, at, file_name)) {
        int bad = source_bad_line(text_string(&yaml), yaml.length);
        if (bad > 0)
            complaints_add(complaints, path, bad, "This line is not UTF-8 text.");
        else
            front_matter_read_yaml(about, &course_keys, path, text_string(&yaml), yaml.length, 1, complaints);
    } else if (errno != ENOENT) {
        complaints_add(complaints, path, 0, "Cannot read this file: it %s.", inside_trouble(errno));
    } else if ((there = has_file(at, mistaken))) {
        complaints_add(complaints, path, 0, "There is a %s. Call it %s.", mistaken, file_name);
    }
    text_free(&yaml);
    free(path);
    free(place);
    return there;
}

/* `elsewhere`: it is said in the other file. */
static void read_front(struct course_about *about, const char *folder, const struct text *summary, bool elsewhere,
                       struct complaints *complaints)
{
    char *path = text_make("%s/SUMMARY.md", folder);
    struct source source = source_of(text_string(summary), summary->length);
    int lines = front_matter_lines(&source);
    if (lines > 0 && elsewhere)
        complaints_add(complaints, path, 1, "%s says what this course is. Move these lines there.", file_name);
    else if (lines > 0)
        front_matter_read(about, &course_keys, path, &source, lines, complaints);
    source_free(&source);
    free(path);
}

static bool is_too_new(const struct course_about *about, const char *folder, struct complaints *complaints)
{
    bool newer = about->sockrates != NULL && course_wants_newer(about->sockrates);
    if (newer)
        complaints_add(complaints, folder, 0,
                       "This course wants Sockrates %s or newer, and this is %s. Update Sockrates.", about->sockrates,
                       SOCKRATES_VERSION);
    return newer;
}

bool about_read(struct course_about *about, const char *folder, const struct text *summary,
                struct complaints *complaints)
{
    struct complaints own = {0};
    bool there = read_file(about, folder, &own);
    if (summary != NULL)
        read_front(about, folder, summary, there, &own);
    bool fits = !is_too_new(about, folder, complaints);
    for (size_t i = 0; fits && i < own.count; i++)
        complaints_add(complaints, own.list[i].path, own.list[i].line, "%s", own.list[i].message);
    complaints_free(&own);
    return fits;
}

void course_about_read(struct course_about *about, const char *path)
{
    struct complaints ignored = {0};
    struct text text = TEXT_EMPTY;
    struct stat status;
    *about = (struct course_about){.id = NULL};
    if (path == NULL || stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return;
    char *summary = text_make("%s/SUMMARY.md", path);
    bool ordered = stat(summary, &status) == 0 && S_ISREG(status.st_mode) && text_read_file(&text, summary);
    about_read(about, path, ordered ? &text : NULL, &ignored);
    free(summary);
    text_free(&text);
    complaints_free(&ignored);
}

char *course_identity(const char *path)
{
    struct course_about about;
    course_about_read(&about, path);
    char *whole = realpath(path, NULL);
    const char *name = about.id != NULL ? about.id : about.version != NULL ? about.title : NULL;
    char *identity = name != NULL    ? text_make("course:%s", name)
                     : whole != NULL ? memory_copy(whole)
                                     : memory_copy(path);
    free(whole);
    course_about_free(&about);
    return identity;
}
