#include "build.h"

#include "build_parts.h"
#include "links.h"
#include "reference.h"
#include "where.h"

#include "base/memory.h"
#include "base/place.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JOBS_MOST = 64 };

static bool stopping(const struct build *build)
{
    return build->watcher->stopping && build->watcher->stopping(build->watcher->self);
}

static bool has_code(const struct lesson *lesson)
{
    for (size_t i = 0; i < lesson->block_count; i++)
        if (!lesson->blocks[i]->ignored)
            return true;
    return false;
}

/* A page whose lesson ran before and need not again; false when that is not known. */
static bool make_known_page(struct build *build, struct worker *worker, size_t index, struct lesson *lesson)
{
    struct lesson_run *run = memory_new(1, sizeof *run);
    if (build->options->fresh || !cache_find(build->cache, lesson, run)) {
        free(run);
        return false;
    }
    build_page(build, worker, index, lesson, run);
    if (index < build->site->lessons)
        atomic_fetch_add(&build->known, run->passed);
    lesson_runs_free(run, 1);
    return true;
}

/* NAME.check.lua, whether it is there or not. */
static void watch_check(struct build *build, size_t index, const char *path)
{
    size_t length = strlen(path);
    char *check = text_make("%.*s.check.lua", (int)(length > 3 ? length - 3 : length), path);
    ledger_watch_page(build->ledger, check, index);
    free(check);
}

/* Its results are not known, and may not be found out now. */
static void wait_for(struct build *build, size_t index)
{
    atomic_fetch_add(&build->waiting, 1);
    ledger_doubt(build->ledger, index);
}

/* One page from its file; what must run first is kept for later. */
static void start_page(struct build *build, struct worker *worker, size_t index)
{
    struct site_page *page = &build->site->pages[index];
    ledger_watch_source(build->ledger, page->entry->path, index);
    bool own = index < build->site->lessons;
    struct lesson *lesson =
        course_lesson(own ? build->site->course : build->site->manual, page->entry, own, &page->complaints);
    if (lesson == NULL)
        return;
    if (lesson->exercise_count > 0)
        watch_check(build, index, page->entry->path);
    bool code = build->options->run && has_code(lesson);
    bool known = code && make_known_page(build, worker, index, lesson);
    if (code && !known && !build->options->only_known) {
        build->kept[index] = lesson;
        return;
    }
    if (!known)
        build_page(build, worker, index, lesson, NULL);
    if (code && !known)
        wait_for(build, index);
    lesson_free(lesson);
}

static void *work(void *self)
{
    struct build *build = self;
    struct worker worker = build_worker(build);
    for (size_t page; !stopping(build) && (page = atomic_fetch_add(&build->next, 1)) < build->site->count;)
        if (build_makes(build, page))
            start_page(build, &worker, page);
    build_worker_free(&worker);
    return NULL;
}

static int jobs_of(const struct site_options *options)
{
    long jobs = options->jobs > 0 ? options->jobs : sysconf(_SC_NPROCESSORS_ONLN);
    return jobs < 1 ? 1 : jobs > JOBS_MOST ? JOBS_MOST : (int)jobs;
}

/* This thread works too. */
static void start_pages(struct build *build)
{
    pthread_t threads[JOBS_MOST];
    int jobs = jobs_of(build->options), count = 0;
    while (count < jobs - 1 && pthread_create(&threads[count], NULL, work, build) == 0)
        count++;
    work(build);
    while (count > 0)
        pthread_join(threads[--count], NULL);
}

static void told_progress(void *self, size_t done, size_t total, const struct lesson_run *run)
{
    const struct build *build = self;
    if (build->watcher->progress)
        build->watcher->progress(build->watcher->self, done, total, run->lesson->name);
}

static bool asked_to_stop(void *self)
{
    return stopping(self);
}

