#include "base/manual.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/place.h"
#include "base/span.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DEEPEST = 3 }; /* level of headings that begin a section */

struct page {
    char *name, *text;
};

struct manual {
    char *folder; /* NULL: the program's own */
    bool read;
    struct page *pages;
    size_t page_count;
    struct manual_entry *entries;
    size_t count;
};

const char *manual_bare(const char *name)
{
    const char *sign = strrchr(name, ':');
    if (sign == NULL)
        sign = strrchr(name, '.');
    if (sign == NULL)
        sign = strncmp(name, "sockrates ", 10) == 0 ? name + 9 : NULL;
    return sign != NULL && sign[1] != '\0' ? sign + 1 : name;
}

/* --- reading -------------------------------------------------------------------------------------------- */

static void add_entry(struct manual *manual, const struct manual_entry *like, char *signature, char *name)
{
    struct manual_entry *entry = ARRAY_MORE(manual->entries, manual->count);
    *entry = *like;
    entry->signature = signature;
    entry->name = name;
    entry->bare = like->term ? name : manual_bare(name);
}

/* The length of "sockrates docs build" in "sockrates docs build FOLDER": all words of small letters; 0 elsewhere. */
static size_t command_length(const char *signature)
{
    size_t length = strncmp(signature, "sockrates ", 10) == 0 ? 9 : 0;
    while (length > 0 && signature[length] == ' ' && islower((unsigned char)signature[length + 1]))
        length += 1 + strcspn(signature + length + 1, " ");
    return length;
}

/*
 * "sockrates run" of "sockrates run FILE", "s:connect" of "s:connect(host, port)", "error" of "error=NAME", "title" of
 * "title:".
 */
static char *name_of(const char *signature)
{
    size_t command = command_length(signature), length = command > 0 ? command : strcspn(signature, "([{= ");
    length = length > 0 ? length : strlen(signature);
    return memory_copy_bytes(signature, length - (length > 1 && signature[length - 1] == ':'));
}

/* A heading's text, `end` behind it: each of its codes is an entry, or all of it is one. */
static void add_heading(struct manual *manual, struct manual_entry *like, const char *at, const char *end)
{
    like->term = *at != '`';
    if (like->term) {
        char *heading = memory_copy_bytes(at, (size_t)(end - at));
        add_entry(manual, like, heading, memory_copy(heading));
        return;
    }
    while (at < end && *at == '`') {
        const char *close = memchr(at + 1, '`', (size_t)(end - at - 1));
        if (close == NULL)
            break;
        char *signature = memory_copy_bytes(at + 1, (size_t)(close - at - 1));
        add_entry(manual, like, signature, name_of(signature));
        at = close + 1;
        while (at < end && (*at == ',' || *at == ' '))
            at++;
    }
}

/* The level of the line when it is a heading, else 0; *text is where its words begin. */
static int heading_level(const char *line, const char **text)
{
    int level = (int)strspn(line, "#");
    *text = line + level + strspn(line + level, " ");
    return line[level] == ' ' && level <= DEEPEST ? level : 0;
}

/* Opens and closes fences: `*fence` is how long the open one is, negative for tildes; 0 outside. */
static bool is_fence(const char *line, int *fence)
{
    line += strspn(line, " ");
    int length = (int)strspn(line, *line == '~' ? "~" : "`");
    if (length < 3)
        return false;
    int found = *line == '~' ? -length : length;
    if (*fence == 0)
        *fence = found;
    else if ((found > 0) == (*fence > 0) && abs(found) >= abs(*fence))
        *fence = 0;
    return true;
}

static const char *after_front_matter(const char *text)
{
    const char *end = strncmp(text, "---\n", 4) == 0 ? strstr(text + 3, "\n---\n") : NULL;
    return end ? end + 5 : text;
}

/* Gives the entries from `first` on the text up to `end`, without empty lines around it. */
static void end_section(struct manual *manual, size_t first, const char *text, const char *end)
{
    while (text < end && isspace((unsigned char)*text))
        text++;
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    for (size_t i = first; i < manual->count; i++) {
        manual->entries[i].text = text;
        manual->entries[i].length = (size_t)(end - text);
    }
}

static void read_page(struct manual *manual, const struct page *page)
{
    size_t first = manual->count;
    const char *rest = after_front_matter(page->text), *text = rest, *words;
    int fence = 0;
    for (struct span line; span_next_line(&rest, &line);) {
        if (is_fence(line.text, &fence) || fence != 0 || heading_level(line.text, &words) == 0)
            continue;
        end_section(manual, first, text, line.text);
        first = manual->count;
        text = rest;
        struct manual_entry like = {.page = page->name};
        add_heading(manual, &like, words, line.text + line.length);
    }
    end_section(manual, first, text, rest);
}

