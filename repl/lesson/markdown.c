#include "lesson/markdown.h"

#include "base/utf8.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

typedef const char *getter(cmark_node *node);
typedef int setter(cmark_node *node, const char *text);

static void show(cmark_node *node, getter *get, setter *set, const char *kept)
{
    const char *text = get(node);
    size_t length = text ? strlen(text) : 0;
    if (utf8_is_visible(text, length, kept))
        return;
    struct text visible = TEXT_EMPTY;
    utf8_add_keeping(&visible, text, length, kept);
    set(node, text_string(&visible));
    text_free(&visible);
}

static void show_node(cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_CODE:
        show(node, cmark_node_get_literal, cmark_node_set_literal, "\t");
        break;
    case CMARK_NODE_TEXT: /* "&#10;" is a newline */
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_HTML_INLINE:
        show(node, cmark_node_get_literal, cmark_node_set_literal, "\n\t");
        break;
    case CMARK_NODE_LINK:
    case CMARK_NODE_IMAGE:
        show(node, cmark_node_get_title, cmark_node_set_title, "\n\t");
        break;
    case CMARK_NODE_CODE_BLOCK:
        show(node, cmark_node_get_fence_info, cmark_node_set_fence_info, "\t");
        break;
    default:
        break;
    }
}

/* True when there may be an entity or another reference, "&shy;": a parser makes of it what does not stand there. */
static bool has_reference(const char *text, size_t length)
{
    const char *end = text + length;
    for (const char *at = text; at < end && (at = memchr(at, '&', (size_t)(end - at))) != NULL;) {
        at++;
        while (at < end && (isalnum((unsigned char)*at) || *at == '#'))
            at++;
        if (at < end && *at == ';')
            return true;
    }
    return false;
}

void markdown_show(cmark_node *tree, const char *text, size_t length)
{
    if (utf8_is_visible(text, length, "\n\r\t") && !has_reference(text, length))
        return;
    cmark_iter *iter = cmark_iter_new(tree);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;)
        if (event == CMARK_EVENT_ENTER)
            show_node(cmark_iter_get_node(iter));
    cmark_iter_free(iter);
}

static void add_words(struct text *text, const char *literal)
{
    size_t begin = text->length;
    text_add(text, literal);
    for (size_t i = begin; i < text->length; i++)
        if (text->bytes[i] == '\t' || text->bytes[i] == '\n')
            text->bytes[i] = ' ';
}

static void add_leaf(struct text *text, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
        add_words(text, cmark_node_get_literal(node));
        break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
        text_add_char(text, ' ');
        break;
    default:
        break;
    }
}

void markdown_add_plain(struct text *text, cmark_node *node)
{
    cmark_iter *iter = cmark_iter_new(node);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;)
        if (event == CMARK_EVENT_ENTER)
            add_leaf(text, cmark_iter_get_node(iter));
    cmark_iter_free(iter);
}

char *markdown_plain(cmark_node *node)
{
    struct text text = TEXT_EMPTY;
    markdown_add_plain(&text, node);
    return text_steal(&text);
}

/* A title of signs alone has them for a name: where it stands changes nothing. */
static void add_signs(struct text *slug, const char *title)
{
    text_add(slug, "section");
    for (const char *c = title; *c != '\0'; c++)
        if (*c != ' ')
            text_format(slug, "-%02x", (unsigned)(unsigned char)*c);
}

bool markdown_has_link(cmark_node *node)
{
    bool found = false;
    cmark_iter *iter = cmark_iter_new(node);
    while (!found && cmark_iter_next(iter) != CMARK_EVENT_DONE)
        found = cmark_node_get_type(cmark_iter_get_node(iter)) == CMARK_NODE_LINK;
    cmark_iter_free(iter);
    return found;
}

char *markdown_slug(const char *title)
{
    struct text slug = TEXT_EMPTY;
    size_t length = strlen(title);
    bool any = false;
    for (size_t i = 0; i < length;) {
        int32_t point;
        i += utf8_decode(title + i, length - i, &point);
        if (point == ' ' || point == '-')
            text_add_char(&slug, '-');
        else if (point >= 0 && utf8_is_word(point))
            utf8_add_lower(&slug, point);
        any = any || (slug.length > 0 && slug.bytes[slug.length - 1] != '-');
    }
    if (!any) {
        text_clear(&slug);
        add_signs(&slug, title);
    }
    return text_steal(&slug);
}

static const struct markdown_alert alerts[] = {
    {"[!NOTE]", "note", "Note"},
    {"[!TIP]", "tip", "Tip"},
    {"[!IMPORTANT]", "important", "Important"},
    {"[!WARNING]", "warning", "A common misconception"},
    {"[!CAUTION]", "caution", "Caution"},
};

const struct markdown_alert *markdown_alert_named(const char *mark, size_t length)
{
    for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++)
        if (strlen(alerts[i].mark) == length && strncasecmp(mark, alerts[i].mark, length) == 0)
            return &alerts[i];
    return NULL;
}

const struct markdown_alert *markdown_alert(cmark_node *quote, cmark_node **mark)
{
    cmark_node *paragraph = cmark_node_first_child(quote);
    if (paragraph == NULL || cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH)
        return NULL;
    struct text line = TEXT_EMPTY;
    for (cmark_node *node = cmark_node_first_child(paragraph); node != NULL; node = cmark_node_next(node)) {
        if (cmark_node_get_type(node) != CMARK_NODE_TEXT)
            break;
        text_add(&line, cmark_node_get_literal(node));
        *mark = node;
    }
    const struct markdown_alert *found = markdown_alert_named(text_string(&line), line.length);
    text_free(&line);
    cmark_node *after = found ? cmark_node_next(*mark) : NULL;
    bool alone = after == NULL || cmark_node_get_type(after) == CMARK_NODE_SOFTBREAK ||
                 cmark_node_get_type(after) == CMARK_NODE_LINEBREAK;
    return alone ? found : NULL;
}
