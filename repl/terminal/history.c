#include "terminal/history.h"

#include "base/array.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/place.h"
#include "base/text.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MOST_ENTRIES 2000

/* So many superfluous entries in the file are worth writing it anew. */
#define WASTE 200

struct entry {
    char *text;
    long long seconds; /* since 1970, when it was typed */
};

struct history {
    char *path;
    struct entry *entries;
    size_t count;
};

/* --- reading -------------------------------------------------------------------------------------------- */

/* "#SECONDS" or "#SECONDS LINES"; *lines becomes 0 when it is not said. */
static bool is_heading(const char *line, long long *seconds, size_t *lines)
{
    char *end;
    *lines = 0;
    if (*line != '#' || !isdigit((unsigned char)line[1]))
        return false;
    *seconds = strtoll(line + 1, &end, 10);
    if (*end == ' ' && isdigit((unsigned char)end[1]))
        *lines = strtoul(end + 1, &end, 10);
    return *end == '\n' || *end == '\0';
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end == NULL ? line + strlen(line) : end + 1;
}

/* The begin of what follows the entry at `at`, which has so many lines; 0: up to the next heading. */
static const char *entry_end(const char *at, size_t lines)
{
    long long seconds;
    size_t others;
    for (size_t i = 0; *at != '\0' && (lines == 0 || i < lines); i++) {
        if (lines == 0 && i > 0 && is_heading(at, &seconds, &others))
            break;
        at = next_line(at);
    }
    return at;
}

static void read_entries(struct history *history, const char *at)
{
    while (*at != '\0') {
        long long seconds = 0;
        size_t lines = 1, length;
        if (is_heading(at, &seconds, &lines))
            at = next_line(at);
        const char *end = entry_end(at, lines);
        for (length = (size_t)(end - at); length > 0 && at[length - 1] == '\n';)
            length--;
        if (length > 0)
            ARRAY_ADD(history->entries, history->count, (struct entry){memory_copy_bytes(at, length), seconds});
        at = end;
    }
}

static size_t hash_of(const char *text)
{
    size_t hash = 5381;
    for (; *text != '\0'; text++)
        hash = hash * 33 ^ (unsigned char)*text;
    return hash;
}

/* True when the set has the text already; adds it if not.  `room` is a power of two, more than will be added.
 */
static bool was_seen(const char **set, size_t room, const char *text)
{
    size_t at = hash_of(text) & (room - 1);
    for (; set[at] != NULL; at = (at + 1) & (room - 1))
        if (strcmp(set[at], text) == 0)
            return true;
    set[at] = text;
    return false;
}

/* Of entries that say the same the last one stays, and of all the newest; how many went. */
static size_t forget_superfluous(struct history *history)
{
    size_t room = 16, before = history->count, kept = before;
    while (room < 2 * before)
        room *= 2;
    const char **set = memory_new(room, sizeof *set);
    bool *goes = memory_new(before, sizeof *goes);
    for (size_t i = before; i-- > 0;) {
        goes[i] = before - kept >= MOST_ENTRIES || was_seen(set, room, history->entries[i].text);
        kept -= !goes[i];
    }
    history->count = 0;
    for (size_t i = 0; i < before; i++) {
        if (goes[i])
            free(history->entries[i].text);
        else
            history->entries[history->count++] = history->entries[i];
    }
    free(goes);
    free(set);
    return before - history->count;
}

/* --- writing -------------------------------------------------------------------------------------------- */

static void add_entry(struct text *out, const struct entry *entry)
{
    size_t lines = 1;
    for (const char *at = entry->text; *at != '\0'; at++)
        lines += *at == '\n';
    text_format(out, "#%lld %zu\n%s\n", entry->seconds, lines, entry->text);
}

static void write_all(const struct history *history)
{
    struct text out = TEXT_EMPTY;
    for (size_t i = 0; i < history->count; i++)
        add_entry(&out, &history->entries[i]);
    file_replace(history->path, out.bytes, out.length);
    text_free(&out);
}

/* In one piece or not at all: half an entry would swallow the next one.  False when it could not be written. */
static bool append(const struct history *history, const struct entry *entry)
{
    struct text out = TEXT_EMPTY;
    struct stat before;
    int fd = open(history->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    add_entry(&out, entry);
    bool fine = flock(fd, LOCK_EX) == 0 && fstat(fd, &before) == 0 &&
                (write(fd, out.bytes, out.length) == (ssize_t)out.length || ftruncate(fd, before.st_size) == 0);
    close(fd);
    text_free(&out);
    return fine;
}

/* --- the history ---------------------------------------------------------------------------------------- */

struct history *history_load(void)
{
    struct history *history = memory_new(1, sizeof *history);
    struct text file = TEXT_EMPTY;
    history->path = place_user("XDG_STATE_HOME", ".local/state", "history");
    file_make_folders(history->path);
    if (text_read_file(&file, history->path))
        read_entries(history, text_string(&file));
    text_free(&file);
    if (history->count > 0 && forget_superfluous(history) > WASTE)
        write_all(history);
    return history;
}

void history_free(struct history *history)
{
    if (history == NULL)
        return;
    for (size_t i = 0; i < history->count; i++)
        free(history->entries[i].text);
    free(history->entries);
    free(history->path);
    free(history);
}

size_t history_count(const struct history *history)
{
    return history->count;
}

const char *history_at(const struct history *history, size_t index)
{
    return history->entries[index].text;
}

/* The index of the entry, or count without. */
static size_t find(const struct history *history, const char *entry)
{
    for (size_t i = history->count; i-- > 0;)
        if (strcmp(history->entries[i].text, entry) == 0)
            return i;
    return history->count;
}

bool history_has(const struct history *history, const char *entry)
{
    return find(history, entry) < history->count;
}

void history_keep(struct history *history, const char *entry)
{
    if (*entry == '\0' || *entry == ' ')
        return;
    size_t before = find(history, entry);
    if (before < history->count && before + 1 == history->count)
        return;
    struct entry new = {.text = memory_copy(entry), .seconds = (long long)time(NULL)};
    if (before < history->count) {
        free(history->entries[before].text);
        history->count--;
        memmove(&history->entries[before], &history->entries[before + 1],
                (history->count - before) * sizeof *history->entries);
    }
    ARRAY_ADD(history->entries, history->count, new);
    append(history, &new);
}
