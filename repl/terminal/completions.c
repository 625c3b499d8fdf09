#include "terminal/completions.h"

#include "base/array.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* More than these are shown without their notes, in columns. */
#define MOST_NOTED 25

void completions_add(struct completions *completions, const char *name, const char *note)
{
    ARRAY_ADD(completions->list, completions->count, (struct completion){memory_copy(name), memory_copy(note)});
}

void completions_free(struct completions *completions)
{
    for (size_t i = 0; i < completions->count; i++) {
        free(completions->list[i].name);
        free(completions->list[i].note);
    }
    free(completions->list);
    *completions = (struct completions){NULL, 0};
}

/* What all the names begin with. */
static size_t common_length(const struct completions *completions)
{
    size_t length = strlen(completions->list[0].name);
    for (size_t i = 1; i < completions->count; i++)
        for (size_t k = 0; k < length; k++)
            if (completions->list[i].name[k] != completions->list[0].name[k])
                length = k;
    return length;
}

char **completions_matches(const struct completions *completions)
{
    if (completions->count == 0)
        return NULL;
    char **matches = memory_new(completions->count + 2, sizeof *matches);
    matches[0] = memory_copy_bytes(completions->list[0].name, common_length(completions));
    for (size_t i = 0; completions->count > 1 && i < completions->count; i++)
        matches[i + 1] = memory_copy(completions->list[i].name);
    return matches;
}

void completions_show(struct text *out, const struct completions *completions, int longest, const struct look *look)
{
    bool noted = false;
    for (size_t i = 0; i < completions->count; i++)
        noted = noted || completions->list[i].note != NULL;
    for (size_t i = 0; noted && completions->count <= MOST_NOTED && i < completions->count; i++) {
        const struct completion *completion = &completions->list[i];
        struct text margin = TEXT_EMPTY;
        text_add_repeat(&margin, " ", (size_t)longest + 4);
        char *first = text_make("  %-*s  ", longest, completion->name);
        char *note = text_make("%s%s%s", look_on(look, STYLE_QUIET), completion->note ? completion->note : "",
                               look_off(look, STYLE_QUIET));
        look_wrap(out, look, first, text_string(&margin), note);
        free(first);
        free(note);
        text_free(&margin);
    }
}
