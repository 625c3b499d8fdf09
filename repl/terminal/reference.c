#include "terminal/reference.h"

#include "base/nearest.h"
#include "lua/help.h"
#include "render/advice.h"

#include <ctype.h>
#include <string.h>

/* --- describing ----------------------------------------------------------------------------------------- */

/* What else has the same name: s:poll and select.poll; the term timeout and the option timeout=TIME. */
static void add_others(struct text *markdown, struct manual *manual, const struct manual_entry *section)
{
    const struct manual_entry *other;
    size_t count = 0;
    for (size_t i = 0; (other = manual_at(manual, i)) != NULL; i++) {
        if (other->term || strcmp(other->bare, section->bare) != 0 || strcmp(other->signature, section->signature) == 0)
            continue;
        bool option = strchr("=:", other->signature[strlen(other->name)]) != NULL;
        text_format(markdown, "%s`%s`", count++ == 0 ? "\n\nThere is also " : ", ",
                    option ? other->signature : other->name);
    }
    text_add(markdown, count > 0 ? "." : "");
}

static void add_facts(struct text *markdown, const struct help_entry *known, const char *before)
{
    size_t length = markdown->length;
    text_add(markdown, before);
    help_facts(markdown, known);
    if (markdown->length == length + strlen(before))
        text_cut(markdown, length);
}

/* Either of both may be NULL. */
static void describe(struct text *markdown, const struct manual_entry *section, const struct help_entry *known)
{
    bool code = known != NULL && known->kind == HELP_ERRNO;
    text_format(markdown, "**%s**", known ? known->name : section->signature);
    if (code)
        add_facts(markdown, known, " ");
    if (section != NULL)
        text_format(markdown, "\n\n%.*s", (int)section->length, section->text);
    if (known != NULL && !code)
        add_facts(markdown, known, "\n\n");
    if (code || (known != NULL && strncmp(known->bare, "EAI_", 4) == 0)) {
        text_add(markdown, "\n\n");
        advice_about(markdown, known->bare);
    }
    if (code)
        text_add(markdown, "\n\nManual: errno(3)");
}

bool reference_describe(struct text *markdown, struct manual *manual, const char *name)
{
    const struct manual_entry *section = manual_find(manual, name);
    struct help_entry known;
    bool plain =
        section == NULL || (!section->term && *section->name != ':' && strchr(section->signature, '(') == NULL);
    bool is_known = plain && help_find(section ? section->name : name, &known);
    if (section == NULL && !is_known)
        return false;
    const struct manual_entry *words = section ? section : manual_family(manual, known.bare);
    describe(markdown, words, is_known ? &known : NULL);
    if (section != NULL)
        add_others(markdown, manual, section);
    text_add_char(markdown, '\n');
    return true;
}

/* --- nearest -------------------------------------------------------------------------------------------- */

enum { MOST = 3 };

struct neighbours {
    struct nearest nearest;
    const char *taken[MOST];
    size_t count;
};

static void try_name(struct neighbours *neighbours, const char *name)
{
    for (size_t i = 0; i < neighbours->count; i++)
        if (strcmp(neighbours->taken[i], name) == 0)
            return;
    nearest_try(&neighbours->nearest, name);
}

static bool try_known(void *self, const struct help_entry *entry)
{
    try_name(self, entry->bare);
    return true;
}

/* Terms that hold the word: "hangs" is in "It hangs in recv". */
static size_t add_terms(struct text *names, struct manual *manual, const char *word)
{
    const struct manual_entry *entry;
    size_t count = 0;
    for (size_t i = 0; count < MOST && strlen(word) > 2 && (entry = manual_at(manual, i)) != NULL; i++)
        if (entry->term && entry->length > 0 && strcasestr(entry->name, word) != NULL)
            text_format(names, "%s%s", count++ > 0 ? ", " : "", entry->name);
    return count;
}

void reference_nearest(struct text *names, struct manual *manual, const char *name)
{
    struct neighbours near = {.count = 0};
    if (add_terms(names, manual, name) > 0)
        return;
    for (; near.count < MOST; near.count++) {
        const struct manual_entry *entry;
        near.nearest = nearest_to(manual_bare(name));
        help_each(try_known, &near);
        for (size_t i = 0; (entry = manual_at(manual, i)) != NULL; i++)
            try_name(&near, entry->term ? entry->name : entry->bare);
        if (near.nearest.name == NULL)
            break;
        near.taken[near.count] = near.nearest.name;
        text_format(names, "%s%s", near.count > 0 ? ", " : "", near.nearest.name);
    }
}

/* --- signatures ----------------------------------------------------------------------------------------- */

const char *reference_bare_signature(const struct manual_entry *entry)
{
    return entry->signature + (entry->bare - entry->name);
}

const char *reference_signature(struct manual *manual, const char *code, size_t offset, const char *name)
{
    char sign = offset > 0 ? code[offset - 1] : '\0';
    if (sign != '.' && sign != ':')
        return NULL;
    size_t begin = offset - 1;
    while (begin > 0 && (isalnum((unsigned char)code[begin - 1]) || code[begin - 1] == '_'))
        begin--;
    const struct manual_entry *entry;
    for (size_t i = 0; (entry = manual_at(manual, i)) != NULL; i++) {
        size_t before = (size_t)(entry->bare - entry->name);
        if (before < 2 || entry->name[before - 1] != sign || strcmp(entry->bare, name) != 0)
            continue;
        if (sign == ':' || (before == offset - begin && strncmp(entry->name, code + begin, before) == 0))
            return reference_bare_signature(entry);
    }
    return NULL;
}
