#include "render/html.h"

#include "render/highlight.h"

#include <string.h>

/* The longest name a language has that can be coloured; longer words are no such name. */
enum { LANGUAGE_LONGEST = 15 };

/* What stands around a span of a style: short, as a page has hundreds of them. */
static const struct {
    const char *enter, *exit;
} colours[STYLE_COUNT] = {
    [STYLE_KEYWORD] = {"<c-k>", "</c-k>"}, [STYLE_STRING] = {"<c-s>", "</c-s>"}, [STYLE_NUMBER] = {"<c-n>", "</c-n>"},
    [STYLE_COMMENT] = {"<c-c>", "</c-c>"}, [STYLE_NAME] = {"<c-f>", "</c-f>"},
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
        bool coloured = colours[span.style].enter != NULL;
        if (coloured)
            text_add(out, colours[span.style].enter);
        if (span.style == STYLE_KEYWORD) /* nothing in them is special; a name may hold any character */
            text_add_bytes(out, span.text, span.length);
        else if (highlight.language == NULL) /* as every writer of HTML does */
            html_escape(out, span.text, span.length);
        else
            html_escape_between(out, span.text, span.length);
        if (coloured)
            text_add(out, colours[span.style].exit);
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
