#include "render/html.h"

#include "render/highlight.h"

#include <string.h>

/* The longest name a language has that can be coloured; longer words are no such name. */
enum { LANGUAGE_LONGEST = 15 };

/* What begins a span of a style. */
static const char *const opens[STYLE_COUNT] = {
    [STYLE_KEYWORD] = "<span class=\"k\">", [STYLE_STRING] = "<span class=\"s\">",
    [STYLE_NUMBER] = "<span class=\"n\">",  [STYLE_COMMENT] = "<span class=\"c\">",
    [STYLE_NAME] = "<span class=\"f\">",
};

/* cmark's notion of the first word of what stands behind a fence. */
static size_t first_word(const char *info)
{
    return strcspn(info, " \t\n\v\f\r");
}

static void add_highlighted(struct text *out, const char *info, size_t length, const char *code)
{
    char language[LANGUAGE_LONGEST + 1] = "";
    if (length <= LANGUAGE_LONGEST)
        memcpy(language, info, length);
    struct highlight highlight = highlight_begin(language, code, strlen(code));
    for (struct highlight_span span; highlight_next(&highlight, &span);) {
        const char *open = opens[span.style];
        if (open != NULL)
            text_add(out, open);
        if (span.style == STYLE_KEYWORD) /* nothing in them is special; a name may hold any character */
            text_add_bytes(out, span.text, span.length);
        else
            html_escape(out, span.text, span.length);
        if (open != NULL)
            text_add(out, "</span>");
    }
}

void html_code(struct text *out, const char *info, const char *code)
{
    size_t length = first_word(info);
    if (info[0] == '\0') {
        text_add(out, "<pre><code>");
    } else {
        text_add(out, "<pre><code class=\"language-");
        html_escape(out, info, length);
        text_add(out, "\">");
    }
    add_highlighted(out, info, length, code);
    text_add(out, "</code></pre>\n");
}
