#include "lesson/github_node.h"

#include "base/array.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Custom nodes: their kind, and behind it what else is known of them. */

cmark_node *github_node(const struct github *github, enum github_kind kind, const char *value)
{
    bool line = kind == GITHUB_STRUCK || kind == GITHUB_SIGN;
    cmark_node *node =
        cmark_node_new_with_mem(line ? CMARK_NODE_CUSTOM_INLINE : CMARK_NODE_CUSTOM_BLOCK, github->memory);
    char name[] = {(char)('0' + kind), '\0'};
    cmark_node_set_on_enter(node, name);
    cmark_node_set_on_exit(node, value);
    return node;
}

enum github_kind github_kind(cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    if (type != CMARK_NODE_CUSTOM_BLOCK && type != CMARK_NODE_CUSTOM_INLINE)
        return GITHUB_NONE;
    return (enum github_kind)(cmark_node_get_on_enter(node)[0] - '0');
}

const char *github_align(cmark_node *cell)
{
    return cmark_node_get_on_exit(cell);
}

int github_number(cmark_node *node)
{
    return atoi(cmark_node_get_on_exit(node));
}

int github_times(cmark_node *node)
{
    const char *times = strchr(cmark_node_get_on_exit(node), ' ');
    return times ? atoi(times) : 0;
}

cmark_node *github_note(cmark_node *sign)
{
    return cmark_node_get_user_data(sign);
}

int github_line(cmark_node *node)
{
    enum github_kind kind = github_kind(node);
    return kind == GITHUB_TABLE || kind == GITHUB_ROW ? atoi(cmark_node_get_on_exit(node)) : 0;
}

cmark_node *github_text(const struct github *github, const char *bytes, size_t length)
{
    cmark_node *node = cmark_node_new_with_mem(CMARK_NODE_TEXT, github->memory);
    struct text text = TEXT_EMPTY;
    text_add_bytes(&text, bytes, length);
    cmark_node_set_literal(node, text_string(&text));
    text_free(&text);
    return node;
}

cmark_node *github_piece(const struct github *github, const char *text, size_t length)
{
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, github->memory);
    cmark_parser_feed(parser, text, length);
    cmark_node *tree = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    return tree;
}

void github_drop(cmark_node *node)
{
    cmark_node_unlink(node);
    cmark_node_free(node);
}

void github_move(cmark_node *to, cmark_node *from)
{
    for (cmark_node *child; (child = cmark_node_first_child(from)) != NULL;)
        cmark_node_append_child(to, child);
    github_drop(from);
}

struct github_list github_all(cmark_node *tree, cmark_node_type type)
{
    struct github_list list = {0};
    cmark_iter *iter = cmark_iter_new(tree);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == type)
            ARRAY_ADD(list.nodes, list.count, node);
    }
    cmark_iter_free(iter);
    return list;
}
