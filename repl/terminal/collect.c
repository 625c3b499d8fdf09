#include "terminal/collect.h"

#include "base/array.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/path.h"
#include "lesson/class.h"
#include "lesson/handin.h"
#include "render/class_table.h"
#include "render/command_line.h"
#include "render/handin_page.h"
#include "render/sheet.h"
#include "terminal/interrupts.h"
#include "terminal/meant.h"
#include "terminal/named.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* So deep may folders stand in folders: learning platforms put each hand-in into one of its own. */
#define DEEPEST 8

struct collecting {
    const char *folder, *output; /* output NULL: standard output */
    bool page;                   /* HTML, not CSV */
    bool progress;               /* is shown */
    int jobs;
    struct course *course;
    int *lessons; /* indices; none: all */
    size_t lesson_count;
    struct class *class;
    char **files; /* of hand-ins, and what may be ones */
    size_t file_count, other_count;
};

/* --- progress ------------------------------------------------------------------------------------------- */

static void show_progress(const struct collecting *collecting, const char *doing, size_t done, size_t total)
{
    if (collecting->progress)
        fprintf(stderr, "\r\033[K%s, %zu of %zu", doing, done, total);
}

static void hide_progress(const struct collecting *collecting)
{
    if (collecting->progress)
        fputs("\r\033[K", stderr);
}

static void on_marking(void *self, size_t done, size_t total)
{
    show_progress(self, "Running answers again", done, total);
}

static bool is_stopping(void *self)
{
    (void)self;
    return interrupts_pressed();
}

/* --- files ---------------------------------------------------------------------------------------------- */

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool is_page(const char *name)
{
    size_t length = strlen(name);
    return (length > 5 && strcasecmp(name + length - 5, ".html") == 0) ||
           (length > 4 && strcasecmp(name + length - 4, ".htm") == 0);
}

