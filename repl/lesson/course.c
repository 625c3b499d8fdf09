#include "lesson/course.h"

#include "base/array.h"
#include "base/inside.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/path.h"
#include "base/place.h"
#include "base/text.h"
#include "lesson/front_matter.h"
#include "lesson/github.h"
#include "lesson/markdown.h"
#include "lesson/source.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Takes over path and title. */
static void add_entry(struct course *course, char *path, char *title)
{
    const char *name = path_name(path);
    ARRAY_ADD(course->entries, course->entry_count,
              (struct course_entry){
                  .path = path,
                  .name = memory_copy_bytes(name, path_stem(name)),
                  .title = title,
                  .part = (int)course->part_count - 1,
              });
}

/* SUMMARY.md */

/* The name in the file's folder that was probably meant, yours to free; NULL when there is none. */
static char *nearest_file(const char *path)
{
    char *folder = path_folder(path);
    DIR *directory = opendir(*folder != '\0' ? folder : ".");
    free(folder);
    char *name = NULL;
    size_t distance = 0;
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        struct nearest nearest = nearest_to(path_name(path));
        nearest_try(&nearest, entry->d_name);
        if (nearest.name == NULL || !path_is_markdown(entry->d_name) || (name != NULL && nearest.distance >= distance))
            continue;
        free(name);
        name = memory_copy(entry->d_name);
        distance = nearest.distance;
    }
    if (directory != NULL)
        closedir(directory);
    return name;
}

/* Devices and pipes are no lessons, and reading one may take for ever. */
static bool is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static void complain_missing(const char *path, const char *url, const char *summary, int line,
                             struct complaints *complaints)
{
    char *nearest = nearest_file(path);
    if (nearest != NULL)
        complaints_add(complaints, summary, line, "There is no file `%s`. Did you mean `%s`?", url, nearest);
    else
        complaints_add(complaints, summary, line, "There is no file `%s`. Write it or remove the link.", url);
    free(nearest);
}

static bool has_path(const struct course *course, const char *path)
{
    for (size_t i = 0; i < course->entry_count; i++)
        if (strcmp(course->entries[i].path, path) == 0)
            return true;
    return false;
}

static int depth_of(cmark_node *node)
{
    int depth = 0;
    for (; node != NULL; node = cmark_node_parent(node))
        depth += cmark_node_get_type(node) == CMARK_NODE_LIST;
    return depth > 0 ? depth - 1 : 0;
}

/* Takes over the title; `url` is where it leads, NULL: nowhere, "": to a lesson to come. */
static void add_item(struct course *course, char *title, cmark_node *node, const char *url)
{
    if (*title == '\0') {
        free(title);
        return;
    }
    ARRAY_ADD(course->items, course->item_count,
              (struct course_item){
                  .title = title,
                  .url = url != NULL && strstr(url, "://") != NULL ? memory_copy(url) : NULL,
                  .part = (int)course->part_count - 1,
                  .depth = depth_of(node),
                  .before = course->entry_count,
                  .draft = url != NULL && *url == '\0',
              });
}

/* An entry of the list that is plain text. */
static void visit_item(struct course *course, cmark_node *item)
{
    cmark_node *words = cmark_node_first_child(item);
    if (words != NULL && cmark_node_get_type(words) == CMARK_NODE_PARAGRAPH && !markdown_has_link(words))
        add_item(course, markdown_plain(words), item, NULL);
}

/* The file of the course that is linked to, yours to free; NULL for a lesson to come, and for what is no lesson. */
static char *lesson_file(const struct course *course, const char *url)
{
    char *file = path_unescape(url, strcspn(url, "#")), *whole = path_unescape(url, strlen(url));
    char *path = text_make("%s/%s", course->folder, whole);
    bool odd = strcmp(file, whole) != 0 && path_is_markdown(whole) && is_file(path); /* "a#1.md", written as it is */
    char *lesson = odd ? whole : file;
    free(odd ? file : whole);
    free(path);
    if (strstr(lesson, "://") == NULL && path_is_markdown(lesson))
        return lesson;
    free(lesson);
    return NULL;
}

