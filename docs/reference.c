#include "reference.h"

#include "base/place.h"
#include "front.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LOOKED_AT = 20,   /* lessons that tell whether a course runs Lua */
    HEAD = 64 * 1024, /* how much of each */
};

static bool runs_lua(const char *path)
{
    char head[HEAD];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, head, sizeof head);
    if (file >= 0)
        close(file);
    return length > 0 && memmem(head, (size_t)length, "```lua", 6) != NULL;
}

static bool is_wanted(const struct site *site)
{
    bool wanted = site->options->reference == REFERENCE_ALWAYS;
    for (size_t i = 0; i < site->count && i < LOOKED_AT && !wanted; i++)
        wanted = runs_lua(site->pages[i].entry->path);
    return wanted && site->options->reference != REFERENCE_NEVER;
}

/* A course may have a folder of that name. */
static bool is_taken(const struct site *site)
{
    bool taken = false;
    for (size_t i = 0; i < site->count && !taken; i++)
        taken = strncmp(site->pages[i].source, "reference/", 10) == 0;
    return taken;
}

void reference_add(struct site *site, course_titles *known, void *self, struct complaints *complaints)
{
    char *folder = place_manual(), *whole = folder ? realpath(folder, NULL) : NULL;
    bool wanted = whole != NULL && strcmp(whole, site->folder) != 0 && is_wanted(site) && !is_taken(site);
    struct course *manual = wanted ? course_read_known(whole, known, self, false, complaints) : NULL;
    if (manual != NULL)
        site_add_manual(site, manual);
    free(whole);
    free(folder);
}

void reference_list(struct text *out, const struct site *site)
{
    text_add(out, "<h1>Reference</h1>\n");
    front_lessons(out, site, site->lessons, site->count, "../");
}
