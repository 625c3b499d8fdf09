#include "ledger.h"

#include "cache.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * A file that changed just before it was looked at may change again without its times telling.  So one that was
 * younger than this when the build began counts as changed the next time.
 */
#define YOUNG INT64_C(20000000)

/* When one page in so many changed, everything is made anew. */
#define FEW 4

enum kind {
    KIND_REST,   /* everything depends on it */
    KIND_FOLDER, /* of lessons: says only that some may have come or gone */
    KIND_PAGE,   /* one page depends on it */
    KIND_OUTPUT, /* a folder of the site as it was left */
};

/* How a file or folder was; its path follows. */
struct stamp {
    uint64_t inode, size;
    int64_t modified, changed;
    uint32_t page;  /* of KIND_PAGE: its number */
    uint16_t there; /* 0 no, 1 yes, 2: never mind, the page is in doubt */
    uint16_t kind;
};

/*
 * A page: how its source was, and what is known of it.  Behind it stand strings: path, title, summary, the links'
 * fragments, the files; then the ids, and page and line of each link.
 */
struct fact {
    struct stamp source;
    uint32_t ids, links, files;
    int32_t minutes;
    uint32_t summary;  /* 0: there is none */
    uint32_t programs; /* 1: a page of programs stands beside it */
};

/* The file: this, the stamps of what is no page's source, the pages. */
struct head {
    char magic[8];
    uint64_t key; /* hash of what the options say */
    uint64_t pages, lessons, blocks, stamps;
};

static const char magic[8] = "sockr 7";

/* A page as it lies in the file. */
struct known {
    struct fact fact;
    const char *path, *title, *summary, *fragments, *files;
    const char *ids, *links; /* not aligned */
};

/* Where the file is read. */
struct cursor {
    const char *at, *end;
    bool broken;
};

struct ledger {
    const struct site_options *options;
    uint64_t key;
    int64_t begun;
    pthread_mutex_t lock; /* for what is watched */
    struct text stamps;
    size_t count;
    struct stamp *sources; /* by page */
    size_t source_count;

    struct head *old; /* the last build's, mapped; NULL: there is none like this one */
    size_t old_length;
    struct cursor pages;  /* those of the last build; nowhere when there are none */
    struct cursor titles; /* the page whose title is probably asked for next */
    size_t title;
    bool *changed; /* by page */
};

/* --- reading ---------------------------------------------------------------------------------------------- */

/* `size` bytes of the file; NULL when there are not so many. */
static const char *take(struct cursor *cursor, size_t size)
{
    cursor->broken = cursor->broken || (size_t)(cursor->end - cursor->at) < size;
    if (cursor->broken)
        return NULL;
    cursor->at += size;
    return cursor->at - size;
}

static const char *take_string(struct cursor *cursor)
{
    const char *zero = cursor->broken ? NULL : memchr(cursor->at, '\0', (size_t)(cursor->end - cursor->at));
    const char *string = zero ? take(cursor, (size_t)(zero + 1 - cursor->at)) : NULL;
    cursor->broken = string == NULL;
    return string ? string : "";
}

static const char *after(const char *string)
{
    return string + strlen(string) + 1;
}

/* The path of the next stamp, NULL where there is none. */
static const char *take_stamp(struct cursor *cursor, struct stamp *stamp)
{
    const char *bytes = take(cursor, sizeof *stamp), *path = bytes ? take_string(cursor) : "";
    if (*path == '\0')
        return NULL;
    memcpy(stamp, bytes, sizeof *stamp);
    return path;
}

static const char *take_strings(struct cursor *cursor, uint32_t count)
{
    const char *first = cursor->at;
    for (uint32_t i = 0; i < count && !cursor->broken; i++)
        take_string(cursor);
    return first;
}

