#include "site.h"

#include "edit.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The real folder of the sources: the given one, or the one in which the given lesson lies. */
static char *source_folder(const char *source)
{
    char *real = realpath(source, NULL);
    struct stat status;
    if (real == NULL || stat(real, &status) < 0 || S_ISDIR(status.st_mode))
        return real;
    char *folder = memory_copy(dirname(real));
    free(real);
    return folder;
}

/* Where the lesson lies below the source folder: the end of its path, or a text of its own; NULL elsewhere. */
static const char *below(const struct site *site, const char *path)
{
    const char *given = site->course->folder, *folder = site->folder;
    size_t prefix = given ? strlen(given) : 0;
    if (prefix > 0 && strncmp(path, given, prefix) == 0 && path[prefix] == '/' && strstr(path + prefix, "./") == NULL)
        return path + prefix + 1;
    char *real = realpath(path, NULL);
    size_t length = strlen(folder);
    bool inside = real != NULL && strncmp(real, folder, length) == 0 && real[length] == '/';
    char *rest = inside ? memory_copy(real + length + 1) : NULL;
    free(real);
    return rest;
}

/* "part/04-connect.html" for "part/04-connect.md". */
static char *file_of(const char *source)
{
    size_t stem = path_stem(source);
    char *file = memory_new(stem + sizeof ".html", 1);
    memcpy(file, source, stem);
    memcpy(file + stem, ".html", sizeof ".html");
    return file;
}

static void add_page(struct site *site, const struct course_entry *entry, const char *source)
{
    struct site_page *page = &site->pages[site->count];
    page->source = source;
    page->entry = entry;
    page->file = file_of(source);
    page->address = path_escape(page->file);
    page->title = entry->title;
    site->by_source[site->count] = site->count;
    site->count++;
}

static bool add_lesson(struct site *site, const struct course_entry *entry, struct complaints *complaints)
{
    const char *source = below(site, entry->path);
    if (source != NULL)
        add_page(site, entry, source);
    else
        complaints_add(complaints, entry->path, 0, "This lesson lies outside of %s. Move it there.", site->folder);
    return source != NULL;
}

static int compare_sources(const void *a, const void *b, void *self)
{
    const struct site *site = self;
    return strcmp(site->pages[*(const size_t *)a].source, site->pages[*(const size_t *)b].source);
}

static bool check_twice(const struct site *site, struct complaints *complaints)
{
    bool fine = true;
    for (size_t i = 1; i < site->count; i++) {
        const struct site_page *page = &site->pages[site->by_source[i]];
        if (strcmp(page->source, site->pages[site->by_source[i - 1]].source) != 0)
            continue;
        complaints_add(complaints, page->entry->path, 0, "The course has this lesson twice. Keep one.");
        fine = false;
    }
    return fine;
}

static bool add_pages(struct site *site, struct complaints *complaints)
{
    const struct course *course = site->course;
    bool fine = true;
    site->pages = memory_new(course->entry_count, sizeof *site->pages);
    site->by_source = memory_new(course->entry_count, sizeof *site->by_source);
    for (size_t i = 0; i < course->entry_count; i++)
        fine = add_lesson(site, &course->entries[i], complaints) && fine;
    site->lessons = site->count;
    bool sorted = true; /* mostly they are */
    for (size_t i = 1; i < site->count && sorted; i++)
        sorted = compare_sources(&site->by_source[i - 1], &site->by_source[i], site) <= 0;
    if (!sorted)
        qsort_r(site->by_source, site->count, sizeof *site->by_source, compare_sources, site);
    return check_twice(site, complaints) && fine && site->count > 0;
}

void site_add_manual(struct site *site, struct course *manual)
{
    size_t count = site->count + manual->entry_count;
    site->manual = manual;
    site->pages = memory_resize(site->pages, count, sizeof *site->pages);
    site->by_source = memory_resize(site->by_source, count, sizeof *site->by_source);
    for (size_t i = 0; site->count < count; i++) {
        site->pages[site->count] = (struct site_page){0};
        add_page(site, &manual->entries[i], text_make("reference/%s.md", manual->entries[i].name));
    }
    qsort_r(site->by_source, site->count, sizeof *site->by_source, compare_sources, site);
}

struct site *site_new(const struct site_options *options, course_titles *known, void *self,
                      struct complaints *complaints)
{
    struct site *site = memory_new(1, sizeof *site);
    site->options = options;
    site->course = course_read_known(options->source, known, self, true, complaints);
    if (site->course != NULL) {
        site->folder = source_folder(options->source);
        site->title = memory_copy(site->course->title ? site->course->title : "Lessons");
        site->summary.path = text_make("%s/SUMMARY.md", site->course->folder);
        site->front = (struct site_page){.entry = &site->summary, .source = "SUMMARY.md"};
        if (site->folder != NULL && options->repository != NULL)
            site->edit = edit_base(options->repository, site->folder);
        if (site->folder != NULL && add_pages(site, complaints))
            return site;
    }
    site_free(site);
    return NULL;
}

static void free_links(struct site_page *page)
{
    for (size_t i = 0; i < page->link_count; i++)
        free(page->links[i].fragment);
    array_free_strings(page->files, page->file_count);
    free(page->links);
    free(page->ids);
    complaints_free(&page->complaints);
    complaints_free(&page->notes);
}

static void free_page(struct site_page *page)
{
    free_links(page);
    bool lent = page->source >= page->entry->path && page->source <= page->entry->path + strlen(page->entry->path);
    if (!lent)
        free((char *)page->source);
    free(page->file);
    free(page->address);
    free(page->summary);
}

void site_free(struct site *site)
{
    if (site == NULL)
        return;
    for (size_t i = 0; i < site->count; i++)
        free_page(&site->pages[i]);
    free(site->pages);
    free(site->by_source);
    free_links(&site->front);
    course_free(site->course);
    course_free(site->manual);
    free(site->summary.path);
    free(site->folder);
    free(site->title);
    free(site->edit);
    free(site);
}

bool site_is_long(const struct site *site)
{
    return site->lessons > 300;
}

const char *site_part(const struct site *site, size_t page)
{
    const struct course *course = page < site->lessons ? site->course : site->manual;
    int part = site->pages[page].entry->part;
    return part >= 0 ? course->parts[part] : NULL;
}

int site_find(const struct site *site, const char *source)
{
    size_t low = 0, high = site->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2, page = site->by_source[middle];
        int order = strcmp(source, site->pages[page].source);
        if (order == 0)
            return (int)page;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

void site_add_root(struct text *out, const char *address)
{
    for (const char *slash = address; (slash = strchr(slash, '/')) != NULL; slash++)
        text_add(out, "../");
}

/* FNV-1a. */
uint64_t site_hash(const char *bytes, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}
