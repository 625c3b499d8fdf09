#include "terminal/transcript.h"

#include "base/memory.h"
#include "base/span.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

/* The prompts of one program: of a new entry, and of its further lines. */
static const struct signs {
    const char *first, *more[3];
} programs[] = {
    {">>> ", {"... "}},
    {"> ", {". ", "\u00b7 ", ">> "}},
};

/* How many bytes of this prompt the line begins with; an empty line seldom keeps the space after it. */
static size_t sign_length(const char *line, const char *sign)
{
    size_t length = strlen(sign);
    if (strncmp(line, sign, length) == 0)
        return length;
    bool bare = strncmp(line, sign, length - 1) == 0 && (line[length - 1] == '\n' || line[length - 1] == '\0');
    return bare ? length - 1 : 0;
}

static size_t more_length(const struct signs *signs, const char *line)
{
    for (size_t i = 0; i < 3 && signs->more[i] != NULL; i++)
        if (sign_length(line, signs->more[i]) > 0)
            return sign_length(line, signs->more[i]);
    return 0;
}

static const struct signs *program_of(const char *text)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (strncmp(text, programs[i].first, strlen(programs[i].first)) == 0)
            return &programs[i];
    return NULL;
}

static const char *add_line(struct text *code, const char *line)
{
    struct span span = {line, 0};
    span_next_line(&line, &span);
    text_add_bytes(code, span.text, span.length);
    return line;
}

char *transcript_next(const char *text, const char **at)
{
    const struct signs *signs = program_of(text);
    const char *line = *at;
    if (line == NULL)
        return NULL;
    if (signs == NULL) {
        *at = NULL;
        return memory_copy(text);
    }
    struct text code = TEXT_EMPTY;
    for (struct span skipped; sign_length(line, signs->first) == 0 && span_next_line(&line, &skipped);)
        ;
    if (*line == '\0')
        return NULL;
    line = add_line(&code, line + sign_length(line, signs->first));
    while (*line != '\0' && more_length(signs, line) > 0) {
        text_add_char(&code, '\n');
        line = add_line(&code, line + more_length(signs, line));
    }
    *at = line;
    return text_steal(&code);
}
