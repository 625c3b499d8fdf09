#include "stamps.h"

#include "cache.h"

#include "base/file.h"
#include "base/memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * A file that changed just before it was looked at may change again without its times telling.  So a build
 * counts only when every source was older than this when the build began.
 */
#define YOUNG INT64_C(20000000)

/* How a file or folder was; `path` bytes follow, with their zero. */
struct stamp {
    uint64_t inode, size;
    int64_t modified, changed;
    uint32_t length; /* of the path with its zero, rounded up to eight */
    uint32_t there;
};

struct head {
    char magic[8];
    uint64_t key; /* hash of what the options say */
    uint64_t pages, blocks, stamps;
};

static const char magic[8] = "sockr 1";

struct stamps {
    char *path;
    char *output;
    uint64_t key;
    pthread_mutex_t lock; /* for what follows */
    struct text list; /* the head, then the stamps */
    size_t count;
    int64_t begun;
    bool young; /* a source changed only just now */
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
static char *path_of(const char *output)
{
    char *real = realpath(output, NULL), *folder = cache_folder("sites");
    char *path = real && folder ? text_make("%s/%016llx.state", folder, (unsigned long long)site_hash(real, strlen(real)))
                                : NULL;
    free(real);
    free(folder);
    return path;
}

static bool is_same(const struct stamp *stamp)
{
    struct stamp here = stamp_of((const char *)(stamp + 1));
    return here.there == stamp->there && here.inode == stamp->inode && here.size == stamp->size &&
           here.modified == stamp->modified && here.changed == stamp->changed;
}

static bool are_same(const struct head *head, size_t length)
{
    const char *at = (const char *)(head + 1), *end = (const char *)head + length;
    for (uint64_t i = 0; i < head->stamps; i++) {
        const struct stamp *stamp = (const struct stamp *)at;
        if ((size_t)(end - at) < sizeof *stamp || (size_t)(end - at) - sizeof *stamp < stamp->length ||
            stamp->length == 0 || stamp->length % 8 != 0 || at[sizeof *stamp + stamp->length - 1] != '\0' ||
            !is_same(stamp))
            return false;
        at += sizeof *stamp + stamp->length;
    }
    return at == end;
}

bool stamps_current(const struct site_options *options, struct stamps_facts *facts)
{
    char *path = path_of(options->output);
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    struct stat status;
    bool same = false;
    free(path);
    if (file < 0)
        return false;
    if (fstat(file, &status) == 0 && (size_t)status.st_size >= sizeof(struct head)) {
        size_t length = (size_t)status.st_size;
        struct head *head = mmap(NULL, length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
        if (head != MAP_FAILED) {
            same = memcmp(head->magic, magic, sizeof magic) == 0 && head->key == key_of(options) &&
                   are_same(head, length);
            *facts = (struct stamps_facts){(size_t)head->pages, (size_t)head->blocks};
            munmap(head, length);
        }
    }
    close(file);
    return same;
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
    text_add_bytes(&stamps->list, (const char *)&(struct head){.key = 0}, sizeof(struct head));
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

static void watch(struct stamps *stamps, const char *path)
{
    struct stamp stamp = stamp_of(path);
    size_t length = strlen(path) + 1;
    stamp.length = (uint32_t)((length + 7) / 8 * 8);
    pthread_mutex_lock(&stamps->lock);
    text_add_bytes(&stamps->list, (const char *)&stamp, sizeof stamp);
    text_add_bytes(&stamps->list, path, length);
    text_add_bytes(&stamps->list, "\0\0\0\0\0\0\0", stamp.length - length);
    stamps->count++;
    stamps->young = stamps->young || stamp.modified > stamps->begun - YOUNG;
    pthread_mutex_unlock(&stamps->lock);
}

void stamps_watch(struct stamps *stamps, const char *path)
{
    if (stamps != NULL)
        watch(stamps, path);
}

/* The folders of the output: who removes, adds or renames a page of it changes one of them. */
static void watch_folders(struct stamps *stamps, const char *folder)
{
    DIR *list = opendir(folder);
    watch(stamps, folder);
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

void stamps_save(struct stamps *stamps, const struct stamps_facts *facts)
{
    char *path = stamps && !stamps->young ? path_of(stamps->output) : NULL;
    if (path == NULL)
        return;
    watch_folders(stamps, stamps->output);
    struct head head = {.key = stamps->key, .pages = facts->pages, .blocks = facts->blocks, .stamps = stamps->count};
    memcpy(head.magic, magic, sizeof magic);
    memcpy(stamps->list.bytes, &head, sizeof head);
    unlink(path);
    file_create(path, stamps->list.bytes, stamps->list.length); /* without it the next build only takes longer */
    free(path);
}
