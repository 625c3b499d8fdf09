#include "session/source.h"

#include "base/memory.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdbool.h>
#include <string.h>

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_STRING, TOKEN_SIGN };

struct token {
    enum token_kind kind;
    size_t begin, end;
    bool first_of_line; /* nothing but space stands before it on its line */
};

struct scanner {
    const char *chunk;
    size_t length, at;
    bool line_begun;
    int depth; /* of blocks and brackets open around the next token */
};

static char peek(const struct scanner *s, size_t ahead)
{
    return s->at + ahead < s->length ? s->chunk[s->at + ahead] : '\0';
}

/* The level of a long bracket that begins here ([[ is 0, [=[ is 1), or -1. */
static int long_bracket(const struct scanner *s)
{
    size_t i = 1;
    while (peek(s, i) == '=')
        i++;
    return peek(s, 0) == '[' && peek(s, i) == '[' ? (int)i - 1 : -1;
}

static void skip_long(struct scanner *s, int level)
{
    for (s->at += 2 + (size_t)level; s->at < s->length; s->at++) {
        if (s->chunk[s->at] != ']')
            continue;
        size_t equals = strspn(s->chunk + s->at + 1, "=");
        if (equals == (size_t)level && peek(s, 1 + equals) == ']') {
            s->at += equals + 2;
            return;
        }
    }
}

static void skip_string(struct scanner *s)
{
    char quote = s->chunk[s->at++];
    while (s->at < s->length && s->chunk[s->at] != quote && s->chunk[s->at] != '\n')
        s->at += s->chunk[s->at] == '\\' && s->at + 1 < s->length ? 2 : 1;
    if (s->at < s->length)
        s->at++;
}

static void skip_comment(struct scanner *s)
{
    s->at += 2;
    int level = long_bracket(s);
    if (level >= 0) {
        skip_long(s, level);
        return;
    }
    while (s->at < s->length && s->chunk[s->at] != '\n')
        s->at++;
}

static void skip_space(struct scanner *s)
{
    for (; s->at < s->length; s->at++) {
        if (s->chunk[s->at] == '\n') {
            s->line_begun = false;
        } else if (peek(s, 0) == '-' && peek(s, 1) == '-') {
            skip_comment(s);
            s->at--;
        } else if (!isspace((unsigned char)s->chunk[s->at])) {
            return;
        }
    }
}

static bool is(const struct scanner *s, const struct token *token, const char *word)
{
    size_t length = strlen(word);
    return token->end - token->begin == length && memcmp(s->chunk + token->begin, word, length) == 0;
}

static bool is_one_of(const struct scanner *s, const struct token *token, const char *const *words)
{
    for (; *words != NULL; words++)
        if (is(s, token, *words))
            return true;
    return false;
}

static void skip_token(struct scanner *s, struct token *token)
{
    char c = s->chunk[s->at];
    int level = long_bracket(s);
    token->kind = TOKEN_SIGN;
    if (isalpha((unsigned char)c) || c == '_') {
        token->kind = TOKEN_NAME;
        while (isalnum((unsigned char)peek(s, 0)) || peek(s, 0) == '_')
            s->at++;
    } else if (isdigit((unsigned char)c)) {
        token->kind = TOKEN_NUMBER;
        while (isalnum((unsigned char)peek(s, 0)) || peek(s, 0) == '.')
            s->at++;
    } else if (c == '"' || c == '\'') {
        token->kind = TOKEN_STRING;
        skip_string(s);
    } else if (level >= 0) {
        token->kind = TOKEN_STRING;
        skip_long(s, level);
    } else {
        s->at++;
    }
}

/* The next token; `depth` is kept as it is after the token. */
static struct token next_token(struct scanner *s)
{
    static const char *const openers[] = {"function", "do", "if", "repeat", "(", "[", "{", NULL};
    static const char *const closers[] = {"end", "until", ")", "]", "}", NULL};
    skip_space(s);
    struct token token = {.kind = TOKEN_END, .begin = s->at, .end = s->at, .first_of_line = !s->line_begun};
    if (s->at >= s->length)
        return token;
    skip_token(s, &token);
    token.end = s->at;
    s->line_begun = true;
    if (token.kind == TOKEN_STRING || token.kind == TOKEN_NUMBER)
        return token;
    if (is_one_of(s, &token, openers))
        s->depth++;
    else if (is_one_of(s, &token, closers))
        s->depth--;
    return token;
}