/* No link is followed: what learners packed may lead anywhere. */
static bool find_files(struct collecting *collecting, const char *folder, int depth)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_shown, versionsort);
    for (int i = 0; i < count; i++) {
        char *path = text_make("%s/%s", folder, entries[i]->d_name);
        struct stat about;
        if (lstat(path, &about) == 0 && S_ISDIR(about.st_mode) && depth < DEEPEST) {
            find_files(collecting, path, depth + 1);
            free(path);
        } else if (is_page(entries[i]->d_name)) {
            ARRAY_ADD(collecting->files, collecting->file_count, path);
        } else {
            collecting->other_count++;
            free(path);
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return count >= 0;
}

/* A table that was made here before, which is a sheet but no hand-in. */
static bool is_table(const struct text *page)
{
    return memmem(text_string(page), page->length, sheet_mark, strlen(sheet_mark)) != NULL;
}

/* People read the page, and this reads its data: they must say the same.  Another program may write it otherwise. */
static bool is_edited(const struct text *page, const json_t *document)
{
    const char *program = json_string_value(json_object_get(document, "program"));
    struct text made = TEXT_EMPTY;
    if (program == NULL || strcmp(program, SOCKRATES_VERSION) != 0)
        return false;
    handin_page(&made, document);
    handin_add_document(&made, document);
    sheet_end(&made);
    bool same = made.length == page->length && memcmp(text_string(&made), text_string(page), made.length) == 0;
    text_free(&made);
    return !same;
}

static void read_file(struct collecting *collecting, const char *path)
{
    const char *trouble;
    struct text page = TEXT_EMPTY;
    json_t *document = handin_read(&page, path, &trouble);
    if (document != NULL || !is_table(&page))
        class_add(collecting->class, path_below(collecting->folder, path), document, trouble,
                  document != NULL && is_edited(&page, document));
    json_decref(document);
    text_free(&page);
}

static void read_files(struct collecting *collecting)
{
    for (size_t i = 0; i < collecting->file_count && !interrupts_pressed(); i++) {
        if (i % 50 == 0)
            show_progress(collecting, "Reading hand-ins", i, collecting->file_count);
        read_file(collecting, collecting->files[i]);
    }
    hide_progress(collecting);
}

/* --- the table ------------------------------------------------------------------------------------------ */

/* Over an earlier table of ours, and over nothing else. */
static bool may_write(const struct collecting *collecting)
{
    struct text there = TEXT_EMPTY;
    if (access(collecting->output, F_OK) != 0)
        return true;
    const char *trouble;
    json_t *document = handin_read(&there, collecting->output, &trouble);
    bool ours = document == NULL &&
                (collecting->page ? is_table(&there) : strstr(text_string(&there), class_csv_begin) != NULL);
    json_decref(document);
    text_free(&there);
    if (!ours)
        command_line_tell(SUBCOMMAND_COLLECT, "%s is there already and is no table of mine. Choose another name.",
                          collecting->output);
    return ours;
}

/* In a file the byte order mark tells spreadsheets that it is UTF-8. */
static int write_table(const struct collecting *collecting)
{
    struct text out = TEXT_EMPTY;
    bool written;
    if (collecting->page)
        class_page(&out, collecting->class);
    else {
        text_add(&out, collecting->output != NULL ? "\xef\xbb\xbf" : "");
        class_csv(&out, collecting->class);
    }
    if (collecting->output == NULL)
        written = fwrite(text_string(&out), 1, out.length, stdout) == out.length && fflush(stdout) == 0;
    else
        written = (access(collecting->output, F_OK) == 0 ? file_replace : file_create)(collecting->output,
                                                                                       text_string(&out), out.length);
    if (!written)
        command_line_tell(SUBCOMMAND_COLLECT, "%s cannot be written: %s",
                          collecting->output ? collecting->output : "the table", strerror(errno));
    text_free(&out);
    return written ? 0 : 1;
}

static void say_sum(const struct collecting *collecting, bool written)
{
    size_t hands = 0, troubled = 0, kin = 0;
    for (size_t i = 0; i < collecting->class->hand_count; i++) {
        const struct class_hand *hand = &collecting->class->hands[i];
        hands += hand->trouble == NULL;
        troubled += hand->trouble != NULL || hand->other != NULL || hand->broken > 0 || hand->edited;
        kin += hand->kin > 0;
    }
    if (written && collecting->output != NULL)
        fprintf(stderr, "%s is written: ", collecting->output);
    fprintf(stderr, "%zu %s read", hands, hands == 1 ? "hand-in" : "hand-ins");
    if (troubled > 0)
        fprintf(stderr, ", %zu %s with something wrong", troubled, troubled == 1 ? "file" : "files");
    if (kin > 0)
        fprintf(stderr, ", %zu share a record with another", kin);
    if (collecting->other_count > 0)
        fprintf(stderr, ", %zu other %s left out", collecting->other_count,
                collecting->other_count == 1 ? "file" : "files");
    fputs(".\n", stderr);
}

/* --- the command ---------------------------------------------------------------------------------------- */

static int collect(struct collecting *collecting)
{
    collecting->class = class_new(collecting->course, collecting->lessons, collecting->lesson_count);
    read_files(collecting);
    class_settle(collecting->class);
    const struct marking_options options = {
        .jobs = collecting->jobs, .self = collecting, .progress = on_marking, .stopping = is_stopping};
    if (!interrupts_pressed())
        class_mark(collecting->class, &options);
    hide_progress(collecting);
    if (interrupts_pressed()) {
        fputs("Stopped: no table is written.\n", stderr);
        return 130;
    }
    int status = write_table(collecting);
    say_sum(collecting, status == 0);
    return status;
}

/* False when one of the words is no lesson of the course. */
static bool find_lessons(struct collecting *collecting, char **words)
{
    collecting->lessons = meant_lessons(SUBCOMMAND_COLLECT, collecting->course, words, &collecting->lesson_count);
    return collecting->lessons != NULL;
}

/* One hand-in alone is a class, too. */
static bool find_any(struct collecting *collecting)
{
    struct stat about;
    if (stat(collecting->folder, &about) != 0 || !S_ISREG(about.st_mode) || !is_page(collecting->folder))
        return find_files(collecting, collecting->folder, 0);
    ARRAY_ADD(collecting->files, collecting->file_count, memory_copy(collecting->folder));
    return true;
}

static bool find_hand_ins(struct collecting *collecting)
{
    if (!find_any(collecting))
        command_line_tell(SUBCOMMAND_COLLECT, "%s cannot be read: %s%s", collecting->folder, strerror(errno),
                          errno == ENOTDIR ? "; name a folder or one hand-in, and unpack what is packed" : "");
    else if (collecting->file_count == 0)
        command_line_tell(SUBCOMMAND_COLLECT,
                          "there is no hand-in in %s; one is a file NAME.html that `sockrates handin` wrote",
                          collecting->folder);
    return collecting->file_count > 0;
}

static int run(struct collecting *collecting, const char *lessons, char **words)
{
    int status = 2;
    struct visit *visit = lessons != NULL ? named_visit(SUBCOMMAND_COLLECT, lessons) : NULL;
    if (lessons == NULL || visit != NULL)
        collecting->course = named_course(SUBCOMMAND_COLLECT, visit != NULL ? visit_path(visit) : NULL);
    if (collecting->course != NULL && find_lessons(collecting, words) && find_hand_ins(collecting))
        status = collecting->output == NULL || may_write(collecting) ? collect(collecting) : 1;
    array_free_strings(collecting->files, collecting->file_count);
    free(collecting->lessons);
    class_free(collecting->class);
    course_free(collecting->course);
    visit_free(visit);
    return status;
}

int collect_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_COLLECT, argc, argv, &status))
        return status;
    const char *output = line.said[SETTING_OUTPUT].word, *kind = getenv("TERM");
    bool page = output != NULL && is_page(output);
    if (output != NULL && !page && !path_ends(output, ".csv"))
        return command_line_wrong(SUBCOMMAND_COLLECT, "-o wants a name that ends in .csv or .html");
    struct collecting collecting = {.folder = line.arguments[0],
                                    .output = output,
                                    .page = page,
                                    .jobs = line.said[SETTING_JOBS].number,
                                    .progress = isatty(STDERR_FILENO) && kind != NULL && strcmp(kind, "dumb") != 0};
    interrupts_install();
    return run(&collecting, line.said[SETTING_LESSONS].word, line.arguments + 1);
}