static void take_verdicts(struct build *build, size_t index, const struct lesson_run *run, struct build_report *report)
{
    struct site_page *page = &build->site->pages[index];
    for (size_t i = 0; i < run->lesson->block_count; i++)
        if (run->blocks[i].verdict.kind == VERDICT_FAILED)
            complaints_add(&page->complaints, page->entry->path, run->blocks[i].verdict.line, "%s",
                           run->blocks[i].verdict.message);
    if (index < build->site->lessons) {
        report->ran += run->passed;
        report->skipped += run->skipped;
    }
    if (run->skipped > 0)
        ledger_doubt(build->ledger, index);
}

/* Runs what was kept, and makes its pages. */
static void run_pages(struct build *build, struct build_report *report)
{
    size_t count = 0;
    struct lesson **lessons = memory_new(build->site->count, sizeof(struct lesson *));
    for (size_t i = 0; i < build->site->count; i++)
        if (build->kept[i] != NULL)
            lessons[count++] = build->kept[i];
    struct run_options options = {
        .session.same = true,
        .jobs = build->options->jobs,
        .progress = told_progress,
        .self = build,
        .stopping = asked_to_stop,
    };
    struct worker worker = build_worker(build);
    struct lesson_run *runs = count > 0 ? lesson_runs(lessons, count, &options) : NULL;
    for (size_t i = 0, run = 0; runs != NULL && !stopping(build) && i < build->site->count; i++) {
        if (build->kept[i] == NULL)
            continue;
        take_verdicts(build, i, &runs[run], report);
        cache_keep(build->cache, &runs[run]);
        build_page(build, &worker, i, build->kept[i], &runs[run]);
        run++;
    }
    build_worker_free(&worker);
    lesson_runs_free(runs, count);
    for (size_t i = 0; i < count; i++)
        lesson_free(lessons[i]);
    free(lessons);
}

static void take_list(struct complaints *all, const struct complaints *list)
{
    for (size_t i = 0; i < list->count; i++)
        complaints_add(all, list->list[i].path, list->list[i].line, "%s", list->list[i].message);
}

static void take_complaints(struct build *build)
{
    for (size_t i = 0; i < build->site->count; i++) {
        struct complaints *complaints =
            i < build->site->lessons ? build->complaints : build->notes; /* not the author's */
        take_list(complaints, &build->site->pages[i].complaints);
        links_check(build->site, &build->site->pages[i], complaints);
        take_list(build->notes, &build->site->pages[i].notes);
    }
}

static void commit(struct build *build, struct build_report *report)
{
    if (stopping(build) || (build->complaints->count > 0 && !build->options->keep_going))
        return;
    report->changed = output_changed(build->output);
    report->known = atomic_load(&build->known);
    struct status status = output_commit(build->output);
    report->written = status_fine(status);
    if (report->written && build->ledger != NULL && build->complaints->count == 0 && build->notes->count == 0)
        ledger_save(build->ledger, build->site, report->ran + report->known);
    if (!report->written)
        complaints_add(build->complaints, build->options->output, 0, "Cannot replace this folder: %s.",
                       strerror(status.error));
}

/* Folders tell of lessons that came or went. */
static void watch_folders(struct build *build)
{
    const struct site *site = build->site;
    size_t before = 0; /* how much of the last page's path was its folder */
    for (size_t i = 0; i < site->count; i++) {
        const char *path = site->pages[i].entry->path, *slash = strrchr(path, '/');
        size_t length = slash ? (size_t)(slash - path) : 0;
        if (i > 0 && length == before && strncmp(path, site->pages[i - 1].entry->path, length) == 0)
            continue;
        char *folder = memory_copy_bytes(length > 0 ? path : ".", length > 0 ? length : 1);
        ledger_watch_folder(build->ledger, folder);
        free(folder);
        before = length;
    }
}

static void watch_beginnings(struct build *build)
{
    char *summary = text_make("%s/SUMMARY.md", build->options->source), *theme = place_theme();
    char *about = about_file(build->options->source);
    ledger_watch_folder(build->ledger, build->options->source);
    if (!build->few) {
        ledger_watch(build->ledger, summary);
        ledger_watch(build->ledger, about);
        theme_watch(theme, build->ledger);
        if (build->options->theme != NULL)
            theme_watch(build->options->theme, build->ledger);
    }
    free(summary);
    free(about);
    free(theme);
}

