#include "ledger.h"

#include "cache.h"

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
    uint32_t page;  /* of a page's source: its number */
    uint16_t there; /* 0 no, 1 yes, 2: never mind, the page is in doubt */
    uint16_t kind;
};

/* What is known of a page.  Behind it stand the ids, page and line of each link, and then strings: path, title,
 * summary, the links' fragments, the files. */
struct fact {
    uint32_t ids, links, files;
    int32_t minutes;
    uint32_t summary; /* 0: there is none */
};

/* The file: this, the stamps, the facts. */
struct head {
    char magic[8];
    uint64_t key; /* hash of what the options say */
    uint64_t pages, lessons, blocks, stamps;
};

static const char magic[8] = "sockr 5";

/* A fact as it lies in the file. */
struct known {
    struct fact fact;
    const char *ids, *links; /* not aligned */
    const char *path, *title, *summary, *fragments, *files;
};

struct ledger {
    const struct site_options *options;
    uint64_t key;
    int64_t begun;
    pthread_mutex_t lock; /* for the next two */
    struct text stamps;
    size_t count;

    struct head *old; /* the last build's, mapped; NULL: there is none like this one */
    size_t old_length;
    struct known *known;
    bool *changed;
    size_t next; /* the page that is probably asked for next */
};

/* --- reading ---------------------------------------------------------------------------------------------- */

struct cursor {
    const char *at, *end;
    bool broken;
};

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
    const char *zero = memchr(cursor->at, '\0', (size_t)(cursor->end - cursor->at));
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

static void take_known(struct cursor *cursor, struct known *known)
{
    const char *bytes = take(cursor, sizeof known->fact);
    if (bytes == NULL)
        return;
    memcpy(&known->fact, bytes, sizeof known->fact);
    known->ids = take(cursor, known->fact.ids * sizeof(uint32_t));
    known->links = take(cursor, known->fact.links * 2 * sizeof(uint32_t));
    known->path = take_string(cursor);
    known->title = take_string(cursor);
    known->summary = take_string(cursor);
    known->fragments = cursor->at;
    for (uint32_t i = 0; i < known->fact.links && !cursor->broken; i++)
        take_string(cursor);
    known->files = cursor->at;
    for (uint32_t i = 0; i < known->fact.files && !cursor->broken; i++)
        take_string(cursor);
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

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

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
    ledger->begun = nanoseconds(now);
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
    free(ledger->known);
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
        .modified = nanoseconds(status.st_mtim),
        .changed = folder ? 0 : nanoseconds(status.st_ctim),
        .there = 1,
    };
}

