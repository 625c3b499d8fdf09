#include "terminal/check.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/watcher.h"
#include "base/utf8.h"
#include "lesson/accept.h"
#include "lesson/course.h"
#include "terminal/check_report.h"
#include "terminal/check_result.h"
#include "terminal/interrupts.h"
#include "terminal/named.h"
#include "terminal/screen.h"
#include "render/command_line.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* So many runs of lessons are in memory at a time. */
#define BATCH 256

struct check {
    bool accept;
    enum check_format format;
    int repeat, jobs;
    char **paths;          /* ended by NULL */
    struct visit **visits; /* of each of them */
    size_t visit_count;
    struct screen screen;
    bool progress; /* standard error is a terminal that can take a line back */
    struct check_results results;
    size_t reported;       /* results that were printed as text */
    size_t through;        /* runs of earlier batches */
    size_t total;          /* runs in all */
    struct lesson **queue; /* every run's lesson */
    char **saved;          /* paths that were saved while --watch waited */
    size_t saved_count;
};

/* Reading the lessons */

static struct lesson_result *new_result(struct check *check)
{
    struct check_results *results = &check->results;
    struct lesson_result *result = ARRAY_MORE(results->list, results->count);
    *result = (struct lesson_result){0};
    return result;
}

/* A folder and a file in it may both be named. */
static bool has_path(const struct check *check, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(check->results.list[i].path, path) == 0)
            return true;
    return false;
}

/* A lesson that was forgotten in the order must not seem to have passed. */
#define MOST_LEFT_OUT 10

static void say_left_out(const struct course *course, const char *path)
{
    size_t count = 0;
    char **paths =
        strcmp(course->folder, path) == 0 || path[strlen(path) - 1] == '/' ? course_left_out(course, &count) : NULL;
    for (size_t i = 0; i < count && i < MOST_LEFT_OUT; i++) {
        char *name = utf8_name(paths[i]);
        command_line_tell(SUBCOMMAND_CHECK, "%s is not checked: SUMMARY.md does not list it", name);
        free(name);
    }
    if (count > MOST_LEFT_OUT)
        command_line_tell(SUBCOMMAND_CHECK, "nor are %zu more", count - MOST_LEFT_OUT);
    array_free_strings(paths, count);
}

/* Of an archive people are told what it is called, not where it was unpacked. */
static void show_result_as(const struct visit *visit, struct lesson_result *result)
{
    char *shown = visit_shown(visit, result->path);
    free(result->path);
    result->path = shown;
    visit_show(visit, &result->complaints);
}

/* False when there is nothing at the path to check. */
static bool read_path(struct check *check, const struct visit *visit)
{
    struct complaints complaints = {0};
    const char *path = visit_path(visit);
    struct course *course = course_read(path, &complaints);
    if (course == NULL) {
        for (size_t i = 0; i < complaints.count; i++)
            command_line_tell(SUBCOMMAND_CHECK, "%s: %s", complaints.list[i].path, complaints.list[i].message);
        complaints_free(&complaints);
        return false;
    }
    if (complaints.count > 0) {
        struct lesson_result *result = new_result(check);
        result->path = memory_copy(complaints.list[0].path);
        result->complaints = complaints;
        show_result_as(visit, result);
    }
    size_t before = check->results.count;
    for (size_t i = 0; i < course->entry_count; i++) {
        if (has_path(check, before, course->entries[i].path))
            continue;
        struct lesson_result *result = new_result(check);
        lesson_result_read(result, course, &course->entries[i]);
        show_result_as(visit, result);
    }
    say_left_out(course, path);
    course_free(course);
    return true;
}

static bool read_paths(struct check *check)
{
    bool fine = true;
    for (size_t i = 0; i < check->visit_count; i++)
        fine = read_path(check, check->visits[i]) && fine;
    return fine;
}

static void forget_results(struct check *check)
{
    for (size_t i = 0; i < check->results.count; i++)
        lesson_result_free(&check->results.list[i]);
    free(check->results.list);
    check->results = (struct check_results){0};
}

/* Telling */

static void show(const struct check *check, struct text *text)
{
    struct text shown = TEXT_EMPTY;
    outlet_add(&shown, text_string(text), text->length);
    outlet_defuse(&shown, &report_formats[check->format].signs);
    fwrite(text_string(&shown), 1, shown.length, stdout);
    fflush(stdout);
    text_free(&shown);
    text_free(text);
}