static struct known take_page(struct cursor *cursor)
{
    struct known known = {.path = ""};
    const char *bytes = take(cursor, sizeof known.fact);
    if (bytes != NULL)
        memcpy(&known.fact, bytes, sizeof known.fact);
    known.path = take_string(cursor);
    known.title = take_string(cursor);
    known.summary = take_string(cursor);
    known.fragments = take_strings(cursor, known.fact.links);
    known.files = take_strings(cursor, known.fact.files);
    known.ids = take(cursor, known.fact.ids * sizeof(uint32_t));
    known.links = take(cursor, known.fact.links * 2 * sizeof(uint32_t));
    cursor->broken = cursor->broken || *known.path == '\0';
    return known;
}

/* One file for each output folder, yours to free; NULL when none can be kept, or there is no such folder yet. */
static char *path_of(const struct ledger *ledger)
{
    char *real = realpath(ledger->options->output, NULL), *folder = cache_folder("sites");
    char *path =
        real && folder ? text_make("%s/%016llx", folder, (unsigned long long)site_hash(real, strlen(real))) : NULL;
    free(real);
    free(folder);
    return path;
}

/* The file, mapped; NULL when it is not there or of other options. */
static struct head *map_old(const struct ledger *ledger, size_t *length)
{
    char *path = path_of(ledger);
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    struct stat status;
    struct head *head = MAP_FAILED;
    free(path);
    if (file < 0)
        return NULL;
    if (fstat(file, &status) == 0 && (size_t)status.st_size >= sizeof *head) {
        *length = (size_t)status.st_size;
        head = mmap(NULL, *length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    }
    close(file);
    if (head == MAP_FAILED)
        return NULL;
    if (memcmp(head->magic, magic, sizeof magic) == 0 && head->key == ledger->key)
        return head;
    munmap(head, *length);
    return NULL;
}

/* --- a ledger --------------------------------------------------------------------------------------------- */

/* Everything but files that a build depends on. */
static uint64_t key_of(const struct site_options *options)
{
    struct text key = TEXT_EMPTY;
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    cache_add_world(&key);
    text_format(&key, "%s|%s|%s|%s|%s|%s|%d%d%d%d\n", options->source, options->output,
                options->theme ? options->theme : "", options->url ? options->url : "",
                options->repository ? options->repository : "", epoch ? epoch : "", options->unsafe, options->run,
                (int)options->reference, options->keep_going);
    uint64_t hash = site_hash(text_string(&key), key.length);
    text_free(&key);
    return hash;
}

struct ledger *ledger_new(const struct site_options *options)
{
    struct timespec now;
    char *folder = cache_folder("sites");
    if (folder == NULL)
        return NULL;
    struct ledger *ledger = memory_new(1, sizeof *ledger);
    clock_gettime(CLOCK_REALTIME, &now);
    ledger->options = options;
    ledger->key = key_of(options);
    ledger->begun = clock_count(now);
    pthread_mutex_init(&ledger->lock, NULL);
    free(folder);
    return ledger;
}

void ledger_free(struct ledger *ledger)
{
    if (ledger == NULL)
        return;
    if (ledger->old != NULL)
        munmap(ledger->old, ledger->old_length);
    pthread_mutex_destroy(&ledger->lock);
    text_free(&ledger->stamps);
    free(ledger->sources);
    free(ledger->changed);
    free(ledger);
}

/* --- stamps ----------------------------------------------------------------------------------------------- */

static struct stamp stamp_of(const char *path)
{
    struct stat status;
    if (lstat(path, &status) < 0)
        return (struct stamp){.there = 0};
    bool folder = S_ISDIR(status.st_mode);
    if (S_ISLNK(status.st_mode) && stat(path, &status) < 0)
        return (struct stamp){.there = 0};
    return (struct stamp){
        .inode = status.st_ino,
        .size = folder ? 0 : (uint64_t)status.st_size,
        .modified = clock_count(status.st_mtim),
        .changed = folder ? 0 : clock_count(status.st_ctim),
        .there = 1,
    };
}

static bool is_same(const struct stamp *stamp, const char *path)
{
    struct stamp here = stamp_of(path);
    return here.there == stamp->there && here.inode == stamp->inode && here.size == stamp->size &&
           here.modified == stamp->modified && here.changed == stamp->changed;
}

/* As it is now. */
static struct stamp stamp_now(const struct ledger *ledger, const char *path, enum kind kind, size_t page)
{
    struct stamp stamp = stamp_of(path);
    stamp.kind = (uint16_t)kind;
    stamp.page = (uint32_t)page;
    if (kind != KIND_OUTPUT && stamp.modified > ledger->begun - YOUNG)
        stamp.modified = stamp.changed = 0;
    return stamp;
}

static void keep(struct ledger *ledger, const struct stamp *stamp, const char *path)
{
    pthread_mutex_lock(&ledger->lock);
    text_add_bytes(&ledger->stamps, (const char *)stamp, sizeof *stamp);
    text_add_bytes(&ledger->stamps, path, strlen(path) + 1);
    ledger->count++;
    pthread_mutex_unlock(&ledger->lock);
}

static void watch(struct ledger *ledger, const char *path, enum kind kind, size_t page)
{
    if (ledger == NULL)
        return;
    struct stamp stamp = stamp_now(ledger, path, kind, page);
    keep(ledger, &stamp, path);
}

void ledger_watch(struct ledger *ledger, const char *path)
{
    watch(ledger, path, KIND_REST, 0);
}

void ledger_watch_folder(struct ledger *ledger, const char *path)
{
    watch(ledger, path, KIND_FOLDER, 0);
}

void ledger_watch_page(struct ledger *ledger, const char *path, size_t page)
{
    watch(ledger, path, KIND_PAGE, page);
}

static void keep_source(struct ledger *ledger, const struct stamp *stamp, size_t page)
{
    pthread_mutex_lock(&ledger->lock);
    while (ledger->source_count <= page)
        ARRAY_ADD(ledger->sources, ledger->source_count, (struct stamp){.there = 2});
    ledger->sources[page] = *stamp;
    pthread_mutex_unlock(&ledger->lock);
}

void ledger_watch_source(struct ledger *ledger, const char *path, size_t page)
{
    if (ledger == NULL)
        return;
    struct stamp stamp = stamp_now(ledger, path, KIND_PAGE, page);
    keep_source(ledger, &stamp, page);
}

void ledger_doubt(struct ledger *ledger, size_t page)
{
    if (ledger != NULL)
        keep_source(ledger, &(struct stamp){.there = 2}, page);
}

/* Takes the next stamp, and looks at what it is of; false when more than a page changed. */
static bool check_stamp(struct ledger *ledger, struct cursor *cursor, bool *same)
{
    struct stamp stamp;
    const char *path = take_stamp(cursor, &stamp);
    if (path == NULL)
        return false;
    bool kept = is_same(&stamp, path), page = stamp.kind == KIND_PAGE && stamp.page < ledger->old->pages;
    *same = *same && kept;
    if (kept && stamp.kind != KIND_FOLDER && stamp.kind != KIND_OUTPUT)
        keep(ledger, &stamp, path);
    if (!kept && page)
        ledger->changed[stamp.page] = true;
    return kept || page || stamp.kind == KIND_FOLDER;
}

/* Looks at everything that was watched; false when more than a few pages changed. */
static bool check(struct ledger *ledger, struct cursor cursor, bool *same)
{
    size_t count = 0;
    *same = true;
    for (uint64_t i = 0; i < ledger->old->stamps; i++)
        if (!check_stamp(ledger, &cursor, same))
            return false;
    ledger->pages = ledger->titles = cursor;
    for (uint64_t i = 0; i < ledger->old->pages; i++) {
        struct known page = take_page(&cursor);
        if (cursor.broken)
            return false;
        ledger->changed[i] = ledger->changed[i] || !is_same(&page.fact.source, page.path);
        count += ledger->changed[i];
        keep_source(ledger, &page.fact.source, i);
    }
    *same = *same && count == 0;
    return cursor.at == cursor.end && count <= 1 + ledger->old->pages / FEW;
}

struct ledger_before ledger_compare(struct ledger *ledger)
{
    const struct head *head = ledger->old = map_old(ledger, &ledger->old_length);
    bool same;
    if (head == NULL || head->pages > ledger->old_length)
        return (struct ledger_before){.state = LEDGER_OTHER};
    struct cursor cursor = {.at = (const char *)(head + 1), .end = (const char *)head + ledger->old_length};
    ledger->changed = memory_new(head->pages, sizeof *ledger->changed);
    if (!check(ledger, cursor, &same))
        return (struct ledger_before){.state = LEDGER_OTHER};
    return (struct ledger_before){same ? LEDGER_SAME : LEDGER_NEAR, (size_t)head->lessons, (size_t)head->blocks};
}

/* --- facts ------------------------------------------------------------------------------------------------ */

bool ledger_changed(const struct ledger *ledger, size_t page)
{
    return ledger->changed[page];
}

const char *ledger_title(void *self, const char *path)
{
    struct ledger *ledger = self;
    struct cursor next = ledger->titles;
    struct known known = take_page(&next);
    if (next.broken || strcmp(known.path, path) != 0)
        return NULL;
    ledger->titles = next;
    return ledger->changed[ledger->title++] ? NULL : known.title;
}

/* NULL for none. */
static void *array_of(size_t count, size_t size)
{
    return count > 0 ? memory_new(count, size) : NULL;
}

/* False when a link leads nowhere. */
static bool restore_page(const struct known *known, struct site_page *page, size_t pages)
{
    const struct fact *fact = &known->fact;
    const char *fragment = known->fragments, *file = known->files;
    bool fine = true;
    page->minutes = fact->minutes;
    page->programs = fact->programs != 0;
    page->summary = fact->summary ? memory_copy(known->summary) : NULL;
    page->id_count = fact->ids;
    page->ids = array_of(fact->ids, sizeof *page->ids);
    if (fact->ids > 0)
        memcpy(page->ids, known->ids, fact->ids * sizeof *page->ids);
    page->link_count = fact->links;
    page->links = array_of(fact->links, sizeof *page->links);
    for (size_t i = 0; i < fact->links; i++, fragment = after(fragment)) {
        uint32_t link[2];
        memcpy(link, known->links + i * sizeof link, sizeof link);
        page->links[i] = (struct site_link){link[0], memory_copy(fragment), (int)link[1]};
        fine = fine && link[0] < pages;
    }
    page->file_count = fact->files;
    page->files = array_of(fact->files, sizeof *page->files);
    for (size_t i = 0; i < fact->files; i++, file = after(file))
        page->files[i] = memory_copy(file);
    return fine;
}

bool ledger_restore(const struct ledger *ledger, struct site *site)
{
    struct cursor cursor = ledger->pages;
    bool same = ledger->old->pages == site->count;
    for (size_t i = 0; same && i < site->count; i++) {
        struct known known = take_page(&cursor);
        struct site_page *page = &site->pages[i];
        same = strcmp(known.path, page->entry->path) == 0 && strcmp(known.title, page->title) == 0 &&
               (ledger->changed[i] || restore_page(&known, page, site->count));
    }
    return same;
}

static bool has_files(const struct site_page *page, const struct known *known)
{
    const char *file = known->files;
    bool same = known->fact.files == page->file_count && (known->fact.programs != 0) == page->programs;
    for (size_t i = 0; same && i < page->file_count; i++, file = after(file))
        same = strcmp(file, page->files[i]) == 0;
    return same;
}

bool ledger_same_files(const struct ledger *ledger, const struct site *site)
{
    struct cursor cursor = ledger->pages;
    bool same = true;
    for (size_t i = 0; same && i < site->count; i++) {
        struct known known = take_page(&cursor);
        same = !ledger->changed[i] || has_files(&site->pages[i], &known);
    }
    return same;
}

/* --- writing ---------------------------------------------------------------------------------------------- */

static void add_string(struct text *out, const char *string)
{
    text_add_bytes(out, string, strlen(string) + 1);
}

/* The record of the page, in place of what the text holds. */
static void write_page(struct text *out, const struct site_page *page, const struct stamp *source)
{
    struct fact fact = {.source = *source,
                        .ids = page->id_count,
                        .links = (uint32_t)page->link_count,
                        .files = (uint32_t)page->file_count,
                        .minutes = page->minutes,
                        .summary = page->summary != NULL,
                        .programs = page->programs};
    text_clear(out);
    text_add_bytes(out, (const char *)&fact, sizeof fact);
    add_string(out, page->entry->path);
    add_string(out, page->title);
    add_string(out, page->summary ? page->summary : "");
    for (size_t i = 0; i < page->link_count; i++)
        add_string(out, page->links[i].fragment);
    for (size_t i = 0; i < page->file_count; i++)
        add_string(out, page->files[i]);
    text_add_bytes(out, (const char *)page->ids, page->id_count * sizeof *page->ids);
    for (size_t i = 0; i < page->link_count; i++)
        text_add_bytes(out, (const char *)(uint32_t[]){(uint32_t)page->links[i].page, (uint32_t)page->links[i].line},
                       2 * sizeof(uint32_t));
}

/* The folders of the output: who removes, adds or renames a page of it changes one of them. */
static void watch_folders(struct ledger *ledger, const char *folder)
{
    DIR *list = opendir(folder);
    watch(ledger, folder, KIND_OUTPUT, 0);
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
        struct stat status;
        bool below = entry->d_name[0] != '.' && entry->d_type != DT_REG &&
                     fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
        char *path = below ? text_make("%s/%s", folder, entry->d_name) : NULL;
        if (below)
            watch_folders(ledger, path);
        free(path);
    }
    if (list != NULL)
        closedir(list);
}

