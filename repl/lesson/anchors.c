#include "lesson/anchors.h"

#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct anchor {
    char *name;
    int line;
    int copies; /* how many slugs wanted this name after it was taken */
};

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct anchor *)a)->name, ((const struct anchor *)b)->name);
}

static void anchor_free(void *self)
{
    struct anchor *anchor = self;
    free(anchor->name);
    free(anchor);
}

void anchors_free(struct anchors *anchors)
{
    tdestroy(anchors->tree, anchor_free);
    anchors->tree = NULL;
}

/* The anchor of this name; *taken tells whether it was there before. */
static struct anchor *take(struct anchors *anchors, const char *name, int line, int *taken)
{
    struct anchor *anchor = memory_new(1, sizeof *anchor);
    anchor->name = memory_copy(name);
    anchor->line = line;
    struct anchor **found = tsearch(anchor, &anchors->tree, compare);
    if (found == NULL)
        abort(); /* only without memory */
    *taken = *found != anchor;
    if (*taken)
        anchor_free(anchor);
    return *found;
}

int anchors_take(struct anchors *anchors, const char *id, int line)
{
    int taken;
    struct anchor *anchor = take(anchors, id, line, &taken);
    return taken ? anchor->line : 0;
}

bool anchors_is_made(const char *id)
{
    static const char *const prefixes[] = {"quiz-", "code-", "ladder-", "fn-", "fnref-"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t length = strlen(prefixes[i]);
        if (strncmp(id, prefixes[i], length) != 0)
            continue;
        size_t digits = strspn(id + length, "0123456789");
        bool note = *id == 'f';
        return digits > 0 && (note || (id[length + digits] == '-' && isdigit((unsigned char)id[length + digits + 1])));
    }
    return false;
}

/* The slug, with a number where that is not 0, as no name that pages make. */
static char *name_of(const char *slug, int copy)
{
    char *name = copy > 0 ? text_make("%s-%d", slug, copy) : memory_copy(slug);
    char *free_name = text_make("%s%s", anchors_is_made(name) ? "section-" : "", name);
    free(name);
    return free_name;
}

char *anchors_take_slug(struct anchors *anchors, const char *slug, int line)
{
    int taken;
    char *name = name_of(slug, 0);
    struct anchor *first = take(anchors, name, line, &taken);
    while (taken) {
        free(name);
        name = name_of(slug, ++first->copies);
        take(anchors, name, line, &taken);
    }
    return name;
}