static void hide_progress(const struct check *check)
{
    if (check->progress)
        fputs("\r\033[K", stderr);
}

static void show_progress(const struct check *check, size_t done)
{
    if (check->progress && done < check->total)
        fprintf(stderr, "\r\033[K%zu of %zu %s", done, check->total, check->repeat > 1 ? "runs" : "lessons");
}

static void on_trying(void *self, size_t done, size_t total)
{
    const struct check *check = self;
    if (check->progress)
        fprintf(stderr, "\r\033[KTrying an answer on bad days, %zu of %zu", done, total);
}

/* As text, every lesson is told as soon as it and those before it are through. */
static void tell_lessons(struct check *check)
{
    struct text out = TEXT_EMPTY;
    for (; check->reported < check->results.count; check->reported++) {
        const struct lesson_result *result = &check->results.list[check->reported];
        if (result->runs < result->wanted)
            break;
        if (report_formats[check->format].lesson != NULL)
            report_formats[check->format].lesson(&out, result, &check->screen.look);
    }
    if (out.length > 0)
        hide_progress(check);
    show(check, &out);
}

/* --accept */

static void complain_accept(struct lesson_result *result, const char *why)
{
    complaints_add(&result->complaints, result->path, 0, "The new output is not written: %s.", why);
}

/* The file must still be what was run. */
static bool is_unchanged(const struct lesson *lesson)
{
    struct text now = TEXT_EMPTY;
    bool same = text_read_file(&now, lesson->path) && now.length == lesson->source_length &&
                memcmp(text_string(&now), lesson->source, now.length) == 0;
    text_free(&now);
    return same;
}

/* Verdicts of blocks whose output was accepted are good ones now. */
static void accept_verdicts(struct lesson_result *result, const struct accepted *list, size_t count)
{
    for (size_t i = 0; i < result->lesson->block_count; i++)
        for (size_t k = 0; k < count; k++)
            if (result->blocks[i].block == list[k].block && list[k].refused == NULL &&
                result->blocks[i].verdict.kind == VERDICT_FAILED) {
                free(result->blocks[i].verdict.message);
                result->blocks[i].verdict = (struct verdict){VERDICT_PASSED, list[k].block->line, NULL};
                result->failed--;
                result->passed++;
            }
    for (size_t k = 0; k < count; k++)
        result->accepted += list[k].refused == NULL;
}

static void complain_refused(struct lesson_result *result, const struct accepted *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].refused != NULL)
            complaints_add(&result->complaints, result->path, list[i].line, "The new output is not written here, %s.",
                           list[i].refused);
}

static void accept_output(struct lesson_result *result, const struct lesson_run *run, const struct lesson_run *again)
{
    size_t length, count;
    struct accepted *list;
    char *text = accept_outputs(run, again, &length, &list, &count);
    if (text != NULL && !is_unchanged(result->lesson))
        complain_accept(result, "the file was changed meanwhile; check again");
    else if (text != NULL && !file_replace(result->path, text, length))
        complain_accept(result, strerror(errno));
    else if (text != NULL)
        accept_verdicts(result, list, count);
    complain_refused(result, list, count);
    free(list);
    free(text);
}

/* Running */

static struct lesson_result *result_of(struct check *check, const struct lesson_run *run)
{
    size_t i = 0;
    while (check->results.list[i].lesson != run->lesson)
        i++;
    return &check->results.list[i];
}

static void on_run(void *self, size_t done, size_t total, const struct lesson_run *run)
{
    (void)total;
    struct check *check = self;
    lesson_result_add(result_of(check, run), run);
    if (!check->accept)
        tell_lessons(check);
    show_progress(check, check->through + done);
}

static bool is_stopping(void *self)
{
    (void)self;
    return interrupts_pressed();
}

/* Every run that is wanted: each lesson's runs one after the other, so that they are through early. */
static void queue_runs(struct check *check)
{
    check->queue = memory_new(check->results.count * (size_t)check->repeat + 1, sizeof *check->queue);
    check->total = check->through = 0;
    for (size_t i = 0; i < check->results.count; i++) {
        struct lesson_result *result = &check->results.list[i];
        if (result->lesson == NULL)
            continue;
        result->wanted = (size_t)check->repeat;
        for (size_t k = 0; k < result->wanted; k++)
            check->queue[check->total++] = result->lesson;
    }
}

