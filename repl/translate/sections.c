#include "translate/sections.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SECTIONS_MOST 64 /* a bit each */

struct section {
    const char *head, *head_end; /* its words: the name, then what it needs */
    const char *lines, *lines_end;
};

struct sections {
    const struct support *support;
    struct section list[SECTIONS_MOST];
    size_t count;
};

static bool begins_with(const char *line, const char *words)
{
    return strncmp(line, words, strlen(words)) == 0;
}

static const char *line_end(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

struct sections *sections_new(const struct support *support)
{
    struct sections *sections = memory_new(1, sizeof *sections);
    const char *end;
    sections->support = support;
    for (const char *line = support->text; *line != '\0'; line = end) {
        end = line_end(line);
        if (begins_with(line, support->mark) && sections->count < SECTIONS_MOST)
            sections->list[sections->count++] = (struct section){line + strlen(support->mark), end, end, end};
        else if (sections->count > 0)
            sections->list[sections->count - 1].lines_end = end;
    }
    return sections;
}

void sections_free(struct sections *sections)
{
    free(sections);
}

/* The next word from *at on, before the end; NULL for no more. */
static const char *next_word(const char **at, const char *end, size_t *length)
{
    const char *word = *at;
    while (word < end && (*word == ' ' || *word == '\n'))
        word++;
    *length = strcspn(word, " \n");
    if (word + *length > end)
        *length = (size_t)(end - word);
    *at = word + *length;
    return *length > 0 ? word : NULL;
}

static bool same_word(const char *a, size_t a_length, const char *b, size_t b_length)
{
    return a_length == b_length && memcmp(a, b, a_length) == 0;
}

static uint64_t bit_of(const struct sections *sections, const char *name, size_t length)
{
    for (size_t i = 0; i < sections->count; i++) {
        size_t own;
        const char *at = sections->list[i].head, *word = next_word(&at, sections->list[i].head_end, &own);
        if (word != NULL && same_word(word, own, name, length))
            return UINT64_C(1) << i;
    }
    return 0;
}

uint64_t sections_bits(const struct sections *sections, const char *names)
{
    const char *at = names, *end = names + strlen(names), *word;
    size_t length;
    uint64_t bits = 0;
    while ((word = next_word(&at, end, &length)) != NULL)
        bits |= bit_of(sections, word, length);
    return bits;
}

/* With what those need in turn; the first section is part of every program. */
static uint64_t with_needed(const struct sections *sections, uint64_t needs)
{
    uint64_t before;
    needs |= 1;
    do {
        before = needs;
        for (size_t i = 0; i < sections->count; i++) {
            const char *at = sections->list[i].head, *word;
            size_t length;
            while (needs >> i & 1 && (word = next_word(&at, sections->list[i].head_end, &length)) != NULL)
                needs |= bit_of(sections, word, length);
        }
    } while (needs != before);
    return needs;
}

/* True when one of the sections wants the header or module. */
static bool is_wanted(const struct sections *sections, uint64_t needs, const char *name, size_t name_length)
{
    for (size_t i = 0; i < sections->count; i++) {
        size_t length;
        const char *at = sections->list[i].head, *word = next_word(&at, sections->list[i].head_end, &length);
        while (needs >> i & 1 && (word = next_word(&at, sections->list[i].head_end, &length)) != NULL)
            if (same_word(word, length, name, name_length))
                return true;
    }
    return false;
}

void sections_add_imports(const struct sections *sections, uint64_t needs, struct text *out)
{
    const char *import = sections->support->import, *mark = sections->support->mark, *end;
    needs = with_needed(sections, needs);
    for (const char *line = sections->support->text; *line != '\0' && !begins_with(line, mark); line = end) {
        const char *name = line + strlen(import);
        end = line_end(line);
        if (begins_with(line, import) && is_wanted(sections, needs, name, (size_t)(end - 1 - name)))
            text_add_bytes(out, line, (size_t)(end - line));
    }
}

void sections_add(const struct sections *sections, uint64_t needs, struct text *out)
{
    needs = with_needed(sections, needs);
    for (size_t i = 0; i < sections->count; i++)
        if (needs >> i & 1)
            text_add_bytes(out, sections->list[i].lines,
                           (size_t)(sections->list[i].lines_end - sections->list[i].lines));
}
