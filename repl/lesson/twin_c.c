#include "lesson/twin_c.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* What is known of a declaration or statement while it is read. */
struct item {
    char first[16];  /* its first word, or the beginning of it */
    int words;       /* before the first parenthesis */
    bool parameters; /* a parenthesis was there */
    bool value;      /* an equals sign was there */
    bool body;       /* the brace that was open stood behind parameters */
    char before;     /* the last character that counts */
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

/* The end of a comment, a string or a character that begins there; the place itself when none does. */
static const char *skip_quoted(const char *at)
{
    if (at[0] == '/' && at[1] == '/')
        return at + strcspn(at, "\n");
    if (at[0] == '/' && at[1] == '*') {
        const char *end = strstr(at + 2, "*/");
        return end != NULL ? end + 2 : at + strlen(at);
    }
    if (*at != '"' && *at != '\'')
        return at;
    const char quote = *at++;
    while (*at != '\0' && *at != quote)
        at += *at == '\\' && at[1] != '\0' ? 2 : 1;
    return at + (*at != '\0');
}

static const char *skip_directive(const char *at)
{
    while (*at != '\0' && *at != '\n')
        at += *at == '\\' && at[1] != '\0' ? 2 : 1;
    return at;
}

static const char *take_word(struct item *item, const char *at)
{
    size_t length = 0;
    while (is_word(at[length]))
        length++;
    if (item->first[0] == '\0')
        memcpy(item->first, at, length < sizeof item->first ? length : sizeof item->first - 1);
    item->words += !item->parameters;
    item->before = at[length - 1];
    return at + length;
}

static bool begins_body(const struct item *item)
{
    static const char *const statements[] = {"if", "else", "for", "while", "do", "switch", "return", NULL};
    return item->before == ')' && item->words >= 2 && !item->value && !is_one_of(item->first, statements);
}

static bool is_type(const struct item *item)
{
    static const char *const types[] = {"struct", "union", "enum", "typedef", NULL};
    return is_one_of(item->first, types) && !item->body;
}

/* Of a type that a semicolon ends: it declares no variable. */
static bool is_definition(const struct item *item)
{
    return is_type(item) && !item->value && (item->before == '}' || strcmp(item->first, "typedef") == 0);
}

/* Behind the declaration or statement that begins there; *top when it stands outside of functions. */
static const char *skip_item(const char *at, bool *top)
{
    struct item item = {.first = ""};
    int depth = 0;
    while (*at != '\0') {
        const char *behind = skip_quoted(at);
        if (behind != at) {
            at = behind;
        } else if (is_word(*at)) {
            at = take_word(&item, at);
        } else {
            const char c = *at++;
            if (c == '{' && depth == 0)
                item.body = begins_body(&item);
            item.parameters = item.parameters || c == '(';
            item.value = item.value || (c == '=' && depth == 0);
            depth += (strchr("({[", c) != NULL) - (strchr(")}]", c) != NULL);
            *top = c == ';' ? is_definition(&item) : item.body;
            if (depth <= 0 && (c == ';' || (c == '}' && !item.value && !is_type(&item))))
                return at;
            if (!isspace((unsigned char)c))
                item.before = c;
        }
    }
    *top = false;
    return at;
}

static const char *skip_any(const char *at, bool *top)
{
    *top = *at == '#';
    return *top ? skip_directive(at) : skip_item(at, top);
}

/* Spaces and comments before something belong to it. */
static const char *skip_before(const char *at)
{
    const char *from;
    do {
        from = at + strspn(at, " \t\r\n");
        at = *from == '/' ? skip_quoted(from) : from;
    } while (at != from);
    return at;
}

static void blank(char *text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (text[i] != '\n')
            text[i] = ' ';
}

void twin_c_split(const char *code, char **top, char **rest)
{
    *top = memory_copy(code);
    *rest = memory_copy(code);
    for (const char *at = code; *at != '\0';) {
        bool outside = false;
        const char *from = at;
        at = skip_any(skip_before(at), &outside);
        blank(outside ? *rest : *top, (size_t)(from - code), (size_t)(at - code));
    }
}
