#include "build.h"

#include "cache.h"
#include "front.h"
#include "links.h"
#include "navigation.h"
#include "output.h"
#include "page.h"
#include "search.h"
#include "template.h"
#include "theme.h"

#include "base/memory.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { JOBS_MOST = 64 };

struct build {
    struct site *site;
    const struct site_options *options;
    const struct build_watcher *watcher;
    struct theme *theme;
    struct navigation *navigation;
    struct output *output;
    struct search *search;
    struct complaints *complaints, *notes;
    struct cache *cache;
    char *where;            /* the badge of live results */
    struct lesson **kept;   /* by page: the lessons that must run first, NULL for the others */
    atomic_size_t known;    /* blocks whose outcomes were in the cache */
    atomic_size_t waiting;  /* lessons whose outcomes are not, and that may not run */
    atomic_size_t next;     /* the page that the next free thread takes */
    pthread_mutex_t lock;   /* for what follows */
    char **files;           /* below the source folder: what pages want copied */
    size_t file_count;
};

static bool stopping(const struct build *build)
{
    return build->watcher->stopping && build->watcher->stopping(build->watcher->self);
}

/* "Linux 6.1.0, loopback, Sockrates 0.1.0" */
static char *where_run(void)
{
    struct utsname name;
    uname(&name);
    return text_make("ran on %s %s, loopback, Sockrates %s", name.sysname, name.release, SOCKRATES_VERSION);
}

static bool has_code(const struct lesson *lesson)
{
    for (size_t i = 0; i < lesson->block_count; i++)
        if (!lesson->blocks[i]->ignored)
            return true;
    return false;
}

/* The address of another page, seen from this one. */
static char *address_from(const struct site_page *from, const struct site_page *to)
{
    struct text text = TEXT_EMPTY;
    site_add_root(&text, from->address);
    text_add(&text, to->address);
    return text_steal(&text);
}

static char *joined(const char *base, const char *rest)
{
    if (base == NULL)
        return NULL;
    size_t length = strlen(base);
    return text_make("%s%s%s", base, length > 0 && base[length - 1] == '/' ? "" : "/", rest);
}

/* The whole page around the body. */
static void fill_template(const struct build *build, struct text *out, size_t index,
                          const struct page_result *result)
{
    const struct site *site = build->site;
    const struct site_page *page = &site->pages[index];
    const struct site_page *previous = index > 0 ? page - 1 : NULL;
    const struct site_page *next = index + 1 < site->count ? page + 1 : NULL;
    struct text root = TEXT_EMPTY, contents = TEXT_EMPTY;
    site_add_root(&root, page->address);
    navigation_write(build->navigation, &contents, page->address, index);
    char *before = previous ? address_from(page, previous) : NULL, *after = next ? address_from(page, next) : NULL;
    char *edit = joined(build->options->repository, page->source);
    char *canonical = joined(build->options->url, page->address);
    const char *values[THEME_COUNT] = {
        [THEME_TITLE] = page->title,
        [THEME_SITE] = site->title,
        [THEME_DESCRIPTION] = page->summary,
        [THEME_ROOT] = text_string(&root),
        [THEME_CONTENT] = text_string(&result->body),
        [THEME_CONTENTS] = text_string(&contents),
        [THEME_OUTLINE] = text_string(&result->outline),
        [THEME_PART] = page->entry->part >= 0 ? site->course->parts[page->entry->part] : NULL,
        [THEME_PREVIOUS] = before,
        [THEME_PREVIOUS_TITLE] = previous ? previous->title : NULL,
        [THEME_NEXT] = after,
        [THEME_NEXT_TITLE] = next ? next->title : NULL,
        [THEME_EDIT] = edit,
        [THEME_CANONICAL] = canonical,
        [THEME_UNSAFE] = build->options->unsafe ? "yes" : NULL,
        [THEME_VERSION] = SOCKRATES_VERSION,
    };
    template_write(build->theme->page, out, values);
    free(before);
    free(after);
    free(edit);
    free(canonical);
    text_free(&root);
    text_free(&contents);
}

static void write_file(struct build *build, struct complaints *complaints, const char *path, const struct text *text)
{
    struct status status = output_write(build->output, path, text_string(text), text->length);
    if (!status_fine(status))
        complaints_add(complaints, build->options->output, 0, "Cannot write %s: %s.", path, strerror(status.error));
}

static void collect_files(struct build *build, struct links *links)
{
    if (links->file_count == 0)
        return;
    pthread_mutex_lock(&build->lock);
    build->files = memory_resize(build->files, build->file_count + links->file_count, sizeof *build->files);
    memcpy(build->files + build->file_count, links->files, links->file_count * sizeof *links->files);
    build->file_count += links->file_count;
    pthread_mutex_unlock(&build->lock);
    links->file_count = 0;
}

