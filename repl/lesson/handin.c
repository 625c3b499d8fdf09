#include "lesson/handin.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/utf8.h"
#include "lesson/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The version of the document. */
#define FORMAT 1

/* A page is no longer than this: a term's work takes less than a megabyte. */
#define PAGE_MOST 33554432

#define ENTRIES_MOST 200000

static const char opening[] = "<script type=\"application/json\" id=\"sockrates-handin\">", closing[] = "</script>";

/* --- the course ----------------------------------------------------------------------------------------- */

char *handin_course_title(const struct course *course)
{
    if (course->title != NULL)
        return memory_copy(course->title);
    if (course->entry_count == 1)
        return memory_copy(course->entries[0].title);
    char *whole = realpath(course->folder, NULL);
    char *name = utf8_name(path_name(whole != NULL ? whole : course->folder));
    free(whole);
    return name;
}

void handin_course_version(const struct course *course, char version[CHAIN_ROOM])
{
    char digest[CHAIN_ROOM];
    *version = '\0';
    for (size_t i = 0; i < course->entry_count; i++) {
        struct text source = TEXT_EMPTY;
        struct complaints ignored = {0};
        struct lesson *lesson = course_lesson(course, &course->entries[i], false, &ignored);
        if (lesson != NULL)
            copy_for_learners(&source, lesson);
        lesson_free(lesson);
        complaints_free(&ignored);
        chain_digest(text_string(&source), source.length, digest);
        chain_link(version, digest, version);
        text_free(&source);
    }
    version[12] = '\0';
}

bool handin_is_about(const json_t *document, const struct course *course)
{
    const json_t *about = json_object_get(document, "course");
    const char *id = json_string_value(json_object_get(about, "id"));
    const char *title = json_string_value(json_object_get(about, "title"));
    if (id != NULL && course->about.id != NULL)
        return strcmp(id, course->about.id) == 0;
    char *own = handin_course_title(course);
    bool same = title != NULL && strcmp(title, own) == 0;
    free(own);
    return same;
}

/* --- making --------------------------------------------------------------------------------------------- */

static long zone_now(void)
{
    time_t now = time(NULL);
    struct tm parts;
    return localtime_r(&now, &parts) != NULL ? parts.tm_gmtoff : 0;
}

static json_t *new_course(const struct course *course)
{
    char version[CHAIN_ROOM], *title = handin_course_title(course);
    handin_course_version(course, version);
    json_t *about = json_pack("{s:o, s:s}", "title", chain_string(title), "version", version);
    if (course->about.id != NULL)
        json_object_set_new(about, "id", chain_string(course->about.id));
    if (course->about.version != NULL)
        json_object_set_new(about, "edition", chain_string(course->about.version));
    free(title);
    return about;
}

static json_t *new_head(const struct handin_wish *wish)
{
    json_t *lessons = json_array();
    for (size_t i = 0; i < wish->count; i++)
        json_array_append_new(lessons, chain_string(wish->lessons[i]));
    return json_pack("{s:i, s:o, s:o, s:o, s:s, s:I}", "handin", FORMAT, "name", chain_string(wish->name), "course",
                     new_course(wish->course), "lessons", lessons, "program", SOCKRATES_VERSION, "zone",
                     (json_int_t)zone_now());
}

json_t *handin_new(struct progress *progress, const struct handin_wish *wish)
{
    json_t *document = new_head(wish), *entry = json_copy(document);
    json_object_set_new(entry, "kind", json_string("handin"));
    progress_note(progress, NULL, entry);
    json_object_set_new(document, "record", progress_record(progress, wish->lessons, wish->count));
    return document;
}

