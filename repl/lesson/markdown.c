#include "lesson/markdown.h"

#include <ctype.h>

static void add_leaf(struct text *text, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
        text_add(text, cmark_node_get_literal(node));
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

char *markdown_slug(const char *title)
{
    struct text slug = TEXT_EMPTY;
    for (const char *c = title; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte >= 0x80 || isalnum(byte) || byte == '-' || byte == '_')
            text_add_char(&slug, byte < 0x80 ? (char)tolower(byte) : *c);
        else if (byte == ' ')
            text_add_char(&slug, '-');
    }
    if (slug.length == 0)
        text_add(&slug, "section");
    return text_steal(&slug);
}
