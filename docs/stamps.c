#include "stamps.h"

#include "cache.h"

#include "base/file.h"
#include "base/memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
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

/* How a file or folder was; `path` bytes follow, with their zero. */
struct stamp {
    uint64_t inode, size;
    int64_t modified, changed;
    uint32_t page;   /* of a page's source: its number */
    uint16_t length; /* of the path with its zero, rounded up to eight; no path is longer than that */
    uint8_t there;
    uint8_t kind; /* enum stamp_kind */
};

enum stamp_kind {
    STAMP_REST,   /* everything depends on it */
    STAMP_FOLDER, /* of lessons: says only that some may have come or gone */
    STAMP_PAGE,   /* one page depends on it */
    STAMP_OUTPUT, /* a folder of the site as it was left */
};

struct head {
    char magic[8];
    uint64_t key;  /* hash of what the options say */
    int64_t build; /* when it was */
    uint64_t pages, blocks, stamps;
};

static const char magic[8] = "sockr 3";

struct stamps {
    char *path;
    char *output;
    uint64_t key;
    pthread_mutex_t lock; /* for what follows */
    struct text list;     /* the head, then the stamps */
    size_t count;
    int64_t begun;
};

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return nanoseconds(time);
}

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

/* One state for each output folder; NULL when none can be kept. */
static char *path_of(const char *output, const char *end)
{
    char *real = realpath(output, NULL), *folder = cache_folder("sites");
    char *path = real && folder
                     ? text_make("%s/%016llx.%s", folder, (unsigned long long)site_hash(real, strlen(real)), end)
                     : NULL;
    free(real);
    free(folder);
    return path;
}

char *stamps_beside(const struct site_options *options, const char *end)
{
    return path_of(options->output, end);
}

int64_t stamps_build(const struct stamps *stamps)
{
    return stamps->begun;
}

static void forget(struct stamps *stamps)
{
    text_clear(&stamps->list);
    text_add_bytes(&stamps->list, (const char *)&(struct head){.key = 0}, sizeof(struct head));
    stamps->count = 0;
}

static bool is_same(const struct stamp *stamp)
{
    struct stamp here = stamp_of((const char *)(stamp + 1));
    return here.there == stamp->there && here.inode == stamp->inode && here.size == stamp->size &&
           here.modified == stamp->modified && here.changed == stamp->changed;
}

/* The stamp behind this one; NULL at the end, or where the list is broken. */
static const struct stamp *next_stamp(const struct stamp *stamp, const char *end)
{
    const char *at = (const char *)stamp;
    size_t left = (size_t)(end - at);
    if (left < sizeof *stamp || left - sizeof *stamp < stamp->length || stamp->length == 0 || stamp->length % 8 != 0 ||
        at[sizeof *stamp + stamp->length - 1] != '\0')
        return NULL;
    return (const struct stamp *)(at + sizeof *stamp + stamp->length);
}

static void keep(struct stamps *stamps, const struct stamp *stamp)
{
    text_add_bytes(&stamps->list, (const char *)stamp, sizeof *stamp + stamp->length);
    stamps->count++;
}

static void note_change(struct stamps_before *before, uint64_t page)
{
    for (size_t i = before->changed_count; i-- > 0;)
        if (before->changed[i] == page)
            return;
    before->changed = memory_resize(before->changed, before->changed_count + 1, sizeof *before->changed);
    before->changed[before->changed_count++] = (size_t)page;
}

/* Looks at every file of the list; false when more than single pages changed. */
static bool compare(const struct head *head, size_t length, struct stamps *stamps, struct stamps_before *before)
{
    const struct stamp *stamp = (const struct stamp *)(head + 1), *next;
    const char *end = (const char *)head + length;
    before->same = true;
    for (uint64_t i = 0; i < head->stamps; i++, stamp = next) {
        if ((next = next_stamp(stamp, end)) == NULL)
            return false;
        bool same = is_same(stamp);
        before->same = before->same && same;
        if (same && stamps != NULL && (stamp->kind == STAMP_REST || stamp->kind == STAMP_PAGE))
            keep(stamps, stamp);
        else if (!same && stamp->kind == STAMP_PAGE)
            note_change(before, stamp->page);
        else if (!same && stamp->kind != STAMP_FOLDER)
            return before->same = false;
    }
    return (const char *)stamp == end && before->changed_count <= 1 + head->pages / FEW;
}

/* What the file says, mapped; NULL when it is not there or of other options. */
static struct head *map_state(const struct site_options *options, size_t *length)
{
    char *path = path_of(options->output, "state");
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
    if (memcmp(head->magic, magic, sizeof magic) == 0 && head->key == key_of(options))
        return head;
    munmap(head, *length);
    return NULL;
}

