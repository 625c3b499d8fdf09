#include "export.h"

#include "brought.h"
#include "cache.h"
#include "notebook.h"

#include "base/array.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/path.h"
#include "lesson/copy.h"
#include "lesson/course.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One lesson and what it becomes. */
struct sheet {
    struct lesson *lesson;
    struct lesson_run *run; /* NULL: nothing runs */
    bool kept;              /* the run is from the cache, and freed alone */
    char *path;             /* of the file to write */
    struct text text;
    bool there; /* one of ours stands in its place */
};

struct exporter {
    struct complaints failures; /* of blocks */
    const struct export_options *options;
    const struct build_watcher *watcher;
    struct complaints *complaints;
    struct export_report *report;
    struct course *course;
    struct sheet *sheets;
    size_t count;
    struct brought brought;  /* files that lessons link to */
    struct lesson_run *runs; /* of those lessons that had to run */
    size_t run_count;
};

static bool stopping(void *self)
{
    const struct exporter *exporter = self;
    return exporter->watcher->stopping && exporter->watcher->stopping(exporter->watcher->self);
}

/* --- lessons -------------------------------------------------------------------------------------------- */

/* "part/one.ipynb" for a lesson in the course's folder, or the name of the one lesson. */
static char *path_of(const struct exporter *exporter, const char *path)
{
    const char *below = exporter->course->entry_count == 1 && strcmp(path, exporter->options->source) == 0
                            ? path_name(path)
                            : path_below(exporter->course->folder, path);
    return text_make("%s/%.*s.%s", exporter->options->output, (int)path_stem(below), below,
                     exporter->options->copies ? "md" : "ipynb");
}

static void read_lessons(struct exporter *exporter)
{
    const struct course *course = exporter->course;
    exporter->sheets = memory_new(course->entry_count + 1, sizeof *exporter->sheets);
    for (size_t i = 0; i < course->entry_count; i++) {
        const char *path = course->entries[i].path;
        struct sheet *sheet = &exporter->sheets[exporter->count++];
        sheet->lesson = course_lesson(course, &course->entries[i], true, exporter->complaints);
        sheet->path = path_of(exporter, path);
        if (sheet->lesson != NULL)
            brought_read(&exporter->brought, course->folder, sheet->lesson, exporter->complaints);
    }
}

/* What puts a course's lessons in order and says what it is goes with its copies, just as it is. */
static void take_order(struct exporter *exporter)
{
    char *about = about_file(exporter->course->folder);
    char *const files[] = {text_make("%s/SUMMARY.md", exporter->course->folder), about};
    bool one =
        exporter->course->entry_count == 1 && strcmp(exporter->course->entries[0].path, exporter->options->source) == 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct brought_file file = {.name = memory_copy(path_name(files[i]))};
        if (!one && text_read_file(&file.bytes, files[i])) {
            ARRAY_ADD(exporter->brought.files, exporter->brought.count, file);
            continue;
        }
        free(file.name);
        text_free(&file.bytes);
    }
    free(files[0]);
    free(about);
}

/* --- running -------------------------------------------------------------------------------------------- */

static void told_progress(void *self, size_t done, size_t total, const struct lesson_run *run)
{
    const struct exporter *exporter = self;
    if (exporter->watcher->progress)
        exporter->watcher->progress(exporter->watcher->self, done, total, run->lesson->name);
}

static void find_known(struct exporter *exporter, const struct cache *cache)
{
    for (size_t i = 0; i < exporter->count; i++) {
        struct sheet *sheet = &exporter->sheets[i];
        struct lesson_run *run = memory_new(1, sizeof *run);
        sheet->kept = !exporter->options->fresh && cache_find(cache, sheet->lesson, run);
        if (sheet->kept)
            sheet->run = run;
        else
            free(run);
        exporter->report->known += sheet->kept ? sheet->run->passed : 0;
    }
}