/* In a script only this sign could end it, or begin a comment. */
void handin_add_document(struct text *out, const json_t *document)
{
    char *text = json_dumps(document, JSON_COMPACT);
    text_add(out, opening);
    for (const char *at = text; *at != '\0';) {
        size_t plain = strcspn(at, "<");
        text_add_bytes(out, at, plain);
        at += plain;
        if (*at == '<') {
            text_add(out, "\\u003c");
            at++;
        }
    }
    text_add(out, closing);
    text_add_char(out, '\n');
    free(text);
}

/* --- reading -------------------------------------------------------------------------------------------- */

static const char *fault_of(const json_t *document)
{
    const json_t *course = json_object_get(document, "course"), *record = json_object_get(document, "record");
    if (!json_is_integer(json_object_get(document, "handin")))
        return "its data is no hand-in";
    if (json_integer_value(json_object_get(document, "handin")) > FORMAT)
        return "it was made by a newer Sockrates";
    if (!json_is_string(json_object_get(document, "name")) || !json_is_string(json_object_get(course, "title")) ||
        !json_is_string(json_object_get(course, "version")) || !json_is_array(record))
        return "its data is not whole";
    if (json_array_size(record) == 0)
        return "its record is empty";
    return json_array_size(record) > ENTRIES_MOST ? "its record is too long" : NULL;
}

static json_t *parse(const char *bytes, size_t length, const char **trouble)
{
    const char *begin = memmem(bytes, length, opening, sizeof opening - 1);
    const char *data = begin != NULL ? begin + sizeof opening - 1 : bytes + length;
    const char *end = memmem(data, (size_t)(bytes + length - data), closing, sizeof closing - 1);
    json_t *document = NULL;
    *trouble = NULL;
    if (begin == NULL)
        *trouble = "it is some other page";
    else if (end == NULL)
        *trouble = "it is cut off";
    else if ((document = json_loadb(data, (size_t)(end - data), JSON_REJECT_DUPLICATES, NULL)) == NULL)
        *trouble = "its data cannot be read";
    else
        *trouble = fault_of(document);
    if (*trouble != NULL) {
        json_decref(document);
        document = NULL;
    }
    return document;
}

/* A pipe never ends, a device neither; a link may lead anywhere. */
static bool read_page(struct text *page, const char *path, const char **trouble)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    *trouble = NULL;
    if (file < 0)
        *trouble = errno == ELOOP ? "it is a link" : strerror(errno);
    else if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
        *trouble = "it is no file";
    else if (about.st_size > PAGE_MOST)
        *trouble = "it is too long for a hand-in";
    char room[65536];
    for (ssize_t count; *trouble == NULL && page->length <= PAGE_MOST && (count = read(file, room, sizeof room)) != 0;)
        if (count > 0)
            text_add_bytes(page, room, (size_t)count);
        else if (errno != EINTR)
            *trouble = strerror(errno);
    if (file >= 0)
        close(file);
    return *trouble == NULL;
}

json_t *handin_read(struct text *page, const char *path, const char **trouble)
{
    return read_page(page, path, trouble) ? parse(text_string(page), page->length, trouble) : NULL;
}

size_t handin_broken(const json_t *document)
{
    static const char *const repeated[] = {"handin", "name", "course", "lessons", "program", "zone"};
    const json_t *record = json_object_get(document, "record");
    size_t count = json_array_size(record), broken = chain_broken(record);
    const json_t *last = json_object_get(json_array_get(record, count - 1), "entry");
    bool same = broken == count;
    for (size_t i = 0; same && i < sizeof repeated / sizeof *repeated; i++)
        same = json_equal(json_object_get(document, repeated[i]), json_object_get(last, repeated[i]));
    return same ? 0 : broken == count ? count : broken + 1;
}

static const char *origin(const json_t *document)
{
    const json_t *first = json_array_get(json_object_get(document, "record"), 0);
    return json_string_value(json_object_get(first, "link"));
}

bool handin_same_origin(const json_t *one, const json_t *other)
{
    const char *first = origin(one), *second = origin(other);
    return first != NULL && second != NULL && strcmp(first, second) == 0;
}
