#include "render/look.h"

#include "base/utf8.h"

#include <string.h>

#define SGR(parameters) "\033[" parameters "m"

/*
 * The sixteen colours of the terminal's own palette, so that a theme stays a theme.  Quiet is faint, not
 * grey: the palette's grey is the background in some themes.  A style that is not here looks like plain text.
 */
static const struct {
    const char *dark, *light;
} styles[STYLE_COUNT] = {
    [STYLE_TITLE] = {SGR("1;96"), SGR("1;34")}, [STYLE_HEADING] = {SGR("1;36"), SGR("1;34")},
    [STYLE_STRONG] = {SGR("1"), SGR("1")},      [STYLE_EMPHASIS] = {SGR("3"), SGR("3")},
    [STYLE_CODE] = {SGR("36"), SGR("34")},      [STYLE_LINK] = {SGR("4"), SGR("4")},
    [STYLE_QUIET] = {SGR("2"), SGR("2")},       [STYLE_PROMPT] = {SGR("1;32"), SGR("1;32")},
    [STYLE_ERROR] = {SGR("1;91"), SGR("1;31")}, [STYLE_RIGHT] = {SGR("1;32"), SGR("1;32")},
    [STYLE_WRONG] = {SGR("1;33"), SGR("1;31")}, [STYLE_KEYWORD] = {SGR("95"), SGR("35")},
    [STYLE_STRING] = {SGR("32"), SGR("32")},    [STYLE_NUMBER] = {SGR("33"), SGR("31")},
    [STYLE_COMMENT] = {SGR("2"), SGR("2")},     [STYLE_NAME] = {SGR("36"), SGR("34")},
};

/* What stands for a character where only ASCII may be shown. */
static const struct {
    int32_t point;
    const char *ascii;
} fellows[] = {
    {0xa0, " "},    {0xa7, "section "}, {0xb1, "+/-"},  {0xb5, "u"},     {0xb7, "*"},     {0xd7, "x"},
    {0x2010, "-"},  {0x2011, "-"},      {0x2012, "-"},  {0x2013, "-"},   {0x2014, "--"},  {0x2018, "'"},
    {0x2019, "'"},  {0x201c, "\""},     {0x201d, "\""}, {0x2022, "*"},   {0x2026, "..."}, {0x2190, "<-"},
    {0x2191, "^"},  {0x2192, "->"},     {0x2193, "v"},  {0x2194, "<->"}, {0x21d2, "=>"},  {0x2248, "~"},
    {0x2260, "!="}, {0x2264, "<="},     {0x2265, ">="}, {0x2500, "-"},   {0x2502, "|"},   {0x2713, "ok"},
    {0x2717, "x"},  {0x2715, "x"},      {0x250c, "+"},  {0x2510, "+"},   {0x2514, "+"},   {0x2518, "+"},
    {0x251c, "+"},  {0x2524, "+"},      {0x252c, "+"},  {0x2534, "+"},   {0x253c, "+"},   {0x2506, ":"},
    {0x254c, "-"},  {0x2550, "="},      {0x2551, "|"},  {0x25b2, "^"},   {0x25bc, "v"},   {0x25b6, ">"},
    {0x25c0, "<"},  {0x25ba, ">"},      {0x25c4, "<"},  {0x25cf, "*"},   {0x2588, "#"},   {0x2591, "."},
};

const char *look_on(const struct look *look, enum style style)
{
    const char *sequence = look->light ? styles[style].light : styles[style].dark;
    return look->colour && sequence != NULL ? sequence : "";
}

const char *look_off(const struct look *look, enum style style)
{
    return *look_on(look, style) ? "\033[0m" : "";
}

void look_add(struct text *out, const struct look *look, enum style style, const char *text)
{
    text_add(out, look_on(look, style));
    text_add(out, text);
    text_add(out, look_off(look, style));
}

static void add_fellow(struct text *out, int32_t point)
{
    for (size_t i = 0; i < sizeof fellows / sizeof *fellows; i++)
        if (fellows[i].point == point) {
            text_add(out, fellows[i].ascii);
            return;
        }
    text_format(out, "\\u{%x}", (unsigned)point);
}

/* Without Unicode, what stands behind `start` becomes ASCII. */
static void make_plain(struct text *out, const struct look *look, size_t start)
{
    if (look->unicode)
        return;
    struct text plain = TEXT_EMPTY;
    for (size_t i = start; i < out->length;) {
        int32_t point;
        size_t taken = utf8_decode(out->bytes + i, out->length - i, &point);
        if (point < 0x80)
            text_add_bytes(&plain, out->bytes + i, taken);
        else
            add_fellow(&plain, point);
        i += taken;
    }
    text_cut(out, start);
    text_add_bytes(out, text_string(&plain), plain.length);
    text_free(&plain);
}

void look_add_visible(struct text *out, const struct look *look, const char *bytes, size_t length)
{
    size_t start = out->length;
    utf8_add_visible(out, bytes, length);
    make_plain(out, look, start);
}

void look_add_name(struct text *out, const struct look *look, const char *name)
{
    size_t start = out->length;
    utf8_add_keeping(out, name, strlen(name), "");
    make_plain(out, look, start);
}

