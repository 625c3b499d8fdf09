#include "theme.h"

#include "template.h"

#include "base/array.h"
#include "base/inside.h"
#include "base/memory.h"
#include "base/place.h"
#include "base/rows.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const value_names[] = {
#define THEME_VALUE_NAME(symbol, name) [THEME_##symbol] = name,
    THEME_VALUES(THEME_VALUE_NAME)
#undef THEME_VALUE_NAME
};

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' &&
           (entry->d_type == DT_REG || entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN);
}

/* Our own theme may be installed as links; who hands us another gives us what lies in it. */
static bool read_bytes(struct text *bytes, const char *folder, const char *name, bool own)
{
    char *path = text_make("%s/%s", folder, name);
    bool fine = own ? text_read_file(bytes, path) : inside_read(bytes, folder, name);
    free(path);
    return fine;
}

static void read_file(struct theme *theme, const char *folder, const char *name, bool own,
                      struct complaints *complaints)
{
    char *path = text_make("%s/%s", folder, name);
    struct theme_file *file = ARRAY_MORE(theme->files, theme->count);
    *file = (struct theme_file){memory_copy(name), TEXT_EMPTY};
    if (!read_bytes(&file->bytes, folder, name, own))
        complaints_add(complaints, path, 0, "Cannot read this file of the theme: it %s.", inside_trouble(errno));
    else if (strcmp(name, "page.html") == 0)
        theme->page = template_parse(path, text_string(&file->bytes), value_names, THEME_COUNT, complaints);
    free(path);
}

/* Reads what is not there yet. */
static void read_folder(struct theme *theme, const char *folder, bool own, struct complaints *complaints)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_file, alphasort);
    if (count < 0) {
        complaints_add(complaints, folder, 0, "Cannot read this theme: %s.", strerror(errno));
        return;
    }
    for (int i = 0; i < count; i++) {
        if (row_named(theme->files, theme->count, sizeof *theme->files, entries[i]->d_name) == NULL)
            read_file(theme, folder, entries[i]->d_name, own, complaints);
        free(entries[i]);
    }
    free(entries);
}

struct theme *theme_read(const char *folder, struct complaints *complaints)
{
    struct theme *theme = memory_new(1, sizeof *theme);
    size_t before = complaints->count;
    char *own = place_theme();
    if (folder != NULL)
        read_folder(theme, folder, false, complaints);
    if (own != NULL)
        read_folder(theme, own, true, complaints);
    if (theme->page == NULL && complaints->count == before)
        complaints_add(complaints, own ? own : "theme", 0, "The theme has no page.html. Install Sockrates again.");
    free(own);
    if (complaints->count == before)
        return theme;
    theme_free(theme);
    return NULL;
}

const char *theme_text(const struct theme *theme, const char *name)
{
    const struct theme_file *file = row_named(theme->files, theme->count, sizeof *theme->files, name);
    return file ? text_string(&file->bytes) : NULL;
}

void theme_watch(const char *folder, struct ledger *ledger)
{
    struct dirent **entries;
    int count = folder ? scandir(folder, &entries, is_file, alphasort) : -1;
    if (folder != NULL)
        ledger_watch(ledger, folder);
    for (int i = 0; i < count; i++) {
        char *path = text_make("%s/%s", folder, entries[i]->d_name);
        ledger_watch(ledger, path);
        free(path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

void theme_free(struct theme *theme)
{
    if (theme == NULL)
        return;
    for (size_t i = 0; i < theme->count; i++) {
        free(theme->files[i].name);
        text_free(&theme->files[i].bytes);
    }
    free(theme->files);
    template_free(theme->page);
    free(theme);
}
