#include "cache.h"

#include "site.h"
#include "where.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/place.h"
#include "base/span.h"
#include "lab/fault.h"
#include "lesson/needs.h"
#include "lesson/plan.h"
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
    char *where = where_run(false);
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

static void add_code(struct text *key, const char *what, const char *code)
{
    text_format(key, "%s %zu\n%s\n", what, code ? strlen(code) : 0, code ? code : "");
}

/* Its code and its options; where it stands is no part of it. */
static void add_block_key(struct text *key, const struct block *block)
{
    text_format(key, "block %d %d %d %lld %lld %d %u %u %u %s\n", (int)block->role, block->ignored, block->hidden,
                (long long)block->timeout, (long long)block->time, block->percent, block->show, block->drawn,
                block->needs, block->error ? block->error : "");
    for (size_t i = 0; i < block->fault_count; i++) {
        char name[FAULT_NAME_ROOM];
        fault_name(&block->faults[i], name);
        text_format(key, "fault %s\n", name);
    }
    add_code(key, "code", block->code);
    add_code(key, "expected", block->expected ? cmark_node_get_literal(block->expected) : NULL);
    add_code(key, "ladder", block->ladder ? cmark_node_get_literal(block->ladder) : NULL);
}

static size_t index_of(const struct lesson *lesson, const struct block *block)
{
    size_t index = 0;
    while (index < lesson->block_count && lesson->blocks[index] != block)
        index++;
    return index;
}

/* Everything that the lesson's outcomes depend on; its prose is not among it. */
static void add_key(struct text *key, const struct cache *cache, const struct lesson *lesson)
{
    text_add_bytes(key, text_string(&cache->world), cache->world.length);
    text_format(key, "%s\nneeds %u\n%s", lesson->path, lesson->needs, needs_use_lab(lesson) ? "lab\n" : "");
    for (size_t i = 0; i < lesson->block_count; i++) {
        bool apart = i > 0 && lesson->apart && plan_heading_between(lesson, i - 1, i);
        text_add(key, apart ? "apart\n" : "");
        add_block_key(key, lesson->blocks[i]);
    }
    for (size_t i = 0; i < lesson->exercise_count; i++) {
        const struct exercise *exercise = &lesson->exercises[i];
        text_format(key, "exercise %zu %zu %zu\n", index_of(lesson, exercise->starter),
                    index_of(lesson, exercise->solution), index_of(lesson, exercise->check));
        add_code(key, "hidden", exercise->hidden_check);
    }
}

static char *path_of(const struct cache *cache, const struct text *key)
{
    return text_make("%s/%016llx.outcomes", cache->folder,
                     (unsigned long long)site_hash(text_string(key), key->length));
}

/* A block in the file: what became of it, and so many bytes of its outcome; 0 for none. */
struct kept_block {
    int32_t verdict, line;
    int32_t at;   /* the line where the block stood */
    int32_t tied; /* to that line: what came of it may name it */
    uint64_t length;
};

/* Lua cuts names of files that are longer, about. */
#define NAME_SHOWN 50

/* "lesson.md:12"; where a name was cut, the name alone. */
static bool names_a_line(const struct text *outcome, const char *name)
{
    const char *at = outcome->bytes, *end = at + outcome->length;
    size_t length = strlen(name);
    while ((at = memmem(at, (size_t)(end - at), name, length)) != NULL) {
        at += length;
        if (length == NAME_SHOWN || (at < end && *at == ':'))
            return true;
    }
    return false;
}

/* True when lines of the file may stand in what came of the block, as words. */
static bool is_tied(const struct lesson *lesson, const struct block *block, const struct text *outcome)
{
    char *name = text_make("%.*s", NAME_SHOWN, lesson->path);
    bool tied = strstr(block->code, "debug") != NULL ||
                (outcome->length > 0 &&
                 (memmem(outcome->bytes, outcome->length, " line ", 6) != NULL || names_a_line(outcome, name)));
    free(name);
    return tied;
}