size_t look_name_columns(const struct look *look, const char *name)
{
    struct text shown = TEXT_EMPTY;
    look_add_name(&shown, look, name);
    size_t columns = utf8_columns(text_string(&shown), shown.length);
    text_free(&shown);
    return columns;
}

size_t look_columns(const char *text)
{
    return utf8_columns(text, strlen(text));
}

/* A line being filled.  `active` holds the escape sequences in force, to be begun again on the next line. */
struct filler {
    struct text *out;
    const char *rest;
    size_t limit, column, margin;
    struct text active;
};

static size_t escape_length(const char *text)
{
    return text[0] == '\033' && text[1] == '[' ? strcspn(text, "m") + 1 : 0;
}

static void add_escape(struct filler *filler, const char *escape, size_t length)
{
    text_add_bytes(filler->out, escape, length);
    if (length == 4 && escape[2] == '0')
        text_clear(&filler->active);
    else
        text_add_bytes(&filler->active, escape, length);
}

static void drop_trailing_spaces(struct text *out)
{
    while (out->length > 0 && out->bytes[out->length - 1] == ' ')
        text_cut(out, out->length - 1);
}

static void next_line(struct filler *filler)
{
    if (filler->active.length > 0)
        text_add(filler->out, "\033[0m");
    drop_trailing_spaces(filler->out);
    text_add_char(filler->out, '\n');
    text_add(filler->out, filler->rest);
    text_add_bytes(filler->out, text_string(&filler->active), filler->active.length);
    filler->column = filler->margin;
}

/* Adds `length` bytes without looking for spaces; breaks where the line is full. */
static void add_run(struct filler *filler, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t escape = escape_length(text + i);
        if (escape > 0) {
            add_escape(filler, text + i, escape);
            i += escape;
            continue;
        }
        int32_t point;
        size_t taken = utf8_decode(text + i, length - i, &point);
        size_t width = utf8_columns(text + i, taken);
        if (filler->column + width > filler->limit && filler->column > filler->margin)
            next_line(filler);
        text_add_bytes(filler->out, text + i, taken);
        filler->column += width;
        i += taken;
    }
}

static struct filler filler_begin(struct text *out, const char *first, const char *rest, size_t limit)
{
    size_t margin = look_columns(rest);
    text_add(out, first);
    return (struct filler){.out = out,
                           .rest = rest,
                           .limit = limit > margin + 8 ? limit : margin + 8,
                           .column = look_columns(first),
                           .margin = margin};
}

static void filler_end(struct filler *filler)
{
    drop_trailing_spaces(filler->out);
    text_add_char(filler->out, '\n');
    text_free(&filler->active);
}

void look_wrap(struct text *out, const struct look *look, const char *first, const char *rest, const char *text)
{
    int measure = look->width < LOOK_MEASURE ? look->width : LOOK_MEASURE;
    struct filler filler = filler_begin(out, first, rest, measure > 0 ? (size_t)measure : 1);
    bool begun = false; /* a word stands on this line already */
    while (*text != '\0') {
        if (*text == '\n') {
            next_line(&filler);
            begun = false;
            text++;
            continue;
        }
        if (*text == ' ') {
            text++;
            continue;
        }
        size_t length = strcspn(text, " \n");
        size_t columns = utf8_columns(text, length);
        if (begun && filler.column + 1 + columns > filler.limit && columns > 0)
            next_line(&filler);
        else if (begun && columns > 0)
            add_run(&filler, " ", 1);
        add_run(&filler, text, length);
        begun = begun || columns > 0;
        text += length;
    }
    filler_end(&filler);
}

/* A run of spaces or of other characters; a word that does not fit, but would on a line of its own, begins
 * one. */
static size_t add_piece(struct filler *filler, const char *text, size_t length)
{
    size_t spaces = strspn(text, " ");
    size_t taken = spaces > 0 ? spaces : strcspn(text, " \n");
    taken = taken < length ? taken : length;
    size_t columns = utf8_columns(text, taken);
    bool fits = filler->column + columns <= filler->limit;
    if (spaces == 0 && !fits && filler->column > filler->margin && filler->margin + columns <= filler->limit)
        next_line(filler);
    add_run(filler, text, taken);
    return taken;
}

void look_break(struct text *out, const struct look *look, const char *first, const char *rest, const char *text)
{
    struct filler filler = filler_begin(out, first, rest, look->width > 0 ? (size_t)look->width : 1);
    for (;;) {
        for (size_t length = strcspn(text, "\n"); length > 0;) {
            size_t taken = add_piece(&filler, text, length);
            text += taken;
            length -= taken;
        }
        if (*text == '\0' || (text[0] == '\n' && text[1] == '\0'))
            break;
        next_line(&filler);
        text++;
    }
    filler_end(&filler);
}

void look_wrap_styled(struct text *out, const struct look *look, enum style style, const char *margin,
                      const char *words)
{
    struct text line = TEXT_EMPTY;
    if (words == NULL)
        return;
    text_add(&line, look_on(look, style));
    look_add_visible(&line, look, words, strlen(words));
    text_add(&line, look_off(look, style));
    look_wrap(out, look, margin, margin, text_string(&line));
    text_free(&line);
}