/* From behind `local`: the end of the name list, and whether a name is marked <close>. */
static struct token skip_names(struct scanner *s, size_t *last_name_end, bool *closes)
{
    struct token token = next_token(s);
    *closes = false;
    while (token.kind == TOKEN_NAME) {
        *last_name_end = token.end;
        token = next_token(s);
        if (is(s, &token, "<")) {
            token = next_token(s);
            *closes = *closes || is(s, &token, "close");
            next_token(s);
            token = next_token(s);
        }
        if (!is(s, &token, ","))
            break;
        token = next_token(s);
    }
    return token;
}

/* Blanks the attributes <const> in [begin, end), keeping every other byte. */
static void blank_attributes(char *bytes, size_t begin, size_t end)
{
    bool inside = false;
    for (size_t i = begin; i < end; i++) {
        inside = inside || bytes[i] == '<';
        bool last = bytes[i] == '>';
        if (inside && bytes[i] != '\n')
            bytes[i] = ' ';
        inside = inside && !last;
    }
}

/* `local a, b` becomes `      a, b = nil`, `local f = 1` and `local function f` lose only the word. */
static void globalize_one(struct text *out, struct scanner *s, const struct token *local, size_t *copied)
{
    struct scanner ahead = *s;
    size_t names_end = local->end;
    bool closes;
    struct token after = skip_names(&ahead, &names_end, &closes);
    struct scanner peeked = *s;
    struct token first = next_token(&peeked);
    bool function = is(s, &first, "function");
    if (closes || (!function && names_end == local->end))
        return;
    text_add_bytes(out, s->chunk + *copied, local->begin - *copied);
    text_add(out, "     ");
    *copied = local->end;
    if (function)
        return;
    size_t list_end = is(&ahead, &after, "=") ? after.begin : names_end;
    size_t start = out->length;
    /* Attributes may stand behind the last name. */
    size_t attributes_end = list_end;
    if (!is(&ahead, &after, "=")) {
        struct scanner rest = *s;
        rest.at = names_end;
        struct token angle = next_token(&rest);
        if (is(&rest, &angle, "<")) {
            next_token(&rest);
            attributes_end = next_token(&rest).end;
        }
    }
    text_add_bytes(out, s->chunk + local->end, attributes_end - local->end);
    blank_attributes(out->bytes, start, out->length);
    if (!is(&ahead, &after, "="))
        text_add(out, " = nil");
    *copied = attributes_end;
    s->at = attributes_end;
}

void source_globalize(struct text *out, const char *chunk, size_t length)
{
    struct scanner s = {.chunk = chunk, .length = length};
    size_t copied = 0;
    for (;;) {
        int depth = s.depth;
        struct token token = next_token(&s);
        if (token.kind == TOKEN_END)
            break;
        if (depth == 0 && token.kind == TOKEN_NAME && is(&s, &token, "local"))
            globalize_one(out, &s, &token, &copied);
    }
    text_add_bytes(out, chunk + copied, length - copied);
}

/* Words that begin a statement but no expression. */
static bool begins_statement(const struct scanner *s, const struct token *token)
{
    static const char *const words[] = {"local", "if",   "while", "for",   "do",   "repeat", "return",
                                        "break", "goto", "end",   "until", "else", "elseif", "then",
                                        "in",    "and",  "or",    "::",    NULL};
    return is_one_of(s, token, words);
}

/* Whether a statement may begin with this token when it is the first of its line. */
static bool may_begin_line(const struct scanner *s, const struct token *token, bool bold)
{
    if (token->kind == TOKEN_NAME || token->kind == TOKEN_NUMBER || is(s, token, "#"))
        return true;
    return bold && (token->kind == TOKEN_STRING || is(s, token, "{") || is(s, token, "("));
}

size_t source_last_statements(const char *chunk, size_t length, bool bold, size_t *offsets, size_t room)
{
    struct scanner s = {.chunk = chunk, .length = length};
    size_t count = 0;
    bool fresh = true; /* at the beginning, or behind a semicolon */
    for (;;) {
        int depth = s.depth;
        struct token token = next_token(&s);
        if (token.kind == TOKEN_END)
            break;
        bool may_begin = fresh || (token.first_of_line && may_begin_line(&s, &token, bold));
        fresh = depth == 0 && is(&s, &token, ";");
        if (depth != 0 || !may_begin || fresh || begins_statement(&s, &token))
            continue;
        if (count == room)
            memmove(offsets, offsets + 1, --count * sizeof *offsets);
        offsets[count++] = token.begin;
    }
    for (size_t i = 0; i < count / 2; i++) {
        size_t swap = offsets[i];
        offsets[i] = offsets[count - 1 - i];
        offsets[count - 1 - i] = swap;
    }
    return count;
}

bool source_parses(const char *chunk, size_t length)
{
    lua_State *L = memory_checked(luaL_newstate());
    bool fine = luaL_loadbufferx(L, chunk, length, "chunk", "t") == LUA_OK;
    lua_close(L);
    return fine;
}
