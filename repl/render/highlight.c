#include "render/highlight.h"

#include <string.h>

enum { WORD_ROOM = 10 };

/* Words in the order of their bytes, to be found by halves. */
struct words {
    const char (*list)[WORD_ROOM];
    size_t count;
};
/* clang-format off */
#define WORDS(array) {array, sizeof(array) / sizeof *(array)}
/* clang-format on */

static const char lua_keywords[][WORD_ROOM] = {"and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
                                               "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
                                               "repeat",   "return", "then", "true", "until",  "while"};
static const char lua_constants[][WORD_ROOM] = {"false", "nil", "true"};
static const char python_keywords[][WORD_ROOM] = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};
static const char python_constants[][WORD_ROOM] = {"False", "None", "True"};
static const char c_keywords[][WORD_ROOM] = {
    "NULL",     "auto",     "bool",      "break",   "case",     "char",   "const",    "continue", "default", "do",
    "double",   "else",     "enum",      "extern",  "false",    "float",  "for",      "goto",     "if",      "inline",
    "int",      "int16_t",  "int32_t",   "int64_t", "int8_t",   "long",   "register", "return",   "short",   "signed",
    "size_t",   "sizeof",   "socklen_t", "ssize_t", "static",   "struct", "switch",   "true",     "typedef", "uint16_t",
    "uint32_t", "uint64_t", "uint8_t",   "union",   "unsigned", "void",   "volatile", "while"};
static const char c_constants[][WORD_ROOM] = {"NULL", "false", "true"};
static const char shell_keywords[][WORD_ROOM] = {"case", "cd",    "do",     "done", "elif",  "else",     "esac",
                                                 "exec", "exit",  "export", "fi",   "for",   "function", "if",
                                                 "in",   "local", "return", "then", "until", "while"};

struct highlight_language {
    const char *names;        /* separated by and ending in a space */
    struct words keywords;    /* and constants */
    struct words constants;   /* shown as numbers are */
    const char *comment;      /* begins a comment that ends with the line */
    const char *open, *close; /* of a comment over several lines; NULL for none */
    const char *quotes;
    bool long_brackets; /* Lua's [[ ]] and [==[ ]==] */
    bool triple_quotes; /* Python's three quotes */
    bool directives;    /* C's #include at the start of a line */
    bool variables;     /* the shell's $name */
};

static const struct highlight_language languages[] = {
    {
        .names = "lua ",
        .keywords = WORDS(lua_keywords),
        .constants = WORDS(lua_constants),
        .comment = "--",
        .quotes = "\"'",
        .long_brackets = true,
    },
    {
        .names = "python py python3 ",
        .keywords = WORDS(python_keywords),
        .constants = WORDS(python_constants),
        .comment = "#",
        .quotes = "\"'",
        .triple_quotes = true,
    },
    {
        .names = "c h cpp ",
        .keywords = WORDS(c_keywords),
        .constants = WORDS(c_constants),
        .comment = "//",
        .open = "/*",
        .close = "*/",
        .quotes = "\"'",
        .directives = true,
    },
    {
        .names = "sh shell bash console ",
        .keywords = WORDS(shell_keywords),
        .comment = "#",
        .quotes = "\"'",
        .variables = true,
    },
};

/* What a byte is to every language; a sign may begin a comment, a string or a name. */
enum { PLAIN, LETTER, DIGIT, SIGN };

static const unsigned char kinds[256] = {
    ['0' ... '9'] = DIGIT,  ['a' ... 'z'] = LETTER, ['A' ... 'Z'] = LETTER, ['_'] = LETTER,
    [128 ... 255] = LETTER, ['-'] = SIGN,           ['/'] = SIGN,           ['#'] = SIGN,
    ['"'] = SIGN,           ['\''] = SIGN,          ['['] = SIGN,           ['$'] = SIGN,
};

static int kind_of(char c)
{
    return kinds[(unsigned char)c];
}

static bool is_word(char c)
{
    return kind_of(c) == LETTER || kind_of(c) == DIGIT;
}

static const struct highlight_language *find_language(const char *name)
{
    size_t length = name ? strlen(name) : 0;
    for (size_t i = 0; length > 0 && i < sizeof languages / sizeof *languages; i++)
        for (const char *at = languages[i].names; *at != '\0'; at = strchr(at, ' ') + 1)
            if (strncmp(at, name, length) == 0 && at[length] == ' ')
                return &languages[i];
    return NULL;
}

/* How a word of a list, which ends in a zero, stands to one of `length` bytes. */
static int compare(const char *listed, const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (listed[i] != word[i])
            return (unsigned char)listed[i] < (unsigned char)word[i] ? -1 : 1;
    return listed[length] != '\0';
}