static void take_verdicts(struct exporter *exporter, const struct lesson_run *run)
{
    for (size_t i = 0; i < run->lesson->block_count; i++)
        if (run->blocks[i].verdict.kind == VERDICT_FAILED)
            complaints_add(&exporter->failures, run->lesson->path, run->blocks[i].verdict.line, "%s",
                           run->blocks[i].verdict.message);
    exporter->report->ran += run->passed;
    exporter->report->skipped += run->skipped;
}

static void run_rest(struct exporter *exporter, const struct cache *cache)
{
    struct lesson **lessons = memory_new(exporter->count + 1, sizeof(struct lesson *));
    for (size_t i = 0; i < exporter->count; i++)
        if (!exporter->sheets[i].kept)
            lessons[exporter->run_count++] = exporter->sheets[i].lesson;
    const struct run_options options = {.session.same = true,
                                        .jobs = exporter->options->jobs,
                                        .progress = told_progress,
                                        .self = exporter,
                                        .stopping = stopping};
    if (exporter->run_count > 0)
        exporter->runs = lesson_runs(lessons, exporter->run_count, &options);
    for (size_t i = 0, run = 0; i < exporter->count && !stopping(exporter); i++) {
        if (exporter->sheets[i].kept)
            continue;
        exporter->sheets[i].run = &exporter->runs[run++];
        take_verdicts(exporter, exporter->sheets[i].run);
        cache_keep(cache, exporter->sheets[i].run);
    }
    free(lessons);
}

static void run_lessons(struct exporter *exporter)
{
    struct cache *cache = cache_open();
    find_known(exporter, cache);
    run_rest(exporter, cache);
    cache_free(cache);
}

/* --- files ---------------------------------------------------------------------------------------------- */

static bool is_ours(const struct text *bytes)
{
    json_t *notebook = json_loadb(text_string(bytes), bytes->length, 0, NULL);
    bool ours = notebook_is_untouched(notebook);
    json_decref(notebook);
    return ours;
}

/* What somebody else wrote stays, and what somebody wrote into one of ours. */
static void look_at_place(struct exporter *exporter, struct sheet *sheet)
{
    struct text bytes = TEXT_EMPTY;
    sheet->there = text_read_file(&bytes, sheet->path);
    if (!sheet->there && errno != ENOENT && errno != ENOTDIR)
        complaints_add(exporter->complaints, sheet->path, 0, "This cannot be replaced: %s.", strerror(errno));
    else if (sheet->there && !is_ours(&bytes))
        complaints_add(
            exporter->complaints, sheet->path, 0,
            "This file is there already, and it is not as Sockrates wrote it. It stays as it is. Move it, or "
            "name another folder.");
    text_free(&bytes);
}

/* Copies of an earlier course must not stand among those of this one. */
static void look_at_folder(const struct exporter *exporter)
{
    DIR *folder = opendir(exporter->options->output);
    bool empty = true;
    for (struct dirent *entry; folder != NULL && empty && (entry = readdir(folder)) != NULL;)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (!empty)
        complaints_add(exporter->complaints, exporter->options->output, 0,
                       "There is something in this folder already. Name one that is new.");
    if (folder != NULL)
        closedir(folder);
}

static void make_notebook(const struct exporter *exporter, struct sheet *sheet)
{
    json_t *notebook = notebook_of(sheet->lesson, sheet->run, exporter->options->graded);
    char *text = json_dumps(notebook, JSON_INDENT(1) | JSON_SORT_KEYS);
    text_format(&sheet->text, "%s\n", text);
    json_decref(notebook);
    free(text);
}

static void make(const struct exporter *exporter, struct sheet *sheet)
{
    if (exporter->options->copies)
        copy_for_learners(&sheet->text, sheet->lesson);
    else
        make_notebook(exporter, sheet);
}