static void visit_link(struct course *course, cmark_node *link, int line, const char *summary,
                       struct complaints *complaints)
{
    const char *url = cmark_node_get_url(link);
    char *relative = lesson_file(course, url);
    if (relative == NULL) {
        add_item(course, markdown_plain(link), link, url);
        return;
    }
    char *path = text_make("%s/%s", course->folder, relative);
    free(relative);
    if (access(path, F_OK) != 0)
        complain_missing(path, url, summary, line, complaints);
    else if (!is_file(path))
        complaints_add(complaints, summary, line, "`%s` is no file. Link to a lesson.", url);
    else if (has_path(course, path))
        complaints_add(complaints, summary, line, "`%s` is listed twice. Remove one of the two.", url);
    else {
        add_entry(course, path, markdown_plain(link));
        course->entries[course->entry_count - 1].depth = depth_of(link);
        return;
    }
    free(path);
}

static void visit_heading(struct course *course, cmark_node *heading)
{
    char *title = markdown_plain(heading);
    bool first = !course->headed;
    course->headed = true;
    if (first && cmark_node_get_heading_level(heading) == 1) {
        if (course->title == NULL)
            course->title = title;
        else
            free(title); /* the front matter said another one */
        return;
    }
    ARRAY_ADD(course->parts, course->part_count, title);
}

/* A link to a lesson, or to one that is not written yet. */
static bool is_lesson_link(cmark_node *node)
{
    const char *url = cmark_node_get_type(node) == CMARK_NODE_LINK ? cmark_node_get_url(node) : "/";
    char *path = memory_copy_bytes(url, strcspn(url, "#"));
    bool lesson = *path == '\0' || (strstr(path, "://") == NULL && path_is_markdown(path));
    free(path);
    return lesson;
}

static bool has_lesson_link(cmark_node *block)
{
    bool found = false;
    cmark_iter *iter = cmark_iter_new(block);
    while (!found && cmark_iter_next(iter) != CMARK_EVENT_DONE)
        found = is_lesson_link(cmark_iter_get_node(iter));
    cmark_iter_free(iter);
    return found;
}

/* True when the paragraph says more than what it links to. */
static bool has_words(cmark_node *paragraph)
{
    for (cmark_node *node = cmark_node_first_child(paragraph); node != NULL; node = cmark_node_next(node)) {
        cmark_node_type type = cmark_node_get_type(node);
        const char *text = type == CMARK_NODE_TEXT ? cmark_node_get_literal(node) : "";
        bool blank = type == CMARK_NODE_TEXT && text[strspn(text, " \t,;.|")] == '\0';
        if (!blank && type != CMARK_NODE_LINK && type != CMARK_NODE_SOFTBREAK && type != CMARK_NODE_LINEBREAK)
            return true;
    }
    return false;
}

static bool is_prose(cmark_node *block)
{
    cmark_node_type type = cmark_node_get_type(block);
    if (type == CMARK_NODE_HEADING || type == CMARK_NODE_THEMATIC_BREAK)
        return false;
    return !has_lesson_link(block) || (type == CMARK_NODE_PARAGRAPH && has_words(block));
}

/* Moves what is not the list of lessons out of the tree. */
static void take_prose(struct course *course, cmark_node *tree)
{
    for (cmark_node *node = cmark_node_first_child(tree), *next; node != NULL; node = next) {
        next = cmark_node_next(node);
        if (!is_prose(node))
            continue;
        if (course->prose == NULL)
            course->prose = cmark_node_new(CMARK_NODE_DOCUMENT);
        cmark_node_append_child(course->prose, node);
    }
}

/* Links stand in lists, nested as one likes, or alone in paragraphs before and after them. */
static void read_summary(struct course *course, const char *path, const struct text *text,
                         struct complaints *complaints)
{
    struct source source = source_of(text_string(text), text->length);
    int skip = front_matter_lines(&source);
    size_t begin = source_offset(&source, skip + 1);
    source_free(&source);
    cmark_node *tree =
        github_parse(text_string(text) + begin, text->length - begin, skip, false, cmark_get_default_mem_allocator());
    markdown_show(tree, text_string(text), text->length);
    take_prose(course, tree);
    cmark_iter *iter = cmark_iter_new(tree);
    int line = 0;
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        if (event != CMARK_EVENT_ENTER)
            continue;
        if (cmark_node_get_start_line(node) > 0)
            line = cmark_node_get_start_line(node);
        if (type == CMARK_NODE_HEADING)
            visit_heading(course, node);
        else if (type == CMARK_NODE_LINK)
            visit_link(course, node, line, path, complaints);
        else if (type == CMARK_NODE_ITEM)
            visit_item(course, node);
    }
    cmark_iter_free(iter);
    cmark_node_free(tree);
}

/* File-name order */

/* A lesson, or what may be a folder of them; links to folders may go round in a circle. */
static int may_hold_lessons(const struct dirent *entry)
{
    const char *name = entry->d_name;
    bool folder = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
    bool lesson = path_is_markdown(name) && strcmp(name, "README.md") != 0 && strcmp(name, "SUMMARY.md") != 0;
    return name[0] != '.' && (folder || lesson);
}

