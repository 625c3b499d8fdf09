#include "terminal/reference.h"

#include "lua/globals.h"
#include "lua/help.h"
#include "render/advice.h"

#include <ctype.h>
#include <string.h>

/* What the tutor advises says more than the one sentence. */
static void describe_symbol(struct text *markdown, struct help_entry *entry)
{
    struct advice advice;
    bool advised = advice_about(&advice, entry->bare);
    if (advised)
        entry->text = NULL;
    help_describe(markdown, entry);
    if (advised)
        text_format(markdown, "\n%s %s\n", advice.seen, advice.attempt);
    advice_free(&advice);
}

bool reference_describe(struct text *markdown, const char *name)
{
    struct help_entry entry;
    if (!help_find(name, &entry))
        return false;
    if (entry.kind == HELP_ERRNO || strncmp(entry.bare, "EAI_", 4) == 0)
        describe_symbol(markdown, &entry);
    else
        help_describe(markdown, &entry);
    return true;
}

void reference_nearest(struct text *names, const char *name)
{
    enum { MOST = 3 };
    const char *near[MOST];
    size_t count = help_nearest(name, near, MOST);
    for (size_t i = 0; i < count; i++)
        text_format(names, "%s%s", i > 0 ? ", " : "", near[i]);
}

const char *reference_signature(const char *code, size_t offset, const char *name)
{
    if (offset == 0 || (code[offset - 1] != '.' && code[offset - 1] != ':'))
        return NULL;
    size_t begin = offset - 1;
    while (begin > 0 && (isalnum((unsigned char)code[begin - 1]) || code[begin - 1] == '_'))
        begin--;
    for (size_t i = 0; modules[i] != NULL; i++) {
        bool method = code[offset - 1] == ':';
        size_t length = offset - 1 - begin;
        bool named = strlen(modules[i]->name) == length && strncmp(modules[i]->name, code + begin, length) == 0;
        const struct function_row *row;
        const char *receiver;
        for (size_t k = 0; (method || named) && (row = module_row_at(modules[i], k, &receiver)) != NULL; k++)
            if ((receiver != NULL) == method && strcmp(row->name, name) == 0)
                return row->signature;
    }
    return NULL;
}