static bool prepare(struct build *build)
{
    watch_beginnings(build);
    course_titles *known = build->few ? ledger_title : NULL;
    build->site = site_new(build->options, known, build->ledger, build->complaints);
    if (build->site != NULL)
        reference_add(build->site, known, build->ledger, build->complaints);
    if (build->few && (build->site == NULL || !ledger_restore(build->ledger, build->site)))
        return false;
    build->theme = build->site ? theme_read(build->options->theme, build->complaints) : NULL;
    build->output = build->theme ? output_open(build->options->output, build->complaints) : NULL;
    if (build->output == NULL)
        return false;
    if (build->few)
        output_patch(build->output);
    build->navigation = navigation_new(build->site);
    build->names = names_new(build->site);
    build->search = search_new(build->site->count, output_stage(build->output));
    build->kept = memory_new(build->site->count, sizeof *build->kept);
    watch_folders(build);
    for (size_t lab = 0; lab < 2; lab++)
        build->where[lab] = where_run(lab);
    build->cache = build->options->run ? cache_open() : NULL;
    return true;
}

static void finish(struct build *build)
{
    free(build->kept);
    free(build->where[false]);
    free(build->where[true]);
    cache_free(build->cache);
    ledger_free(build->ledger);
    navigation_free(build->navigation);
    names_free(build->names);
    search_free(build->search);
    output_free(build->output);
    theme_free(build->theme);
    site_free(build->site);
}

/* False when what is known of the build before does not hold for this one: then everything is to be made. */
static bool make(struct build *build, struct build_report *report)
{
    bool ready = prepare(build);
    if (ready) {
        report->pages = build->site->lessons;
        for (size_t i = 0; i < report->pages; i++)
            report->made += build_makes(build, i);
        start_pages(build);
        run_pages(build, report);
        build_around(build);
        take_complaints(build);
        report->waiting = atomic_load(&build->waiting);
    }
    bool holds = !build->few || (ready && build->complaints->count == 0 && build->notes->count == 0 &&
                                 ledger_same_files(build->ledger, build->site));
    if (ready && holds)
        commit(build, report);
    finish(build);
    return holds;
}

/* Only the pages that changed; false when that is not enough.  The ledger is gone then. */
static bool make_few(const struct site_options *options, const struct build_watcher *watcher, struct ledger *ledger,
                     struct build_report *report)
{
    struct complaints complaints = {0}, notes = {0};
    struct build build = {.options = options,
                          .watcher = watcher,
                          .complaints = &complaints,
                          .notes = &notes,
                          .ledger = ledger,
                          .few = true};
    bool made = make(&build, report);
    complaints_free(&complaints);
    complaints_free(&notes);
    return made;
}

/* What the last build left to do; true when that is done. */
static bool make_rest(const struct site_options *options, const struct build_watcher *watcher,
                      struct build_report *report)
{
    struct ledger *ledger = ledger_new(options);
    struct ledger_before before = {.state = LEDGER_OTHER};
    if (ledger != NULL)
        before = ledger_compare(ledger);
    if (before.state == LEDGER_NEAR)
        return make_few(options, watcher, ledger, report);
    if (before.state == LEDGER_SAME)
        *report = (struct build_report){.written = true, .pages = before.lessons, .known = before.blocks};
    ledger_free(ledger);
    return before.state == LEDGER_SAME;
}

struct build_report build_site(const struct site_options *options, const struct build_watcher *watcher,
                               struct complaints *complaints, struct complaints *notes)
{
    struct build build = {.options = options, .watcher = watcher, .complaints = complaints, .notes = notes};
    struct build_report report = {0};
    if (!options->fresh) {
        if (make_rest(options, watcher, &report))
            return report;
        report = (struct build_report){0};
        build.ledger = ledger_new(options);
    }
    make(&build, &report);
    return report;
}
