#include "lesson/lesson.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/inside.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "base/utf8.h"
#include "lesson/build.h"
#include "lesson/exercise.h"
#include "lesson/pool.h"
#include "lesson/quiz.h"
#include "lesson/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TIMEOUT (10 * CLOCK_SECOND)

/* Takes over the text; `bad` is its first line that is not UTF-8, 0 without. */
static struct lesson *lesson_new(const char *path, char *text, size_t length, int bad, struct complaints *complaints)
{
    struct lesson *lesson = memory_new(1, sizeof *lesson);
    lesson->path = memory_copy(path);
    lesson->name = memory_copy_bytes(path_name(path), path_stem(path_name(path)));
    lesson->timeout = DEFAULT_TIMEOUT;
    lesson->source = text;
    lesson->source_length = length;
    if (bad > 0)
        complaints_add(complaints, path, bad, "This line is not UTF-8 text.");
    lesson_build(lesson, bad == 0, complaints);
    if (lesson->title == NULL)
        lesson->title = utf8_name(lesson->name);
    return lesson;
}

static int by_line(const void *a, const void *b)
{
    const struct complaint *first = a, *second = b;
    int order = strcmp(first->path, second->path);
    return order != 0 ? order : first->line - second->line;
}

/* In the order of their lines, those after the first `before`. */
static void sort_complaints(struct complaints *complaints, size_t before)
{
    if (complaints->count > before)
        qsort(complaints->list + before, complaints->count - before, sizeof *complaints->list, by_line);
}

/* When all its parts are read: what they must be together. */
static void settle(struct lesson *lesson, bool exam, size_t before, struct complaints *complaints)
{
    lesson->exam = lesson->exam || exam;
    for (size_t i = 0; i < lesson->exercise_count; i++)
        lesson->exercises[i].exam = lesson->exam;
    exercise_complain(lesson, complaints);
    quiz_complain(lesson, complaints);
    sort_complaints(complaints, before);
}

struct lesson *lesson_parse(const char *path, const char *text, size_t length, struct complaints *complaints)
{
    size_t before = complaints->count;
    struct lesson *lesson =
        lesson_new(path, memory_copy_bytes(text, length), length, source_bad_line(text, length), complaints);
    settle(lesson, false, before, complaints);
    return lesson;
}

/* Adds the whole file, of the folder unless that is NULL. */
static bool read_file(struct text *text, const char *folder, const char *path)
{
    return folder ? inside_read(text, folder, path_below(folder, path)) : text_read_file(text, path);
}

static void complain_unread(const char *folder, const char *path, struct complaints *complaints)
{
    if (folder == NULL)
        complaints_add(complaints, path, 0, "Cannot read this file: %s.", strerror(errno));
    else
        complaints_add(complaints, path, 0, "Cannot read this file: it %s.", inside_trouble(errno));
}

/* Reads the file; false with a complaint when that fails or when it holds no text. */
static bool read_text(struct text *text, const char *folder, const char *path, struct complaints *complaints)
{
    if (!read_file(text, folder, path)) {
        complain_unread(folder, path, complaints);
        return false;
    }
    int bad = source_bad_line(text_string(text), text->length);
    if (bad > 0)
        complaints_add(complaints, path, bad, "This is not UTF-8 text. Is it a Markdown file?");
    return bad == 0;
}

/* NAME.check.lua beside NAME.md, if it is there. */
static void read_hidden_checks(struct lesson *lesson, const char *folder, struct complaints *complaints)
{
    char *path = text_make("%.*s.check.lua", (int)path_stem(lesson->path), lesson->path);
    struct text text = TEXT_EMPTY;
    if (read_file(&text, folder, path))
        exercise_hide_checks(lesson, path, text_string(&text), text.length, complaints);
    else if (errno != ENOENT)
        complain_unread(folder, path, complaints);
    text_free(&text);
    free(path);
}

struct lesson *lesson_read(const char *path, struct complaints *complaints)
{
    return lesson_read_from(&(struct lesson_origin){.folder = NULL}, path, complaints);
}

struct lesson *lesson_read_from(const struct lesson_origin *origin, const char *path, struct complaints *complaints)
{
    size_t before = complaints->count;
    struct text text = TEXT_EMPTY;
    if (!read_text(&text, origin->folder, path, complaints)) {
        text_free(&text);
        return NULL;
    }
    size_t length = text.length;
    struct lesson *lesson = lesson_new(path, text_steal(&text), length, 0, complaints);
    if (lesson->exercise_count > 0)
        read_hidden_checks(lesson, origin->folder, complaints);
    settle(lesson, origin->exam, before, complaints);
    return lesson;
}

static void parts_free(struct lesson *lesson)
{
    for (size_t i = 0; i < lesson->section_count; i++) {
        free(lesson->sections[i].title);
        free(lesson->sections[i].slug);
    }
    for (size_t i = 0; i < lesson->step_count; i++)
        quiz_free(lesson->steps[i].quiz);
    for (size_t i = 0; i < lesson->block_count; i++) {
        free(lesson->blocks[i]->id);
        free(lesson->blocks[i]->error);
        free(lesson->blocks[i]->faults);
        free(lesson->blocks[i]);
    }
    for (size_t i = 0; i < lesson->exercise_count; i++)
        exercise_free(&lesson->exercises[i]);
    free(lesson->sections);
    free(lesson->steps);
    free(lesson->blocks);
    free(lesson->exercises);
}

void lesson_free(struct lesson *lesson)
{
    if (lesson == NULL)
        return;
    parts_free(lesson);
    array_free_strings(lesson->goals.list, lesson->goals.count);
    array_free_strings(lesson->requires.list, lesson->requires.count);
    array_free_strings(lesson->authors.list, lesson->authors.count);
    free(lesson->path);
    free(lesson->name);
    free(lesson->title);
    free(lesson->summary);
    free(lesson->points.list);
    free(lesson->license);
    free(lesson->recorded);
    free(lesson->lang);
    free(lesson->source);
    cmark_node_free(lesson->tree);
    if (lesson->aside != NULL)
        cmark_node_free(lesson->aside);
    pool_free(lesson->pool);
    free(lesson);
}