/* The same where none came or went. */
static void watch_old_folders(struct ledger *ledger)
{
    struct cursor cursor = {.at = (const char *)(ledger->old + 1),
                            .end = (const char *)ledger->old + ledger->old_length};
    struct stamp stamp;
    const char *path = "";
    for (uint64_t i = 0; i < ledger->old->stamps && (path = take_stamp(&cursor, &stamp)) != NULL; i++)
        if (stamp.kind == KIND_OUTPUT)
            watch(ledger, path, KIND_OUTPUT, 0);
}

/* Page by page, so that a long course needs no more memory.  Without the file the next build only takes longer. */
void ledger_save(struct ledger *ledger, const struct site *site, size_t blocks)
{
    bool near = ledger->pages.at != NULL;
    if (near)
        watch_old_folders(ledger);
    else
        watch_folders(ledger, ledger->options->output);
    struct head head = {.key = ledger->key,
                        .pages = site->count,
                        .lessons = site->lessons,
                        .blocks = near ? ledger->old->blocks : blocks,
                        .stamps = ledger->count};
    struct text page = TEXT_EMPTY;
    memcpy(head.magic, magic, sizeof magic);
    char *path = path_of(ledger);
    FILE *file = path && (unlink(path) == 0 || errno == ENOENT) ? fopen(path, "wxe") : NULL;
    if (file != NULL) {
        fwrite(&head, sizeof head, 1, file);
        fwrite(ledger->stamps.bytes, 1, ledger->stamps.length, file);
    }
    for (size_t i = 0; file != NULL && i < site->count; i++) {
        write_page(&page, &site->pages[i], &ledger->sources[i]);
        fwrite(page.bytes, 1, page.length, file);
    }
    if (file != NULL && fclose(file) != 0)
        unlink(path);
    text_free(&page);
    free(path);
}
