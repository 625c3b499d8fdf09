#include "cache.h"

#include "site.h"
#include "where.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/place.h"
#include "base/span.h"
#include "session/record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { DAYS_KEPT = 60 };

struct cache {
    char *folder;
    struct text world; /* what every lesson depends on */
};

char *cache_folder(const char *name)
{
    if (getenv("XDG_CACHE_HOME") == NULL && getenv("HOME") == NULL)
        return NULL; /* a folder for all would hold what others put there */
    char *folder = place_user("XDG_CACHE_HOME", ".cache", name);
    file_make_folders(folder);
    if (mkdir(folder, 0700) == 0 || errno == EEXIST)
        return folder;
    free(folder);
    return NULL;
}

/* A rebuilt program may answer otherwise, so it counts as another. */
void cache_add_world(struct text *world)
{
    struct utsname name;
    struct stat program = {.st_size = 0};
    uname(&name);
    stat("/proc/self/exe", &program);
    text_format(world, "Sockrates %s, %lld bytes of %lld.%09ld\n", SOCKRATES_VERSION, (long long)program.st_size,
                (long long)program.st_mtim.tv_sec, program.st_mtim.tv_nsec);
    text_format(world, "%s %s %s %s\n", name.sysname, name.release, name.version, name.machine);
    char *where = where_run();
    text_format(world, "%s\n", where);
    free(where);
    text_format(world, "user %d of %d\n", (int)geteuid(), (int)getegid());
}

struct cache *cache_open(void)
{
    char *folder = cache_folder("outcomes");
    if (folder == NULL)
        return NULL;
    struct cache *cache = memory_new(1, sizeof *cache);
    cache->folder = folder;
    cache_add_world(&cache->world);
    return cache;
}

/* Forgets what nobody asked for in a long time. */
static void forget_old(const struct cache *cache)
{
    DIR *list = opendir(cache->folder);
    time_t oldest = time(NULL) - (time_t)DAYS_KEPT * 24 * 3600;
    struct stat status;
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;)
        if (fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
            status.st_mtime < oldest)
            unlinkat(dirfd(list), entry->d_name, 0);
    if (list != NULL)
        closedir(list);
}

void cache_free(struct cache *cache)
{
    if (cache == NULL)
        return;
    forget_old(cache);
    free(cache->folder);
    text_free(&cache->world);
    free(cache);
}

/* Everything that the lesson's outcomes depend on. */
static void add_key(struct text *key, const struct cache *cache, const struct lesson *lesson)
{
    text_add_bytes(key, text_string(&cache->world), cache->world.length);
    text_format(key, "%s\n", lesson->path);
    for (size_t i = 0; i < lesson->exercise_count; i++)
        if (lesson->exercises[i].hidden_check != NULL)
            text_format(key, "check %d: %s\n", lesson->exercises[i].hidden_check_line,
                        lesson->exercises[i].hidden_check);
    text_add_bytes(key, lesson->source, lesson->source_length);
}

static char *path_of(const struct cache *cache, const struct text *key)
{
    return text_make("%s/%016llx.outcomes", cache->folder,
                     (unsigned long long)site_hash(text_string(key), key->length));
}

/* A block in the file: what became of it, and so many bytes of its outcome; 0 for none. */
struct kept_block {
    int32_t verdict, line;
    uint64_t length;
};

static void add_block(struct text *file, const struct block_run *block)
{
    struct text outcome = TEXT_EMPTY;
    if (block->outcome != NULL)
        record_write_whole(&outcome, block->outcome);
    struct kept_block kept = {(int32_t)block->verdict.kind, block->verdict.line, outcome.length};
    text_add_bytes(file, (const char *)&kept, sizeof kept);
    text_add_bytes(file, text_string(&outcome), outcome.length);
    text_free(&outcome);
}

/* Takes so many bytes off the front of what is left; NULL when there are fewer. */
static const char *take(struct span *left, uint64_t length)
{
    const char *bytes = left->text;
    if (length > left->length)
        return NULL;
    *left = span_after(*left, (size_t)length);
    return bytes;
}

static bool take_block(struct span *left, struct block_run *block)
{
    struct kept_block kept;
    const char *head = take(left, sizeof kept);
    if (head == NULL)
        return false;
    memcpy(&kept, head, sizeof kept);
    block->verdict.kind = (enum verdict_kind)kept.verdict;
    block->verdict.line = kept.line;
    const char *bytes = take(left, kept.length);
    if (bytes != NULL && kept.length > 0)
        block->outcome = record_read_whole(bytes, (size_t)kept.length);
    return bytes != NULL && (kept.length == 0 || block->outcome != NULL);
}

static bool take_run(struct span *left, struct lesson_run *run)
{
    bool fine = true;
    for (size_t i = 0; fine && i < run->lesson->block_count; i++) {
        fine = take_block(left, &run->blocks[i]);
        run->passed += run->blocks[i].verdict.kind == VERDICT_PASSED;
    }
    const char *elapsed = take(left, sizeof run->elapsed);
    if (elapsed != NULL)
        memcpy(&run->elapsed, elapsed, sizeof run->elapsed);
    return fine && elapsed != NULL && left->length == 0;
}

static void begin_run(struct lesson_run *run, struct lesson *lesson)
{
    *run = (struct lesson_run){.lesson = lesson, .blocks = memory_new(lesson->block_count, sizeof *run->blocks)};
    for (size_t i = 0; i < lesson->block_count; i++)
        run->blocks[i].block = lesson->blocks[i];
}

static void empty_run(struct lesson_run *run)
{
    for (size_t i = 0; i < run->lesson->block_count; i++)
        outcome_free(run->blocks[i].outcome);
    free(run->blocks);
}

/* The file is the key and a zero byte, the blocks, and how long it took. */
bool cache_find(const struct cache *cache, struct lesson *lesson, struct lesson_run *run)
{
    struct text key = TEXT_EMPTY, file = TEXT_EMPTY;
    if (cache == NULL)
        return false;
    add_key(&key, cache, lesson);
    char *path = path_of(cache, &key);
    bool found = text_read_file(&file, path) && file.length > key.length &&
                 memcmp(file.bytes, text_string(&key), key.length + 1) == 0;
    if (found) {
        struct span left = {file.bytes + key.length + 1, file.length - key.length - 1};
        begin_run(run, lesson);
        found = take_run(&left, run);
        if (!found)
            empty_run(run);
    }
    if (found)
        utimensat(AT_FDCWD, path, NULL, 0); /* used today */
    free(path);
    text_free(&file);
    text_free(&key);
    return found;
}

void cache_keep(const struct cache *cache, const struct lesson_run *run)
{
    if (cache == NULL || run->failed > 0 || run->skipped > 0 || run->stopped)
        return;
    struct text file = TEXT_EMPTY;
    add_key(&file, cache, run->lesson);
    char *path = path_of(cache, &file);
    text_add_char(&file, '\0');
    for (size_t i = 0; i < run->lesson->block_count; i++)
        add_block(&file, &run->blocks[i]);
    text_add_bytes(&file, (const char *)&run->elapsed, sizeof run->elapsed);
    unlink(path);
    file_create(path, file.bytes, file.length); /* a cache that cannot be written is no trouble */
    free(path);
    text_free(&file);
}