static void add_block(struct text *file, const struct lesson *lesson, const struct block_run *block)
{
    struct text outcome = TEXT_EMPTY;
    if (block->outcome != NULL)
        record_write_whole(&outcome, block->outcome);
    struct kept_block kept = {.verdict = (int32_t)block->verdict.kind,
                              .line = block->verdict.line,
                              .at = block->block->line,
                              .tied = is_tied(lesson, block->block, &outcome),
                              .length = outcome.length};
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

static bool take_block(struct span *left, struct block_run *block, struct kept_block *kept)
{
    const char *head = take(left, sizeof *kept);
    if (head == NULL)
        return false;
    memcpy(kept, head, sizeof *kept);
    block->verdict.kind = (enum verdict_kind)kept->verdict;
    block->verdict.line = kept->line;
    const char *bytes = take(left, kept->length);
    if (bytes != NULL && kept->length > 0)
        block->outcome = record_read_whole(bytes, (size_t)kept->length);
    return bytes != NULL && (kept->length == 0 || block->outcome != NULL);
}

static int line_count(const char *code)
{
    int lines = 1;
    for (; *code != '\0'; code++)
        lines += *code == '\n';
    return lines;
}

/* Where the line is now that the blocks may stand elsewhere. */
static int moved_line(const struct lesson *lesson, const struct kept_block *kept, int line)
{
    for (size_t i = 0; i < lesson->block_count; i++)
        if (line >= kept[i].at && line < kept[i].at + line_count(lesson->blocks[i]->code))
            return line - kept[i].at + lesson->blocks[i]->line;
    return line;
}

static void move_events(const struct lesson *lesson, const struct kept_block *kept, struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->event_count; i++)
        outcome->events[i].line = moved_line(lesson, kept, outcome->events[i].line);
    for (size_t i = 0; i < outcome->earlier.count; i++) {
        struct event *event = (struct event *)outcome->earlier.events[i]; /* read from the file, nobody else has it */
        event->line = moved_line(lesson, kept, event->line);
    }
}

/* Prose may have moved the blocks; false when that changes more than numbers. */
static bool move_lines(struct lesson_run *run, const struct kept_block *kept)
{
    const struct lesson *lesson = run->lesson;
    bool moved = false, tied = false;
    for (size_t i = 0; i < lesson->block_count; i++) {
        moved = moved || kept[i].at != lesson->blocks[i]->line;
        tied = tied || kept[i].tied;
    }
    for (size_t i = 0; moved && !tied && i < lesson->block_count; i++) {
        struct block_run *block = &run->blocks[i];
        block->verdict.line = moved_line(lesson, kept, block->verdict.line);
        if (block->outcome == NULL)
            continue;
        block->outcome->error.line = moved_line(lesson, kept, block->outcome->error.line);
        move_events(lesson, kept, block->outcome);
    }
    return !moved || !tied;
}

static bool take_run(struct span *left, struct lesson_run *run)
{
    bool fine = true;
    struct kept_block *kept = memory_new(run->lesson->block_count + 1, sizeof *kept);
    for (size_t i = 0; fine && i < run->lesson->block_count; i++) {
        fine = take_block(left, &run->blocks[i], &kept[i]);
        run->passed += run->blocks[i].verdict.kind == VERDICT_PASSED;
    }
    const char *elapsed = take(left, sizeof run->elapsed);
    if (elapsed != NULL)
        memcpy(&run->elapsed, elapsed, sizeof run->elapsed);
    fine = fine && move_lines(run, kept);
    free(kept);
    return fine && elapsed != NULL && left->length == 0;
}

static void begin_run(struct lesson_run *run, struct lesson *lesson)
{
    *run = (struct lesson_run){
        .lesson = lesson, .lab = needs_use_lab(lesson), .blocks = memory_new(lesson->block_count, sizeof *run->blocks)};
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
        add_block(&file, run->lesson, &run->blocks[i]);
    text_add_bytes(&file, (const char *)&run->elapsed, sizeof run->elapsed);
    unlink(path);
    file_create(path, file.bytes, file.length); /* a cache that cannot be written is no trouble */
    free(path);
    text_free(&file);
}
