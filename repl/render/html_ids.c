#include "render/html_ids.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <search.h>

struct taken {
    unsigned again; /* how often the same was wanted once more */
    char id[];
};

struct html_ids {
    void *tree;
};

static int compare(const void *a, const void *b)
{
    const struct taken *left = a, *right = b;
    return strcmp(left->id, right->id);
}

struct html_ids *html_ids_new(void)
{
    return memory_new(1, sizeof(struct html_ids));
}

void html_ids_free(struct html_ids *ids)
{
    if (ids == NULL)
        return;
    tdestroy(ids->tree, free);
    free(ids);
}

/* The record of the id; *fresh tells whether it was free until now. */
static struct taken *find_or_add(struct html_ids *ids, const char *id, bool *fresh)
{
    size_t length = strlen(id);
    struct taken *mine = memory_new(1, sizeof *mine + length + 1);
    memcpy(mine->id, id, length + 1);
    struct taken **found = tsearch(mine, &ids->tree, compare);
    *fresh = found != NULL && *found == mine;
    if (*fresh)
        return mine;
    free(mine);
    if (found == NULL)
        abort();
    return *found;
}

const char *html_ids_take(struct html_ids *ids, const char *wanted)
{
    bool fresh;
    struct taken *first = find_or_add(ids, wanted, &fresh);
    struct taken *taken = first;
    while (!fresh) {
        char *other = text_make("%s-%u", wanted, ++first->again);
        taken = find_or_add(ids, other, &fresh);
        free(other);
    }
    return taken->id;
}