static struct html_varying *learn_varying(const struct lesson_run *run)
{
    struct html_varying *varying = run ? html_varying_new() : NULL;
    for (size_t i = 0; run != NULL && i < run->lesson->block_count; i++)
        if (run->blocks[i].outcome != NULL)
            html_varying_learn(varying, run->blocks[i].outcome);
    return varying;
}

/* Renders and writes the page of a lesson; `run` is NULL where nothing runs. */
static void make_page(struct build *build, struct search_writer *search, size_t index, const struct lesson *lesson,
                      const struct lesson_run *run)
{
    struct site_page *page = &build->site->pages[index];
    struct links links;
    struct page_result result = {TEXT_EMPTY, TEXT_EMPTY};
    struct page_options options = {
        .unsafe = build->options->unsafe, .whole = true, .where = build->where,
        .links = &links, .search = search, .run = run, .varying = learn_varying(run),
        .notes = &page->notes,
    };
    free(page->summary);
    page->summary = page_summary(lesson);
    page->minutes = lesson->minutes;
    links_begin(&links, build->site, index);
    page_render(&result, lesson, &options);
    search_page(search, index, page->address, page->title, page->summary);
    collect_files(build, &links);
    struct text whole = TEXT_EMPTY;
    fill_template(build, &whole, index, &result);
    write_file(build, &page->complaints, page->address, &whole);
    text_free(&whole);
    links_free(&links);
    page_result_free(&result);
    html_varying_free(options.varying);
}

/* A page whose lesson ran before and need not again; false when that is not known. */
static bool make_known_page(struct build *build, struct search_writer *search, size_t index, struct lesson *lesson)
{
    struct lesson_run *run = memory_new(1, sizeof *run);
    if (build->options->fresh || !cache_find(build->cache, lesson, run)) {
        free(run);
        return false;
    }
    make_page(build, search, index, lesson, run);
    atomic_fetch_add(&build->known, run->passed);
    lesson_runs_free(run, 1);
    return true;
}

/* One page from its file; what must run first is kept for later. */
static void start_page(struct build *build, struct search_writer *search, size_t index)
{
    struct site_page *page = &build->site->pages[index];
    struct lesson *lesson = lesson_read(page->entry->path, &page->complaints);
    if (lesson == NULL)
        return;
    bool code = build->options->run && has_code(lesson);
    bool known = code && make_known_page(build, search, index, lesson);
    if (code && !known && !build->options->only_known) {
        build->kept[index] = lesson;
        return;
    }
    if (!known)
        make_page(build, search, index, lesson, NULL);
    if (code && !known)
        atomic_fetch_add(&build->waiting, 1);
    lesson_free(lesson);
}

static void *work(void *self)
{
    struct build *build = self;
    struct search_writer *search = search_writer(build->search);
    for (size_t page; !stopping(build) && (page = atomic_fetch_add(&build->next, 1)) < build->site->count;)
        start_page(build, search, page);
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

static void take_verdicts(struct build *build, size_t index, const struct lesson_run *run,
                          struct build_report *report)
{
    struct site_page *page = &build->site->pages[index];
    for (size_t i = 0; i < run->lesson->block_count; i++)
        if (run->blocks[i].verdict.kind == VERDICT_FAILED)
            complaints_add(&page->complaints, page->entry->path, run->blocks[i].verdict.line, "%s",
                           run->blocks[i].verdict.message);
    report->ran += run->passed;
    report->skipped += run->skipped;
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
        .jobs = build->options->jobs, .progress = told_progress, .self = build, .stopping = asked_to_stop,
    };
    struct search_writer *search = search_writer(build->search);
    struct lesson_run *runs = count > 0 ? lesson_runs(lessons, count, &options) : NULL;
    for (size_t i = 0, run = 0; runs != NULL && !stopping(build) && i < build->site->count; i++) {
        if (build->kept[i] == NULL)
            continue;
        take_verdicts(build, i, &runs[run], report);
        cache_keep(build->cache, &runs[run]);
        make_page(build, search, i, build->kept[i], &runs[run]);
        run++;
    }
    lesson_runs_free(runs, count);
    for (size_t i = 0; i < count; i++)
        lesson_free(lessons[i]);
    free(lessons);
}

static void write_page(struct build *build, const char *address, const char *const *values)
{
    struct text whole = TEXT_EMPTY;
    template_write(build->theme->page, &whole, values);
    write_file(build, build->complaints, address, &whole);
    text_free(&whole);
}

