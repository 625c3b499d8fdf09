#include "cache.h"

#include "site.h"
#include "where.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
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
    return text_make("%s/%016llx.json", cache->folder, (unsigned long long)site_hash(text_string(key), key->length));
}

/* Events hold no pointers, so their bytes say everything; those at the end are mostly zero, and are left out. */
static json_t *event_to_json(const struct event *event)
{
    const unsigned char *bytes = (const unsigned char *)event;
    size_t length = sizeof *event;
    char hex[2 * sizeof *event];
    while (length > 0 && bytes[length - 1] == 0)
        length--;
    for (size_t k = 0; k < length; k++) {
        hex[2 * k] = "0123456789abcdef"[bytes[k] >> 4];
        hex[2 * k + 1] = "0123456789abcdef"[bytes[k] & 15];
    }
    return json_stringn(hex, 2 * length);
}

static json_t *events_to_json(const struct event *events, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, event_to_json(&events[i]));
    return list;
}

static json_t *earlier_to_json(const struct earlier *earlier)
{
    json_t *list = json_array();
    for (size_t i = 0; i < earlier->count; i++)
        json_array_append_new(list, event_to_json(earlier->events[i]));
    return list;
}

static int digit_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

static void event_from_json(struct event *event, const json_t *text)
{
    const char *hex = json_string_value(text);
    unsigned char *bytes = (unsigned char *)event;
    for (size_t k = 0; k < json_string_length(text) / 2 && k < sizeof *event; k++)
        bytes[k] = (unsigned char)(digit_value(hex[2 * k]) << 4 | digit_value(hex[2 * k + 1]));
}

static struct event *events_from_json(const json_t *list, size_t *count)
{
    *count = json_array_size(list);
    struct event *events = memory_new(*count, sizeof *events);
    for (size_t i = 0; i < *count; i++)
        event_from_json(&events[i], json_array_get(list, i));
    return events;
}

static void earlier_from_json(struct earlier *earlier, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct event event = {0};
        event_from_json(&event, json_array_get(list, i));
        earlier_add(earlier, &event);
    }
}

static void actors_from_json(struct outcome *outcome, const json_t *json)
{
    size_t count = json_array_size(json);
    if (outcome->actors != NULL || count == 0)
        return;
    outcome->actors = memory_new(count, sizeof *outcome->actors);
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(json, i));
        outcome->actors[outcome->actor_count++] = memory_copy(name ? name : "");
    }
}

static json_t *block_to_json(const struct block_run *block)
{
    json_t *json = json_pack("{s:i, s:i}", "verdict", (int)block->verdict.kind, "line", block->verdict.line);
    if (block->outcome == NULL)
        return json;
    json_object_set_new(json, "outcome", outcome_result_to_json(block->outcome));
    json_object_set_new(json, "events", events_to_json(block->outcome->events, block->outcome->event_count));
    json_object_set_new(json, "earlier", earlier_to_json(&block->outcome->earlier));
    json_object_set_new(json, "forgotten", json_integer((json_int_t)block->outcome->earlier.forgotten));
    return json;
}

static bool block_from_json(struct block_run *block, const json_t *json)
{
    const json_t *outcome = json_object_get(json, "outcome");
    block->verdict.kind = (enum verdict_kind)json_integer_value(json_object_get(json, "verdict"));
    block->verdict.line = (int)json_integer_value(json_object_get(json, "line"));
    if (outcome == NULL)
        return json_is_object(json);
    struct outcome *made = block->outcome = outcome_from_json(outcome);
    if (made == NULL)
        return false;
    made->events = events_from_json(json_object_get(json, "events"), &made->event_count);
    earlier_from_json(&made->earlier, json_object_get(json, "earlier"));
    made->earlier.forgotten = (uint64_t)json_integer_value(json_object_get(json, "forgotten"));
    actors_from_json(made, json_object_get(outcome, "actors"));
    return true;
}

static bool run_from_json(struct lesson_run *run, const json_t *json)
{
    const json_t *blocks = json_object_get(json, "blocks");
    bool fine = json_array_size(blocks) == run->lesson->block_count;
    for (size_t i = 0; fine && i < run->lesson->block_count; i++) {
        fine = block_from_json(&run->blocks[i], json_array_get(blocks, i));
        run->passed += run->blocks[i].verdict.kind == VERDICT_PASSED;
    }
    run->elapsed = json_integer_value(json_object_get(json, "elapsed"));
    return fine;
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

bool cache_find(const struct cache *cache, struct lesson *lesson, struct lesson_run *run)
{
    struct text key = TEXT_EMPTY;
    if (cache == NULL)
        return false;
    add_key(&key, cache, lesson);
    char *path = path_of(cache, &key);
    json_t *json = json_load_file(path, 0, NULL);
    json_t *kept = json_object_get(json, "key");
    bool found =
        json_string_length(kept) == key.length && memcmp(json_string_value(kept), text_string(&key), key.length) == 0;
    if (found) {
        begin_run(run, lesson);
        found = run_from_json(run, json);
        if (!found)
            empty_run(run);
    }
    if (found)
        utimensat(AT_FDCWD, path, NULL, 0); /* used today */
    json_decref(json);
    free(path);
    text_free(&key);
    return found;
}

void cache_keep(const struct cache *cache, const struct lesson_run *run)
{
    if (cache == NULL || run->failed > 0 || run->skipped > 0 || run->stopped)
        return;
    struct text key = TEXT_EMPTY;
    add_key(&key, cache, run->lesson);
    json_t *blocks = json_array();
    for (size_t i = 0; i < run->lesson->block_count; i++)
        json_array_append_new(blocks, block_to_json(&run->blocks[i]));
    json_t *json = json_pack("{s:o, s:I, s:o}", "key", json_stringn(text_string(&key), key.length), "elapsed",
                             (json_int_t)run->elapsed, "blocks", blocks);
    char *bytes = json ? json_dumps(json, JSON_COMPACT) : NULL, *path = path_of(cache, &key);
    unlink(path);
    if (bytes != NULL)
        file_create(path, bytes, strlen(bytes)); /* a cache that cannot be written is no trouble */
    free(bytes);
    free(path);
    json_decref(json);
    text_free(&key);
}