/* What is to be written is seen twice, as nobody wants to accept what is another output each time. */
static void accept_runs(struct check *check, const struct lesson_run *runs, size_t count,
                        const struct run_options *options)
{
    const struct run_options quiet = {.session = options->session, .self = check, .stopping = is_stopping};
    for (size_t i = 0; i < count && !interrupts_pressed(); i++) {
        if (!accept_wants(&runs[i]))
            continue;
        struct lesson_run *again = lesson_runs((struct lesson *const *)&runs[i].lesson, 1, &quiet);
        if (!interrupts_pressed())
            accept_output(result_of(check, &runs[i]), &runs[i], again);
        lesson_runs_free(again, 1);
    }
    tell_lessons(check);
}

static void run_batch(struct check *check, size_t count)
{
    struct run_options options = {
        .session.same = check->repeat == 1, /* several runs are to find what chance does */
        .jobs = check->jobs,
        .twins = true,
        .progress = on_run,
        .trying = on_trying,
        .self = check,
        .stopping = is_stopping,
    };
    struct lesson_run *runs = lesson_runs(check->queue + check->through, count, &options);
    if (check->accept)
        accept_runs(check, runs, count, &options);
    lesson_runs_free(runs, count);
    check->through += count;
}

static void run_lessons(struct check *check)
{
    int64_t begin = clock_now();
    queue_runs(check);
    check->reported = 0;
    tell_lessons(check);
    show_progress(check, 0);
    while (check->through < check->total && !interrupts_pressed()) {
        size_t left = check->total - check->through;
        run_batch(check, left < BATCH ? left : BATCH);
    }
    hide_progress(check);
    check->results.stopped = interrupts_pressed();
    check->results.elapsed = clock_now() - begin;
    free(check->queue);
    struct text out = TEXT_EMPTY;
    report_formats[check->format].end(&out, &check->results, &check->screen.look);
    show(check, &out);
}

static int status_of(const struct check *check)
{
    struct check_sums sums = check_results_sum(&check->results);
    if (check->results.stopped)
        return 130;
    return sums.failed > 0 || sums.complaints > 0 ? 1 : 0;
}

static int check_once(struct check *check)
{
    int status = 2;
    if (read_paths(check)) {
        run_lessons(check);
        status = status_of(check);
    }
    forget_results(check);
    return status;
}

/* --watch */

static bool is_about_lessons(const char *path)
{
    return path_is_markdown(path) || path_ends(path, ".check.lua");
}

static void on_save(void *self, const char *path)
{
    struct check *check = self;
    if (!is_about_lessons(path) && strcmp(path_name(path), "course.yml") != 0)
        return;
    ARRAY_ADD(check->saved, check->saved_count, memory_copy(path));
}

static void forget_saved(struct check *check)
{
    array_free_strings(check->saved, check->saved_count);
    check->saved = NULL;
    check->saved_count = 0;
}

/* "a/b.md" and "a/b.check.lua" are about the same lesson. */
static bool is_saved(const struct check *check, const char *path)
{
    size_t stem = strlen(path) - (is_about_lessons(path) ? 3 : 0);
    for (size_t i = 0; i < check->saved_count; i++) {
        const char *saved = check->saved[i];
        if (strncmp(saved, path, stem) == 0 &&
            (strcmp(saved + stem, ".md") == 0 || strcmp(saved + stem, ".check.lua") == 0 || saved[stem] == '\0'))
            return true;
    }
    return false;
}

/* Leaves only results of lessons that were saved; all of them when something else was: an order, a new file.
 */
static void keep_saved(struct check *check)
{
    size_t kept = 0, known = 0;
    struct check_results *results = &check->results;
    for (size_t i = 0; i < results->count; i++)
        known += is_saved(check, results->list[i].path);
    if (known == 0)
        return;
    for (size_t i = 0; i < results->count; i++) {
        if (is_saved(check, results->list[i].path))
            results->list[kept++] = results->list[i];
        else
            lesson_result_free(&results->list[i]);
    }
    results->count = kept;
}

/* Where the file lies, or will; false and errno. */
static bool watch_file(struct watcher *watcher, const char *path)
{
    char *folder = path_folder(path);
    bool fine = watcher_folder(watcher, folder);
    free(folder);
    return fine;
}

static bool watch_results(struct check *check, struct watcher *watcher)
{
    bool fine = true;
    for (char **path = check->paths; fine && *path != NULL; path++) {
        char *inside = text_make("%s/", *path);
        fine = watch_file(watcher, inside) || errno == ENOTDIR;
        free(inside);
    }
    for (size_t i = 0; fine && i < check->results.count; i++)
        fine = watch_file(watcher, check->results.list[i].path);
    return fine;
}

