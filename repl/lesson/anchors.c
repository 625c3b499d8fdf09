#include "lesson/anchors.h"

#include "base/memory.h"
#include "base/text.h"

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

char *anchors_take_slug(struct anchors *anchors, const char *slug, int line)
{
    int taken;
    struct anchor *first = take(anchors, slug, line, &taken);
    char *name = memory_copy(slug);
    while (taken) {
        free(name);
        name = text_make("%s-%d", slug, ++first->copies);
        take(anchors, name, line, &taken);
    }
    return name;
}
