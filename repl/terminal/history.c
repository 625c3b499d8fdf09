#include "terminal/history.h"

#include "base/memory.h"
#include "base/text.h"

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

/* Forgets earlier entries that say the same; how many there were. */
static int forget_same(const char *entry, int before)
{
    int forgotten = 0;
    for (int i = before - 1; i >= 0; i--) {
        HIST_ENTRY *old = history_get(history_base + i);
        if (old == NULL || strcmp(old->line, entry) != 0)
            continue;
        HIST_ENTRY *removed = remove_history(i);
        if (removed != NULL)
            free(free_history_entry(removed));
        forgotten++;
    }
    return forgotten;
}

static int forget_duplicates(void)
{
    int forgotten = 0;
    for (int i = history_length - 1; i > 0; i--) {
        HIST_ENTRY *entry = history_get(history_base + i);
        int here = entry ? forget_same(entry->line, i) : 0;
        forgotten += here;
        i -= here;
    }
    return forgotten;
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
    forget_same(entry, history_length);
    add_history(entry);
    if (append_history(1, path) != 0) {
        make_file(path);
        append_history(1, path);
    }
}