/* How long it must be quiet after a save. */
#define QUIET_MS 60

/* poll() that no Ctrl-C can slip past: it is let in only while this waits. */
static int wait_for(const struct watcher *watcher, int milliseconds)
{
    struct pollfd ready = {.fd = watcher_descriptor(watcher), .events = POLLIN};
    struct timespec time = {.tv_nsec = milliseconds * 1000000L};
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    int count = interrupts_pressed() ? -1 : ppoll(&ready, 1, milliseconds < 0 ? NULL : &time, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return count;
}

/* False after Ctrl-C. */
static bool wait_for_saves(struct check *check, struct watcher *watcher)
{
    for (int timeout = -1;; timeout = check->saved_count > 0 ? QUIET_MS : -1) {
        int count = wait_for(watcher, timeout);
        if (count <= 0)
            return count == 0;
        watcher_take(watcher, on_save, check);
    }
}

static int watch_lessons(struct check *check)
{
    struct watcher *watcher = watcher_new();
    bool watching = watcher != NULL && read_paths(check);
    if (!watching) {
        if (watcher == NULL)
            command_line_tell(SUBCOMMAND_CHECK, "cannot watch files: %s", strerror(errno));
        forget_results(check);
        watcher_free(watcher);
        return 2;
    }
    while (!interrupts_pressed()) {
        if (!watch_results(check, watcher))
            command_line_tell(SUBCOMMAND_CHECK, "cannot watch: %s", strerror(errno));
        run_lessons(check);
        forget_results(check);
        forget_saved(check);
        fputs("Waiting for a lesson to be saved. Ctrl-C ends.\n", stderr);
        if (wait_for_saves(check, watcher) && read_paths(check))
            keep_saved(check);
    }
    forget_results(check);
    forget_saved(check);
    watcher_free(watcher);
    return 0;
}

static bool visit_all(struct check *check)
{
    for (char **path = check->paths; *path != NULL; path++) {
        struct visit *visit = named_visit(SUBCOMMAND_CHECK, *path);
        if (visit == NULL)
            return false;
        ARRAY_ADD(check->visits, check->visit_count, visit);
    }
    return true;
}

static void leave_all(struct check *check)
{
    for (size_t i = 0; i < check->visit_count; i++)
        visit_free(check->visits[i]);
    free(check->visits);
}

static bool names_archive(const struct command_line *line)
{
    bool archive = false;
    for (int i = 0; i < line->count; i++)
        archive = archive || elsewhere_is_archive(line->arguments[i]);
    return archive;
}

/* The status when what was said does not fit together, else 0. */
static int judge_together(const struct command_line *line)
{
    if (line->said[SETTING_ACCEPT].number && line->said[SETTING_REPEAT].number > 1)
        return command_line_wrong(SUBCOMMAND_CHECK, "--accept takes one run; leave --repeat out");
    if (line->said[SETTING_WATCH].number && line->said[SETTING_FORMAT].number != FORMAT_TEXT)
        return command_line_wrong(SUBCOMMAND_CHECK, "--watch shows text; leave --format and --json out");
    if ((line->said[SETTING_ACCEPT].number || line->said[SETTING_WATCH].number) && names_archive(line))
        return command_line_wrong(SUBCOMMAND_CHECK, "an archive is only read; unpack it for --accept and --watch");
    return 0;
}

int check_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_CHECK, argc, argv, &status) || (status = judge_together(&line)) != 0)
        return status;
    struct check check = {.accept = line.said[SETTING_ACCEPT].number,
                          .format = (enum check_format)line.said[SETTING_FORMAT].number,
                          .repeat = line.said[SETTING_REPEAT].word ? line.said[SETTING_REPEAT].number : 1,
                          .jobs = line.said[SETTING_JOBS].number,
                          .paths = line.arguments};
    const char *kind = getenv("TERM");
    screen_init(&check.screen, false, THEME_UNKNOWN);
    if (!isatty(STDOUT_FILENO))
        check.screen.look.width = INT_MAX; /* programs read lines whole */
    check.progress = check.format == FORMAT_TEXT && isatty(STDERR_FILENO) && kind != NULL && strcmp(kind, "dumb") != 0;
    interrupts_install();
    status = !visit_all(&check) ? 2 : line.said[SETTING_WATCH].number ? watch_lessons(&check) : check_once(&check);
    leave_all(&check);
    return status;
}