static bool in_list(const struct words *words, const char *word, size_t length)
{
    size_t low = 0, high = length < WORD_ROOM ? words->count : 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(words->list[middle], word, length);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

struct highlight highlight_begin(const char *language, const char *code, size_t length)
{
    return (struct highlight){find_language(language), code, code + length};
}

static bool starts_with(const char *at, const char *end, const char *sign)
{
    size_t length = sign ? strlen(sign) : 0;
    return length > 0 && (size_t)(end - at) >= length && memcmp(at, sign, length) == 0;
}

static const char *line_end(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline : end;
}

/* Behind the next `sign`, or the end. */
static const char *after(const char *at, const char *end, const char *sign)
{
    for (; at < end; at++)
        if (starts_with(at, end, sign))
            return at + strlen(sign);
    return end;
}

/* Behind the long bracket that begins at `at`; NULL when none begins there. */
static const char *long_bracket(const char *at, const char *end)
{
    const char *sign = at + 1;
    while (sign < end && *sign == '=')
        sign++;
    if (*at != '[' || sign >= end || *sign != '[')
        return NULL;
    size_t level = (size_t)(sign - at - 1);
    for (const char *close = sign + 1; close < end; close++) {
        if (*close != ']' || (size_t)(end - close) < level + 2)
            continue;
        if (memcmp(close + 1, at + 1, level) == 0 && close[level + 1] == ']')
            return close + level + 2;
    }
    return end;
}

/* Behind the quoted string; one that is not closed ends with its line. */
static const char *quoted(const struct highlight_language *language, const char *at, const char *end)
{
    char quote = *at;
    if (language->triple_quotes && end - at >= 3 && at[1] == quote && at[2] == quote)
        return after(at + 3, end, quote == '"' ? "\"\"\"" : "'''");
    for (at++; at < end && *at != '\n'; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (*at == quote)
            return at + 1;
    }
    return at;
}

static const char *word_end(const char *at, const char *end)
{
    while (at < end && is_word(*at))
        at++;
    return at;
}

static const char *number_end(const char *at, const char *end)
{
    while (at < end && (is_word(*at) || *at == '.' || ((*at == '+' || *at == '-') && strchr("eEpP", at[-1]))))
        at++;
    return at;
}

static enum style word_style(const struct highlight_language *language, const char *word, const char *word_stop,
                             const char *end)
{
    size_t length = (size_t)(word_stop - word);
    if (in_list(&language->keywords, word, length))
        return in_list(&language->constants, word, length) ? STYLE_NUMBER : STYLE_KEYWORD;
    return word_stop < end && *word_stop == '(' ? STYLE_NAME : STYLE_TEXT;
}

static const char *comment_end(const struct highlight_language *language, const char *at, const char *end)
{
    if (starts_with(at, end, language->open))
        return after(at + strlen(language->open), end, language->close);
    if (!starts_with(at, end, language->comment))
        return NULL;
    const char *text = at + strlen(language->comment);
    const char *stop = language->long_brackets && text < end ? long_bracket(text, end) : NULL;
    return stop ? stop : line_end(at, end);
}

/* The token that begins with a sign; NULL when none does. */
static const char *sign_token(const struct highlight_language *language, const char *at, const char *end,
                              enum style *style)
{
    const char *stop = comment_end(language, at, end);
    *style = STYLE_COMMENT;
    if (stop)
        return stop;
    *style = STYLE_STRING;
    if (strchr(language->quotes, *at))
        return quoted(language, at, end);
    if (language->long_brackets && (stop = long_bracket(at, end)))
        return stop;
    *style = STYLE_NAME;
    if (language->variables && *at == '$' && at + 1 < end && is_word(at[1]))
        return word_end(at + 1, end);
    *style = STYLE_KEYWORD;
    if (language->directives && *at == '#')
        return word_end(at + 1, end);
    return NULL;
}

/* The one token at `at` that may have a colour, else NULL. */
static const char *token(const struct highlight_language *language, const char *at, const char *end, enum style *style)
{
    const char *stop;
    switch (kind_of(*at)) {
    case LETTER:
        stop = word_end(at, end);
        *style = word_style(language, at, stop, end);
        return stop;
    case DIGIT:
        *style = STYLE_NUMBER;
        return number_end(at + 1, end);
    case SIGN:
        return sign_token(language, at, end, style);
    default:
        return NULL;
    }
}

bool highlight_next(struct highlight *highlight, struct highlight_span *span)
{
    if (highlight->at >= highlight->end)
        return false;
    const char *start = highlight->at, *at = start;
    enum style style = STYLE_TEXT;
    if (highlight->language == NULL)
        at = highlight->end;
    while (at < highlight->end) {
        if (kind_of(*at) == PLAIN) {
            at++;
            continue;
        }
        const char *stop = token(highlight->language, at, highlight->end, &style);
        if (stop && style != STYLE_TEXT) {
            if (at == start)
                at = stop;
            else
                style = STYLE_TEXT;
            break;
        }
        style = STYLE_TEXT;
        at = stop ? stop : at + 1;
    }
    *span = (struct highlight_span){start, (size_t)(at - start), style};
    highlight->at = at;
    return true;
}