static bool is_same(const struct sheet *sheet)
{
    struct text bytes = TEXT_EMPTY;
    bool same = sheet->there && text_read_file(&bytes, sheet->path) && bytes.length == sheet->text.length &&
                memcmp(bytes.bytes, sheet->text.bytes, bytes.length) == 0;
    text_free(&bytes);
    return same;
}

/* `replaces`: something of ours is there already. */
static bool write_file(const char *path, const struct text *text, bool replaces)
{
    char *folder = path_folder(path);
    const char *bytes = text_string(text);
    bool fine = file_make_open_folders(folder) &&
                (replaces ? file_replace(path, bytes, text->length) : file_create(path, bytes, text->length));
    int error = errno;
    free(folder);
    errno = error;
    return fine;
}

static void complain_unwritten(struct exporter *exporter, const char *path)
{
    exporter->report->written = false;
    complaints_add(exporter->complaints, path, 0, "This cannot be written: %s.", strerror(errno));
}

/* A file that is there with other bytes is somebody's: it stays, and its lesson shows it. */
static void write_brought(struct exporter *exporter)
{
    for (size_t i = 0; exporter->report->written && i < exporter->brought.count; i++) {
        const struct brought_file *file = &exporter->brought.files[i];
        char *path = text_make("%s/%s", exporter->options->output, file->name);
        if (!write_file(path, &file->bytes, false) && errno != EEXIST)
            complain_unwritten(exporter, path);
        free(path);
    }
}

static void write_all(struct exporter *exporter)
{
    struct export_report *report = exporter->report;
    report->written = true;
    write_brought(exporter);
    for (size_t i = 0; report->written && i < exporter->count; i++) {
        const struct sheet *sheet = &exporter->sheets[i];
        bool same = is_same(sheet);
        if (!same && !write_file(sheet->path, &sheet->text, sheet->there))
            complain_unwritten(exporter, sheet->path);
        report->files += report->written;
        report->changed += !same && report->written;
    }
}

/* --- all of it ------------------------------------------------------------------------------------------ */

static bool fine(struct exporter *exporter)
{
    bool failed = exporter->failures.count > 0 && !exporter->options->keep_going;
    return exporter->complaints->count == 0 && !failed && !stopping(exporter);
}

static void export(struct exporter *exporter)
{
    read_lessons(exporter);
    for (size_t i = 0; fine(exporter) && i < exporter->count; i++)
        look_at_place(exporter, &exporter->sheets[i]);
    if (exporter->options->copies) {
        take_order(exporter);
        look_at_folder(exporter);
    } else if (fine(exporter) && exporter->options->run) {
        run_lessons(exporter);
    }
    for (size_t i = 0; fine(exporter) && i < exporter->count; i++)
        make(exporter, &exporter->sheets[i]);
    if (fine(exporter))
        write_all(exporter);
}

static void release(struct exporter *exporter)
{
    lesson_runs_free(exporter->runs, exporter->run_count);
    for (size_t i = 0; i < exporter->count; i++) {
        struct sheet *sheet = &exporter->sheets[i];
        if (sheet->kept)
            lesson_runs_free(sheet->run, 1);
        lesson_free(sheet->lesson);
        text_free(&sheet->text);
        free(sheet->path);
    }
    free(exporter->sheets);
    brought_free(&exporter->brought);
    course_free(exporter->course);
    complaints_free(&exporter->failures);
}

struct export_report export_lessons(const struct export_options *options, const struct build_watcher *watcher,
                                    struct complaints *complaints)
{
    struct export_report report = {.written = false};
    struct exporter exporter = {.options = options, .watcher = watcher, .complaints = complaints, .report = &report};
    exporter.course = course_read(options->source, complaints);
    if (exporter.course != NULL && complaints->count == 0)
        export(&exporter);
    for (size_t i = 0; i < exporter.failures.count; i++) {
        const struct complaint *failure = &exporter.failures.list[i];
        complaints_add(complaints, failure->path, failure->line, "%s", failure->message);
    }
    release(&exporter);
    return report;
}
