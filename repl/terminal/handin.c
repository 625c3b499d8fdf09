#include "terminal/handin.h"

#include "base/array.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/utf8.h"
#include "lesson/handin.h"
#include "lesson/work.h"
#include "render/command_line.h"
#include "render/handin_page.h"
#include "render/sheet.h"
#include "terminal/meant.h"
#include "terminal/named.h"
#include "terminal/tutor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct handing_in {
    struct tutor tutor; /* has the course and the progress */
    const struct course *course;
    const char *path;
    char *name;           /* whose it is */
    const char **lessons; /* names; none: all */
    size_t lesson_count;
};

/* "Zoë.html" is Zoë's. */
static char *name_of(const char *path)
{
    char *bare = memory_copy(path_name(path));
    char *end = strrchr(bare, '.');
    if (end != NULL && end > bare)
        *end = '\0';
    char *name = utf8_name(bare);
    free(bare);
    return name;
}

/* False when one of the words is no lesson of the course. */
static bool find_lessons(struct handing_in *handing, char **words)
{
    size_t count;
    int *lessons = meant_lessons(SUBCOMMAND_HANDIN, handing->course, words, &count);
    for (size_t i = 0; lessons != NULL && i < count; i++)
        ARRAY_ADD(handing->lessons, handing->lesson_count, handing->course->entries[lessons[i]].name);
    bool found = lessons != NULL;
    free(lessons);
    return found;
}

static bool has_work(struct handing_in *handing)
{
    struct progress *progress = tutor_progress(&handing->tutor);
    json_t *record = progress_record(progress, handing->lessons, handing->lesson_count);
    struct work work = work_of(record);
    bool any = work.lesson_count > 0;
    work_free(&work);
    json_decref(record);
    if (!any)
        command_line_tell(
            SUBCOMMAND_HANDIN,
            "there is nothing to hand in yet: no lesson%s was opened since records are kept. `sockrates progress` lists what is known.",
            handing->lesson_count > 0 ? " of these" : "");
    return any;
}

/* What stands at the path is nothing, or an earlier hand-in of the same record; else false with a message. */
static bool may_write(const struct handing_in *handing, const json_t *document)
{
    const char *trouble;
    struct text page = TEXT_EMPTY;
    json_t *there = handin_read(&page, handing->path, &trouble);
    bool mine = there != NULL && handin_same_origin(there, document);
    if (there == NULL && strcmp(trouble, strerror(ENOENT)) == 0)
        mine = true;
    json_decref(there);
    text_free(&page);
    if (!mine)
        command_line_tell(SUBCOMMAND_HANDIN, "%s is there already and is no hand-in of yours. Choose another name.",
                          handing->path);
    return mine;
}

static void say_written(const struct handing_in *handing, const json_t *document)
{
    struct work work = work_of(json_object_get(document, "record"));
    size_t exercises = 0, solved = 0, kept = 0, questions = 0;
    for (size_t i = 0; i < work.lesson_count; i++) {
        questions += work.lessons[i].question_count;
        for (size_t k = 0; k < work.lessons[i].exercise_count; k++) {
            const struct work_attempt *best = work_best(&work.lessons[i].exercises[k]);
            solved += best != NULL && best->passed;
            kept += best != NULL && !best->judged;
            exercises++;
        }
    }
    printf("%s is written, as the work of %s: %zu %s, %zu %s, %zu of %zu %s %s", handing->path, handing->name,
           work.lesson_count, work.lesson_count == 1 ? "lesson" : "lessons", questions,
           questions == 1 ? "question" : "questions", solved > 0 ? solved : kept, exercises,
           exercises == 1 ? "exercise" : "exercises", solved > 0 || kept == 0 ? "solved" : "to be marked");
    if (solved > 0 && kept > 0)
        printf(", %zu to be marked", kept);
    puts(".\nOpen it in a browser to see what you hand in.");
    work_free(&work);
}

/* Somebody changed the record's file; whoever marks it will see that, too. */
static void say_broken(const json_t *document)
{
    const json_t *record = json_object_get(document, "record");
    size_t broken = chain_broken(record);
    if (broken < json_array_size(record))
        command_line_tell(SUBCOMMAND_HANDIN,
                          "your record was changed from outside: its entry %zu does not fit to those before it.",
                          broken + 1);
}

static bool write_page(struct handing_in *handing)
{
    const struct handin_wish wish = {handing->name, handing->course, handing->lessons, handing->lesson_count};
    struct text page = TEXT_EMPTY;
    json_t *document = handin_new(tutor_progress(&handing->tutor), &wish);
    bool written = false;
    if (may_write(handing, document)) {
        handin_page(&page, document);
        handin_add_document(&page, document);
        sheet_end(&page);
        bool there = access(handing->path, F_OK) == 0;
        written = (there ? file_replace : file_create)(handing->path, text_string(&page), page.length);
        if (!written)
            command_line_tell(SUBCOMMAND_HANDIN, "%s cannot be written: %s", handing->path, strerror(errno));
    }
    if (written) {
        say_broken(document);
        say_written(handing, document);
    }
    text_free(&page);
    json_decref(document);
    return written;
}

static int hand_in(struct handing_in *handing, char **words)
{
    int status = 2;
    screen_init(&handing->tutor.screen, false, THEME_UNKNOWN);
    handing->course = handing->tutor.course = named_course(SUBCOMMAND_HANDIN, handing->tutor.options.lessons);
    handing->name = name_of(handing->path);
    if (handing->course != NULL && find_lessons(handing, words))
        status = has_work(handing) && write_page(handing) ? 0 : 1;
    free(handing->name);
    free(handing->lessons);
    course_free(handing->tutor.course);
    progress_close(handing->tutor.progress);
    return status;
}

int handin_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_HANDIN, argc, argv, &status))
        return status;
    if (line.said[SETTING_OUTPUT].word == NULL)
        return command_line_wrong(SUBCOMMAND_HANDIN, "say with -o where to write it, with your name: -o Ada.html");
    const char *lessons = line.said[SETTING_LESSONS].word;
    char *own = lessons != NULL ? named_own(SUBCOMMAND_HANDIN, lessons) : NULL;
    struct handing_in handing = {.tutor = {.reading = {.index = -1}, .options = {.lessons = own}},
                                 .path = line.said[SETTING_OUTPUT].word};
    status = lessons != NULL && own == NULL ? 2 : hand_in(&handing, line.arguments);
    free(own);
    return status;
}
