#include "render/reference.h"

#include "base/memory.h"
#include "base/nearest.h"
#include "base/text.h"
#include "lua/help.h"
#include "render/advice.h"
#include "render/command_rows.h"
#include "trace/symbols.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
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
    const char *name = known ? known->name : section->signature;
    text_format(markdown, "**%s%s**", *name == '<' ? "\\" : "", name);
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

/* "[Errno 111] Connection refused", "errno 111", "-2": the name of that error; NULL without. */
static const char *error_numbered(const char *name)
{
    const char *number = name + strcspn(name, "-0123456789");
    size_t before = (size_t)(number - name);
    char *end;
    long code = strtol(number, &end, 10);
    bool said = strncasecmp(name, "[errno ", 7) == 0 || strncasecmp(name, "errno ", 6) == 0 ||
                strncasecmp(name, "error ", 6) == 0;
    bool whole = *end == '\0' || *end == ']' || *end == ':';
    return end > number && whole && (before == 0 || said) && code >= INT_MIN && code <= INT_MAX
               ? error_symbol((int)code)
               : NULL;
}

/* "^C", "C-c", "ctrl+c" as this manual writes them, "Ctrl-C"; other words as they are. */
static char *spelled_key(const char *name)
{
    static const char *const before[] = {"^", "C-", "ctrl-", "ctrl+", "ctrl ", "control-", "control+", "control "};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        size_t length = strlen(before[i]);
        if (strncasecmp(name, before[i], length) == 0 && name[length] != '\0' && name[length + 1] == '\0')
            return text_make("Ctrl-%c", toupper((unsigned char)name[length]));
    }
    return memory_copy(name);
}

static bool holds_word(const char *text, size_t length, const char *word)
{
    size_t size = strlen(word);
    for (size_t i = 0; i + size <= length; i++)
        if (strncasecmp(text + i, word, size) == 0 && (i == 0 || !isalnum((unsigned char)text[i - 1])) &&
            (i + size == length || !isalnum((unsigned char)text[i + size])))
            return true;
    return false;
}

/* What else is called a key. */
static bool is_key(const char *name)
{
    static const char *const keys[] = {"Home",  "End",   "Left",   "Right",     "Escape",
                                       "Space", "arrow", "arrows", "arrow keys"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcasecmp(name, keys[i]) == 0)
            return true;
    return strncasecmp(name, "Ctrl-", 5) == 0;
}

/* A key that has no section of its own: the first section about keys that names it. */
static const struct manual_entry *find_key(struct manual *manual, const char *name)
{
    char *key = spelled_key(name);
    const struct manual_entry *entry, *found = strcmp(key, name) != 0 ? manual_find(manual, key) : NULL;
    for (int text = 0; found == NULL && text < 1 + is_key(key) && strpbrk(key, ".:") == NULL; text++)
        for (size_t i = 0; found == NULL && (entry = manual_at(manual, i)) != NULL; i++)
            if (entry->term && strcasecmp(entry->page, "keys") == 0 &&
                (text ? holds_word(entry->text, entry->length, key)
                      : holds_word(entry->name, strlen(entry->name), key)))
                found = entry;
    free(key);
    return found;
}

/* "syn-sent", "TCP_TIME_WAIT", "FIN-WAIT-1": the states of TCP as the kernel writes them. */
static const struct manual_entry *find_state(struct manual *manual, const char *name)
{
    struct text state = TEXT_EMPTY;
    name += strncasecmp(name, "tcp_", 4) == 0 ? 4 : 0;
    for (const char *at = name; *at != '\0'; at++)
        if (*at != '-' && *at != '_' && *at != ' ')
            text_add_char(&state, (char)toupper((unsigned char)*at));
        else if (!isdigit((unsigned char)at[1]))
            text_add_char(&state, '_');
    const char *word = strcmp(text_string(&state), "SYN_RECEIVED") == 0 ? "SYN_RECV" : text_string(&state);
    const struct manual_entry *found = state.length > 0 ? manual_find(manual, word) : NULL;
    text_free(&state);
    return found != NULL && found->term ? found : NULL;
}

/* ":exit" is ":quit". */
static const char *command_meant(const char *name)
{
    const char *word = name + (*name == ':');
    for (const struct command *command = commands; command->name != NULL; command++)
        if (command->also != NULL && strcmp(command->also, word) == 0)
            return command->name;
    return name;
}

/* "lab" is the module before it is the command. */
static bool is_module(const char *name)
{
    struct help_entry known;
    return help_find(name, &known) && known.kind == HELP_MODULE && strcmp(known.name, name) == 0;
}

bool reference_describe(struct text *markdown, struct manual *manual, const char *name)
{
    const char *numbered = error_numbered(name);
    name = numbered ? numbered : command_meant(name);
    const struct manual_entry *section = is_module(name) ? NULL : manual_find(manual, name);
    struct help_entry known;
    if (section == NULL && !help_find(name, &known))
        section = find_state(manual, name);
    if (section == NULL && !help_find(name, &known))
        section = find_key(manual, name);
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