/* The front page, and the one for addresses that lead nowhere. */
static void write_fronts(struct build *build)
{
    const struct site *site = build->site;
    struct text content = TEXT_EMPTY, missing = TEXT_EMPTY, contents = TEXT_EMPTY;
    front_page(&content, site);
    front_missing(&missing, site);
    navigation_write(build->navigation, &contents, "index.html", NAVIGATION_NO_PAGE);
    char *canonical = joined(build->options->url, "");
    const char *values[THEME_COUNT] = {
        [THEME_TITLE] = site->title,
        [THEME_SITE] = site->title,
        [THEME_CONTENT] = text_string(&content),
        [THEME_CONTENTS] = text_string(&contents),
        [THEME_NEXT] = site->pages[0].address,
        [THEME_NEXT_TITLE] = site->pages[0].title,
        [THEME_CANONICAL] = canonical,
        [THEME_HOME] = "yes",
        [THEME_UNSAFE] = build->options->unsafe ? "yes" : NULL,
        [THEME_VERSION] = SOCKRATES_VERSION,
    };
    write_page(build, "index.html", values);
    values[THEME_TITLE] = "No such page";
    values[THEME_CONTENT] = text_string(&missing);
    values[THEME_NEXT] = values[THEME_HOME] = values[THEME_CANONICAL] = NULL;
    values[THEME_ROOT] = canonical; /* it is shown at any address */
    write_page(build, "404.html", values);
    free(canonical);
    text_free(&content);
    text_free(&missing);
    text_free(&contents);
}

static void write_sitemap(struct build *build)
{
    struct text map = TEXT_EMPTY;
    if (build->options->url == NULL)
        return;
    front_sitemap(&map, build->site, getenv("SOURCE_DATE_EPOCH"));
    write_file(build, build->complaints, "sitemap.xml", &map);
    text_free(&map);
}

static void write_assets(struct build *build)
{
    for (size_t i = 0; i < build->theme->count; i++) {
        const struct theme_file *file = &build->theme->files[i];
        char *path = text_make("assets/%s", file->name);
        if (strcmp(file->name, "page.html") != 0)
            write_file(build, build->complaints, path, &file->bytes);
        free(path);
    }
}

static void write_search(struct build *build)
{
    struct status status = search_write(build->search, build->output);
    if (!status_fine(status))
        complaints_add(build->complaints, build->options->output, 0, "Cannot write the search index: %s.",
                       status.text ? status.text : strerror(status.error));
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Copies what pages link to, each file once. */
static void copy_files(struct build *build)
{
    if (build->file_count > 0)
        qsort(build->files, build->file_count, sizeof *build->files, compare_files);
    for (size_t i = 0; i < build->file_count; i++) {
        if (i > 0 && strcmp(build->files[i], build->files[i - 1]) == 0)
            continue;
        struct text bytes = TEXT_EMPTY;
        char *path = text_make("%s/%s", build->site->folder, build->files[i]);
        if (text_read_file(&bytes, path))
            write_file(build, build->complaints, build->files[i], &bytes);
        else
            complaints_add(build->complaints, path, 0, "Cannot read this file: %s.", strerror(errno));
        free(path);
        text_free(&bytes);
    }
}

static void take_list(struct complaints *all, const struct complaints *list)
{
    for (size_t i = 0; i < list->count; i++)
        complaints_add(all, list->list[i].path, list->list[i].line, "%s", list->list[i].message);
}

static void take_complaints(struct build *build)
{
    for (size_t i = 0; i < build->site->count; i++) {
        take_list(build->complaints, &build->site->pages[i].complaints);
        links_check(build->site, &build->site->pages[i], build->complaints);
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
    if (!report->written)
        complaints_add(build->complaints, build->options->output, 0, "Cannot replace this folder: %s.",
                       strerror(status.error));
}

static bool prepare(struct build *build)
{
    build->site = site_new(build->options, build->complaints);
    build->theme = build->site ? theme_read(build->options->theme, build->complaints) : NULL;
    build->output = build->theme ? output_open(build->options->output, build->complaints) : NULL;
    if (build->output == NULL)
        return false;
    build->navigation = navigation_new(build->site);
    build->search = search_new(build->site->count, output_stage(build->output));
    build->kept = memory_new(build->site->count, sizeof *build->kept);
    build->where = where_run();
    build->cache = build->options->run ? cache_open() : NULL;
    return true;
}

static void finish(struct build *build)
{
    for (size_t i = 0; i < build->file_count; i++)
        free(build->files[i]);
    free(build->files);
    free(build->kept);
    free(build->where);
    cache_free(build->cache);
    navigation_free(build->navigation);
    search_free(build->search);
    output_free(build->output);
    theme_free(build->theme);
    site_free(build->site);
    pthread_mutex_destroy(&build->lock);
}

struct build_report build_site(const struct site_options *options, const struct build_watcher *watcher,
                               struct complaints *complaints, struct complaints *notes)
{
    struct build build = {.options = options, .watcher = watcher, .complaints = complaints, .notes = notes};
    struct build_report report = {0};
    pthread_mutex_init(&build.lock, NULL);
    if (prepare(&build)) {
        report.pages = build.site->count;
        start_pages(&build);
        run_pages(&build, &report);
        write_fronts(&build);
        write_sitemap(&build);
        write_assets(&build);
        write_search(&build);
        copy_files(&build);
        take_complaints(&build);
        report.waiting = atomic_load(&build.waiting);
        commit(&build, &report);
    }
    finish(&build);
    return report;
}