/* A file's beginning is enough to find its title. */
#define HEAD 4096

/* What is enough to find the title: a file that begins with one needs no more than its first line. */
static size_t title_length(const char *head, size_t length)
{
    const char *end = memchr(head, '\n', length);
    bool title = length > 2 && head[0] == '#' && head[1] == ' ' && end != NULL;
    return title ? (size_t)(end + 1 - head) : length;
}

/* A title in the first line with nothing in it that Markdown might read; NULL when that takes a parser. */
static char *plain_title(const char *head, size_t length)
{
    const char *end = memchr(head, '\n', length);
    if (end == NULL || length < 3 || strncmp(head, "# ", 2) != 0 || head[2] == ' ')
        return NULL;
    for (const char *c = head + 2; c < end; c++)
        if (!isalnum((unsigned char)*c) && strchr(" ,.:?!'", *c) == NULL)
            return NULL;
    return end[-1] == ' ' ? NULL : memory_copy_bytes(head + 2, (size_t)(end - head - 2));
}

static char *title_of(const struct course *course, const char *path, bool inside)
{
    char head[HEAD];
    int file =
        inside ? inside_open(course->folder, path_below(course->folder, path), NULL) : open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = file >= 0 ? read(file, head, sizeof head) : 0;
    size_t length = title_length(head, count > 0 ? (size_t)count : 0);
    if (file >= 0)
        close(file);
    while (length == sizeof head && length > 0 && head[length - 1] != '\n')
        length--;
    char *plain = plain_title(head, length);
    if (plain != NULL)
        return plain;
    struct complaints ignored = {0};
    struct lesson *lesson = lesson_parse(path, head, length, &ignored);
    char *title = memory_copy(lesson->title);
    lesson_free(lesson);
    complaints_free(&ignored);
    return title;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* So deep may folders stand in folders: deeper ones are no course. */
#define DEEPEST 16

static bool lists_lessons(const char *folder)
{
    char *summary = text_make("%s/SUMMARY.md", folder);
    bool lists = is_file(summary);
    free(summary);
    return lists;
}

/*
 * Calls `take` for each lesson in the folder and in those in it, in name order; the path is to be freed by it.  `own`:
 * not for those of another course, a folder that lists its own lessons.
 */
static void walk_folder(const char *folder, int depth, bool own, void (*take)(void *self, char *path), void *self)
{
    struct dirent **entries;
    int count = depth < DEEPEST ? scandir(folder, &entries, may_hold_lessons, versionsort) : -1;
    for (int i = 0; i < count; i++) {
        char *path = text_make("%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_type != DT_REG && is_folder(path)) {
            if (!own || !lists_lessons(path))
                walk_folder(path, depth + 1, own, take, self);
        } else if (path_is_markdown(path) && (entries[i]->d_type == DT_REG || is_file(path))) {
            take(self, memory_copy(path));
        }
        free(path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

struct reading {
    struct course *course;
    course_titles *known;
    void *self;
    bool inside;
};

static void take_lesson(void *self, char *path)
{
    const struct reading *reading = self;
    const char *title = reading->known ? reading->known(reading->self, path) : NULL;
    add_entry(reading->course, path, title ? memory_copy(title) : title_of(reading->course, path, reading->inside));
}

static void read_folder(struct course *course, course_titles *known, void *self, bool inside)
{
    struct reading reading = {course, known, self, inside};
    walk_folder(course->folder, 0, false, take_lesson, &reading);
}

/* --- lessons that the order leaves out -------------------------------------------------------------------- */

struct left_out {
    const struct course *course;
    char **paths;
    size_t count;
};

static void take_left_out(void *self, char *path)
{
    struct left_out *left_out = self;
    if (has_path(left_out->course, path))
        free(path);
    else
        ARRAY_ADD(left_out->paths, left_out->count, path);
}

char **course_left_out(const struct course *course, size_t *count)
{
    struct left_out left_out = {.course = course};
    if (lists_lessons(course->folder))
        walk_folder(course->folder, 0, true, take_left_out, &left_out);
    *count = left_out.count;
    return left_out.paths;
}

static char *without_slash(const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    return memory_copy_bytes(path, length);
}

/* The order of the course; false and errno when there is none. */
static bool read_order(struct text *text, const struct course *course, const char *summary, bool inside)
{
    struct stat status;
    if (inside)
        return inside_read(text, course->folder, path_name(summary));
    if (stat(summary, &status) != 0)
        return false;
    errno = ENOTSUP; /* as inside_read() has it: a pipe would be waited for */
    return S_ISREG(status.st_mode) && text_read_file(text, summary);
}

static void read_whole_folder(struct course *course, course_titles *known, void *self, bool inside,
                              struct complaints *complaints)
{
    char *summary = text_make("%s/SUMMARY.md", course->folder);
    struct text text = TEXT_EMPTY;
    bool ordered = read_order(&text, course, summary, inside);
    int error = errno;
    bool fits = about_read(&course->about, course->folder, ordered ? &text : NULL, complaints);
    course->title = course->about.title != NULL ? memory_copy(course->about.title) : NULL;
    if (fits && ordered)
        read_summary(course, summary, &text, complaints);
    else if (fits && error == ENOENT)
        read_folder(course, known, self, inside);
    else if (fits)
        complaints_add(complaints, summary, 0, "Cannot read this file: it %s.", inside_trouble(error));
    text_free(&text);
    free(summary);
}

/* Of one lesson what its course says does not count, but that it is an exam. */
static bool is_exam(const char *folder)
{
    struct course_about about;
    course_about_read(&about, *folder != '\0' ? folder : ".");
    bool exam = about.exam;
    course_about_free(&about);
    return exam;
}

/* Who names its order means the course. */
static bool is_order(const char *path)
{
    return strcmp(path_name(path), "SUMMARY.md") == 0 && is_file(path);
}

static void read_into(struct course *course, const char *path, course_titles *known, void *self, bool inside,
                      struct complaints *complaints)
{
    struct stat status;
    size_t before = complaints->count;
    course->folder = is_order(path) ? path_folder(path) : without_slash(path);
    if (*course->folder == '\0') {
        free(course->folder);
        course->folder = memory_copy(".");
    }
    if (stat(path, &status) != 0) {
        complaints_add(complaints, path, 0, "Cannot read it: %s.", strerror(errno));
    } else if (S_ISDIR(status.st_mode) || is_order(path)) {
        read_whole_folder(course, known, self, inside, complaints);
        if (course->entry_count == 0 && complaints->count == before)
            complaints_add(complaints, path, 0, "This folder has no lessons. A lesson is a file NAME.md.");
    } else {
        free(course->folder);
        course->folder = path_folder(path);
        course->about.exam = is_exam(course->folder);
        if (is_file(path))
            add_entry(course, memory_copy(path), title_of(course, path, inside));
        else
            complaints_add(complaints, path, 0, "Cannot read it: it is no file.");
    }
}

struct course *course_read(const char *path, struct complaints *complaints)
{
    return course_read_known(path, NULL, NULL, false, complaints);
}

struct course *course_read_known(const char *path, course_titles *known, void *self, bool inside,
                                 struct complaints *complaints)
{
    struct course *course = memory_new(1, sizeof *course);
    read_into(course, path, known, self, inside, complaints);
    if (course->entry_count > 0)
        return course;
    course_free(course);
    return NULL;
}

void course_free(struct course *course)
{
    if (course == NULL)
        return;
    for (size_t i = 0; i < course->entry_count; i++) {
        free(course->entries[i].path);
        free(course->entries[i].name);
        free(course->entries[i].title);
    }
    free(course->entries);
    for (size_t i = 0; i < course->item_count; i++)
        free(course->items[i].title), free(course->items[i].url);
    free(course->items);
    if (course->prose != NULL)
        cmark_node_free(course->prose);
    array_free_strings(course->parts, course->part_count);
    course_about_free(&course->about);
    free(course->title);
    free(course->folder);
    free(course);
}

struct lesson *course_lesson(const struct course *course, const struct course_entry *entry, bool inside,
                             struct complaints *complaints)
{
    char *folder = path_folder(entry->path);
    const char *below = path_below(course->folder, entry->path);
    bool nested = strchr(below, '/') != NULL; /* it may be another course's */
    const struct lesson_origin origin = {inside ? course->folder : NULL,
                                         course->about.exam || (nested && is_exam(folder))};
    free(folder);
    return lesson_read_from(&origin, entry->path, complaints);
}

char *course_root(const char *folder)
{
    char *lessons = text_make("%s/lessons", folder);
    bool inner = !lists_lessons(folder) && lists_lessons(lessons);
    char *root = inner ? memory_copy(lessons) : memory_copy(folder);
    free(lessons);
    return root;
}

char *course_home(void)
{
    return place_lessons();
}