struct stamps_before stamps_compare(const struct site_options *options, struct stamps *stamps)
{
    struct stamps_before before = {.same = false};
    size_t length;
    struct head *head = map_state(options, &length);
    if (head == NULL)
        return before;
    before.pages = (size_t)head->pages;
    before.blocks = (size_t)head->blocks;
    before.build = head->build;
    before.near = compare(head, length, stamps, &before);
    munmap(head, length);
    before.same = before.same && before.near;
    if (!before.near && stamps != NULL)
        forget(stamps);
    return before;
}

struct stamps *stamps_new(const struct site_options *options)
{
    char *folder = cache_folder("sites");
    if (folder == NULL)
        return NULL;
    struct stamps *stamps = memory_new(1, sizeof *stamps);
    stamps->output = memory_copy(options->output);
    stamps->key = key_of(options);
    stamps->begun = now();
    forget(stamps);
    pthread_mutex_init(&stamps->lock, NULL);
    free(folder);
    return stamps;
}

void stamps_free(struct stamps *stamps)
{
    if (stamps == NULL)
        return;
    pthread_mutex_destroy(&stamps->lock);
    text_free(&stamps->list);
    free(stamps->output);
    free(stamps);
}

static void watch(struct stamps *stamps, const char *path, enum stamp_kind kind, size_t page)
{
    struct stamp stamp = stamp_of(path);
    size_t length = strnlen(path, PATH_MAX) + 1;
    stamp.length = (uint16_t)((length + 7) / 8 * 8);
    stamp.kind = (uint8_t)kind;
    stamp.page = (uint32_t)page;
    if (kind != STAMP_OUTPUT && stamp.modified > stamps->begun - YOUNG)
        stamp.modified = stamp.changed = 0;
    pthread_mutex_lock(&stamps->lock);
    text_add_bytes(&stamps->list, (const char *)&stamp, sizeof stamp);
    text_add_bytes(&stamps->list, path, length - 1);
    text_add_char(&stamps->list, '\0');
    text_add_bytes(&stamps->list, "\0\0\0\0\0\0\0", stamp.length - length);
    stamps->count++;
    pthread_mutex_unlock(&stamps->lock);
}

void stamps_watch(struct stamps *stamps, const char *path)
{
    if (stamps != NULL)
        watch(stamps, path, STAMP_REST, 0);
}

void stamps_watch_folder(struct stamps *stamps, const char *path)
{
    if (stamps != NULL)
        watch(stamps, path, STAMP_FOLDER, 0);
}

void stamps_watch_page(struct stamps *stamps, const char *path, size_t page)
{
    if (stamps != NULL)
        watch(stamps, path, STAMP_PAGE, page);
}

void stamps_doubt(struct stamps *stamps, size_t page)
{
    if (stamps == NULL)
        return;
    pthread_mutex_lock(&stamps->lock);
    char *at = stamps->list.bytes + sizeof(struct head);
    for (size_t i = 0; i < stamps->count; i++) {
        struct stamp *stamp = (struct stamp *)at;
        if (stamp->kind == STAMP_PAGE && stamp->page == page)
            stamp->there = 2; /* as no file is */
        at += sizeof *stamp + stamp->length;
    }
    pthread_mutex_unlock(&stamps->lock);
}

/* The folders of the output: who removes, adds or renames a page of it changes one of them. */
static void watch_folders(struct stamps *stamps, const char *folder)
{
    DIR *list = opendir(folder);
    watch(stamps, folder, STAMP_OUTPUT, 0);
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
        struct stat status;
        bool below = entry->d_name[0] != '.' && entry->d_type != DT_REG &&
                     fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
        char *path = below ? text_make("%s/%s", folder, entry->d_name) : NULL;
        if (below)
            watch_folders(stamps, path);
        free(path);
    }
    if (list != NULL)
        closedir(list);
}

void stamps_save(struct stamps *stamps, size_t pages, size_t blocks)
{
    char *path = stamps ? path_of(stamps->output, "state") : NULL;
    if (path == NULL)
        return;
    watch_folders(stamps, stamps->output);
    struct head head = {
        .key = stamps->key, .build = stamps->begun, .pages = pages, .blocks = blocks, .stamps = stamps->count};
    memcpy(head.magic, magic, sizeof magic);
    memcpy(stamps->list.bytes, &head, sizeof head);
    unlink(path);
    file_create(path, stamps->list.bytes, stamps->list.length); /* without it the next build only takes longer */
    free(path);
}