static bool is_same(const struct stamp *stamp, const char *path)
{
    struct stamp here = stamp_of(path);
    return here.there == stamp->there && here.inode == stamp->inode && here.size == stamp->size &&
           here.modified == stamp->modified && here.changed == stamp->changed;
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
    struct stamp stamp = stamp_of(path);
    stamp.kind = (uint16_t)kind;
    stamp.page = (uint32_t)page;
    if (kind != KIND_OUTPUT && stamp.modified > ledger->begun - YOUNG)
        stamp.modified = stamp.changed = 0;
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

void ledger_doubt(struct ledger *ledger, size_t page)
{
    if (ledger == NULL)
        return;
    pthread_mutex_lock(&ledger->lock);
    for (char *at = ledger->stamps.bytes, *end = at + ledger->stamps.length; at < end;) {
        struct stamp stamp;
        memcpy(&stamp, at, sizeof stamp);
        if (stamp.kind == KIND_PAGE && stamp.page == page) {
            stamp.there = 2;
            memcpy(at, &stamp, sizeof stamp);
        }
        at = (char *)after(at + sizeof stamp);
    }
    pthread_mutex_unlock(&ledger->lock);
}

/* Looks at every file that was watched; gives how many pages changed, and SIZE_MAX when more than pages did. */
static size_t count_changes(struct ledger *ledger, struct cursor *cursor, bool *same)
{
    size_t count = 0;
    *same = true;
    for (uint64_t i = 0; i < ledger->old->stamps; i++) {
        struct stamp stamp;
        const char *path = take_stamp(cursor, &stamp);
        bool kept = path != NULL && is_same(&stamp, path);
        *same = *same && kept;
        if (kept && (stamp.kind == KIND_REST || stamp.kind == KIND_PAGE)) {
            keep(ledger, &stamp, path);
        } else if (path != NULL && !kept && stamp.kind == KIND_PAGE && stamp.page < ledger->old->pages) {
            count += !ledger->changed[stamp.page];
            ledger->changed[stamp.page] = true;
        } else if (!kept && (path == NULL || stamp.kind != KIND_FOLDER)) {
            return SIZE_MAX;
        }
    }
    return count;
}

/* Page and line of the link of this number. */
static void link_of(const struct known *known, size_t number, uint32_t link[2])
{
    memcpy(link, known->links + number * 2 * sizeof *link, 2 * sizeof *link);
}

static bool read_known(struct ledger *ledger, struct cursor *cursor)
{
    ledger->known = memory_new(ledger->old->pages, sizeof *ledger->known);
    for (uint64_t i = 0; i < ledger->old->pages && !cursor->broken; i++) {
        struct known *known = &ledger->known[i];
        take_known(cursor, known);
        for (uint32_t k = 0, link[2]; k < known->fact.links && !cursor->broken; k++) {
            link_of(known, k, link);
            cursor->broken = link[0] >= ledger->old->pages;
        }
    }
    return !cursor->broken && cursor->at == cursor->end;
}

struct ledger_before ledger_compare(struct ledger *ledger)
{
    struct ledger_before before = {.state = LEDGER_OTHER};
    ledger->old = map_old(ledger, &ledger->old_length);
    if (ledger->old == NULL || ledger->old->pages > ledger->old_length)
        return before;
    const struct head *head = ledger->old;
    struct cursor cursor = {.at = (const char *)(head + 1), .end = (const char *)head + ledger->old_length};
    bool same;
    ledger->changed = memory_new(head->pages, sizeof *ledger->changed);
    size_t count = count_changes(ledger, &cursor, &same);
    before.lessons = (size_t)head->lessons;
    before.blocks = (size_t)head->blocks;
    if (count <= 1 + head->pages / FEW)
        before.state = same ? LEDGER_SAME : read_known(ledger, &cursor) ? LEDGER_NEAR : LEDGER_OTHER;
    return before;
}

/* --- facts ------------------------------------------------------------------------------------------------ */

bool ledger_changed(const struct ledger *ledger, size_t page)
{
    return ledger->changed[page];
}

const char *ledger_title(void *self, const char *path)
{
    struct ledger *ledger = self;
    if (ledger->next == ledger->old->pages || strcmp(ledger->known[ledger->next].path, path) != 0)
        return NULL;
    size_t page = ledger->next++;
    return ledger->changed[page] ? NULL : ledger->known[page].title;
}

static void restore_page(const struct known *known, struct site_page *page)
{
    const struct fact *fact = &known->fact;
    const char *fragment = known->fragments, *file = known->files;
    page->minutes = fact->minutes;
    page->summary = fact->summary ? memory_copy(known->summary) : NULL;
    page->id_count = fact->ids;
    page->ids = memory_new(fact->ids, sizeof *page->ids);
    memcpy(page->ids, known->ids, fact->ids * sizeof *page->ids);
    page->link_count = fact->links;
    page->links = memory_new(fact->links, sizeof *page->links);
    for (size_t i = 0; i < fact->links; i++, fragment = after(fragment)) {
        uint32_t link[2];
        link_of(known, i, link);
        page->links[i] = (struct site_link){link[0], memory_copy(fragment), (int)link[1]};
    }
    page->file_count = fact->files;
    page->files = memory_new(fact->files, sizeof *page->files);
    for (size_t i = 0; i < fact->files; i++, file = after(file))
        page->files[i] = memory_copy(file);
}

bool ledger_restore(const struct ledger *ledger, struct site *site)
{
    bool same = ledger->old->pages == site->count;
    for (size_t i = 0; same && i < site->count; i++)
        same = strcmp(ledger->known[i].path, site->pages[i].entry->path) == 0 &&
               strcmp(ledger->known[i].title, site->pages[i].title) == 0;
    for (size_t i = 0; same && i < site->count; i++)
        if (!ledger->changed[i])
            restore_page(&ledger->known[i], &site->pages[i]);
    return same;
}

static bool has_files(const struct site_page *page, const struct known *known)
{
    const char *file = known->files;
    bool same = known->fact.files == page->file_count;
    for (size_t i = 0; same && i < page->file_count; i++, file = after(file))
        same = strcmp(file, page->files[i]) == 0;
    return same;
}

bool ledger_same_files(const struct ledger *ledger, const struct site *site)
{
    bool same = true;
    for (size_t i = 0; same && i < site->count; i++)
        same = !ledger->changed[i] || has_files(&site->pages[i], &ledger->known[i]);
    return same;
}

/* --- writing ---------------------------------------------------------------------------------------------- */

static void add_string(struct text *out, const char *string)
{
    text_add_bytes(out, string, strlen(string) + 1);
}

static void add_page(struct text *out, const struct site_page *page)
{
    struct fact fact = {.ids = page->id_count,
                        .links = (uint32_t)page->link_count,
                        .files = (uint32_t)page->file_count,
                        .minutes = page->minutes,
                        .summary = page->summary != NULL};
    text_add_bytes(out, (const char *)&fact, sizeof fact);
    text_add_bytes(out, (const char *)page->ids, page->id_count * sizeof *page->ids);
    for (size_t i = 0; i < page->link_count; i++)
        text_add_bytes(out, (const char *)(uint32_t[]){(uint32_t)page->links[i].page, (uint32_t)page->links[i].line},
                       2 * sizeof(uint32_t));
    add_string(out, page->entry->path);
    add_string(out, page->title);
    add_string(out, page->summary ? page->summary : "");
    for (size_t i = 0; i < page->link_count; i++)
        add_string(out, page->links[i].fragment);
    for (size_t i = 0; i < page->file_count; i++)
        add_string(out, page->files[i]);
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
    if (ledger->known != NULL)
        watch_old_folders(ledger);
    else
        watch_folders(ledger, ledger->options->output);
    struct head head = {.key = ledger->key,
                        .pages = site->count,
                        .lessons = site->lessons,
                        .blocks = ledger->known ? ledger->old->blocks : blocks,
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
        text_clear(&page);
        add_page(&page, &site->pages[i]);
        fwrite(page.bytes, 1, page.length, file);
    }
    if (file != NULL && fclose(file) != 0)
        unlink(path);
    text_free(&page);
    free(path);
}