static void add_page(struct manual *manual, const char *folder, const char *name, size_t length)
{
    struct text text = TEXT_EMPTY;
    char *path = text_make("%s/%.*s.md", folder, (int)length, name);
    if (text_read_file(&text, path)) {
        struct page *page = ARRAY_MORE(manual->pages, manual->page_count);
        *page = (struct page){memory_copy_bytes(name, length), text_steal(&text)};
        read_page(manual, page);
    }
    free(path);
    text_free(&text);
}

/* In the order of the course. */
static void read_manual(struct manual *manual)
{
    struct text summary = TEXT_EMPTY;
    char *folder = manual->folder ? memory_copy(manual->folder) : place_manual();
    char *path = text_make("%s/SUMMARY.md", folder ? folder : ".");
    bool found = folder != NULL && text_read_file(&summary, path);
    const char *link = found ? text_string(&summary) : "", *end;
    for (; (link = strstr(link, "](")) != NULL && (end = strstr(link, ".md)")) != NULL; link = end)
        add_page(manual, folder, link + 2, (size_t)(end - link - 2));
    text_free(&summary);
    free(path);
    free(folder);
    manual->read = true;
}

struct manual *manual_new(const char *folder)
{
    struct manual *manual = memory_new(1, sizeof *manual);
    manual->folder = folder ? memory_copy(folder) : NULL;
    return manual;
}

void manual_free(struct manual *manual)
{
    if (manual == NULL)
        return;
    for (size_t i = 0; i < manual->count; i++) {
        free((char *)manual->entries[i].signature);
        free((char *)manual->entries[i].name);
    }
    for (size_t i = 0; i < manual->page_count; i++) {
        free(manual->pages[i].name);
        free(manual->pages[i].text);
    }
    free(manual->entries);
    free(manual->pages);
    free(manual->folder);
    free(manual);
}

const struct manual_entry *manual_at(struct manual *manual, size_t index)
{
    if (!manual->read)
        read_manual(manual);
    return index < manual->count ? &manual->entries[index] : NULL;
}

/* --- finding -------------------------------------------------------------------------------------------- */

struct search {
    char *whole;      /* what was asked, a question mark left out */
    char *name;       /* the same without parentheses and arguments */
    const char *bare; /* of `name` */
    char sign;        /* ':' or '.' before it, or nothing */
};

/* Of a lesson: "error=NAME", "title:". */
static char option_sign(const char *signature, const char *name)
{
    char sign = signature[strlen(name)];
    return sign == '=' || sign == ':' ? sign : '\0';
}

enum { BEST = 100 };

/*
 * How likely it is what was meant; 0: not at all.  A command counts most, its colon left out or not, then a whole
 * name; several words that are a term are no name with something behind it.  Without a module a method comes before a
 * function: `connect` is s:connect.  Behind an unknown word (a variable's name) it may be a method too.
 */
static int likeness(const struct search *search, const struct manual_entry *entry)
{
    if (entry->length == 0)
        return 0;
    if (entry->term)
        return strcasecmp(entry->name, search->whole) != 0 ? 0 : strchr(entry->name, ' ') != NULL ? 90 : 40;
    bool command = *entry->name == ':' && entry->name[1] != '\0', method = !command && strchr(entry->name, ':') != NULL;
    bool same = strcmp(entry->bare, search->bare) == 0;
    if (option_sign(entry->signature, entry->name) != option_sign(search->whole, search->name))
        return same ? 30 : 0;
    if (command && same && search->sign == '\0')
        return BEST;
    if (strcmp(entry->name, search->name) == 0)
        return BEST - 1;
    if (strcasecmp(entry->bare, search->bare) != 0 || command || (search->sign == ':' && !method))
        return 0;
    return (same ? 50 : 0) + (method ? 20 : 10);
}

const struct manual_entry *manual_find(struct manual *manual, const char *name)
{
    size_t length = strlen(name);
    length -= length > 0 && name[length - 1] == '?';
    struct search search = {.whole = memory_copy_bytes(name, length)};
    search.name = name_of(search.whole);
    search.bare = manual_bare(search.name);
    search.sign = search.bare > search.name ? search.bare[-1] : '\0';
    const struct manual_entry *entry, *found = NULL;
    int best = 0;
    for (size_t i = 0; best < BEST && (entry = manual_at(manual, i)) != NULL; i++) {
        int like = likeness(&search, entry);
        if (like > best) {
            best = like;
            found = entry;
        }
    }
    free(search.whole);
    free(search.name);
    return found;
}

const struct manual_entry *manual_family(struct manual *manual, const char *name)
{
    const struct manual_entry *entry, *found = NULL;
    size_t longest = 0;
    for (size_t i = 0; (entry = manual_at(manual, i)) != NULL; i++) {
        size_t length = strlen(entry->name);
        if (entry->term || length < 2 || entry->name[length - 1] != '*' || length <= longest ||
            strncmp(entry->name, name, length - 1) != 0)
            continue;
        longest = length;
        found = entry;
    }
    return found;
}
