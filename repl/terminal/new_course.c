#include "terminal/new_course.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/place.h"
#include "base/text.h"
#include "render/command_line.h"
#include "terminal/new.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What the template calls the course that it is to become. */
#define TEMPLATE_ID    "my-course"
#define TEMPLATE_TITLE "My course"

struct naming {
    char *id, *title;
};

/* Adds the text with the course's own names in it. */
static void add_named(struct text *out, const char *text, const struct naming *naming)
{
    while (*text != '\0') {
        bool id = strncmp(text, TEMPLATE_ID, strlen(TEMPLATE_ID)) == 0;
        bool title = strncmp(text, TEMPLATE_TITLE, strlen(TEMPLATE_TITLE)) == 0;
        if (!id && !title) {
            text_add_char(out, *text++);
            continue;
        }
        text_add(out, id ? naming->id : naming->title);
        text += id ? strlen(TEMPLATE_ID) : strlen(TEMPLATE_TITLE);
    }
}

static bool copy_file(const char *from, const char *to, const struct stat *about, const struct naming *naming)
{
    struct text old = TEXT_EMPTY, new = TEXT_EMPTY;
    bool fine = text_read_file(&old, from);
    if (fine) {
        add_named(&new, text_string(&old), naming);
        fine = file_create(to, text_string(&new), new.length);
    }
    if (fine && (about->st_mode & S_IXUSR) != 0)
        fine = chmod(to, 0755) == 0;
    text_free(&old);
    text_free(&new);
    return fine;
}

/* Makes `to` of the template's folder `from`; false and errno. */
static bool copy_folder(const char *from, const char *to, const struct naming *naming)
{
    DIR *directory = opendir(from);
    bool fine = directory != NULL && mkdir(to, 0777) == 0;
    for (struct dirent *entry; fine && (entry = readdir(directory)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *source = text_make("%s/%s", from, entry->d_name), *goal = text_make("%s/%s", to, entry->d_name);
        struct stat about;
        fine = stat(source, &about) == 0 &&
               (S_ISDIR(about.st_mode) ? copy_folder(source, goal, naming) : copy_file(source, goal, &about, naming));
        free(source);
        free(goal);
    }
    int error = errno;
    if (directory != NULL)
        closedir(directory);
    errno = error;
    return fine;
}

/* "networks-1": what may be a course's id, too. */
static bool is_name(const char *name)
{
    return isalnum((unsigned char)*name) && strlen(name) <= 64 &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0';
}

static int write_course(const char *path, const char *name)
{
    char *manual = place_manual(), *template = text_make("%s/templates/course", manual != NULL ? manual : "");
    struct naming naming = {.id = memory_copy(name), .title = new_title(name)};
    bool fine = copy_folder(template, path, &naming);
    if (fine)
        printf("Wrote %s.\nTry it: sockrates check %s/lessons\n", path, path);
    else
        new_tell_unwritten(SUBCOMMAND_NEW_COURSE, path);
    free(naming.id);
    free(naming.title);
    free(template);
    free(manual);
    return !fine;
}

int new_course_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_NEW_COURSE, argc, argv, &status))
        return status;
    char *path = memory_copy(line.arguments[0]);
    for (size_t length = strlen(path); length > 1 && path[length - 1] == '/'; length--)
        path[length - 1] = '\0';
    status = 2;
    if (is_name(path_name(path)))
        status = write_course(path, path_name(path));
    else
        command_line_tell(SUBCOMMAND_NEW_COURSE,
                          "'%s' is no good name; use small letters, digits, - _ and ., like networks-1",
                          line.arguments[0]);
    free(path);
    return status;
}
