#include "terminal/history.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <readline/history.h>

#define MOST_ENTRIES 2000

/* So many superfluous lines in the file are worth writing it anew. */
#define WASTE 200

static char *state_folder(void)
{
    const char *xdg = getenv("XDG_STATE_HOME");
    if (xdg != NULL && *xdg == '/')
        return text_make("%s/sockrates", xdg);
    const char *home = getenv("HOME");
    return text_make("%s/.local/state/sockrates", home && *home ? home : "/tmp");
}

static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

static void forget(int index)
{
    HIST_ENTRY *removed = remove_history(index);
    if (removed != NULL)
        free(free_history_entry(removed));
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

/* Of entries that say the same the last one stays; how many went. */
static int forget_duplicates(void)
{
    int count = history_length, kept = 0;
    size_t room = 16;
    while (room < 2 * (size_t)count)
        room *= 2;
    const char **set = memory_new(room, sizeof *set);
    HIST_ENTRY **entries = history_list();
    bool *superfluous = memory_new((size_t)count, sizeof *superfluous);
    for (int i = count - 1; i >= 0; i--)
        superfluous[i] = was_seen(set, room, entries[i]->line);
    HISTORY_STATE *state = history_get_history_state();
    for (int i = 0; i < count; i++) {
        if (superfluous[i])
            free(free_history_entry(entries[i]));
        else
            entries[kept++] = entries[i];
    }
    if (entries != NULL)
        entries[kept] = NULL;
    state->length = kept;
    state->offset = kept;
    history_set_history_state(state);
    free(state);
    free(superfluous);
    free(set);
    return count - kept;
}

/* Forgets the earlier entry that says the same, if there is one. */
static void forget_same(const char *entry)
{
    HIST_ENTRY **entries = history_list();
    for (int i = history_length - 1; i >= 0; i--)
        if (strcmp(entries[i]->line, entry) == 0) {
            forget(i);
            return;
        }
}

char *history_load(void)
{
    char *folder = state_folder();
    char *path = text_make("%s/history", folder);
    free(folder);
    make_folders(path);
    using_history();
    history_comment_char = '#'; /* with times before entries, those of several lines can be told apart */
    history_write_timestamps = 1;
    history_multiline_entries = 1;
    if (read_history(path) != 0)
        return path;
    int waste = history_length - MOST_ENTRIES;
    stifle_history(MOST_ENTRIES);
    unstifle_history();
    waste = forget_duplicates() + (waste > 0 ? waste : 0);
    if (waste > WASTE)
        write_history(path);
    using_history();
    return path;
}

static void make_file(const char *path)
{
    FILE *file = fopen(path, "ae");
    if (file != NULL)
        fclose(file);
}

void history_keep(const char *path, const char *entry)
{
    if (*entry == '\0' || *entry == ' ')
        return;
    HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    if (last != NULL && strcmp(last->line, entry) == 0)
        return;
    forget_same(entry);
    add_history(entry);
    if (append_history(1, path) != 0) {
        make_file(path);
        append_history(1, path);
    }
}
