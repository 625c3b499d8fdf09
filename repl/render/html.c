#include "render/html.h"

#include "base/memory.h"
#include "lesson/anchors.h"
#include "lesson/github_node.h"
#include "lesson/markdown.h"
#include "render/html_fold.h"

#include <stdlib.h>
#include <string.h>

struct html {
    const struct html_options *options;
    struct anchors anchors;
    struct text *out;
    cmark_node *image;   /* whose alternative text is being written, or NULL */
    cmark_node *heading; /* that is being written, or NULL */
    bool linked;         /* that heading is a link */
    struct html_folds folds;
};

/* What surrounds the nodes that need no thought; a block begins on a line of its own. */
static const struct tag {
    const char *enter, *exit;
    bool block;
} tags[] = {
    [CMARK_NODE_ITEM] = {"<li>", "</li>\n", true},
    [CMARK_NODE_LINEBREAK] = {"<br />\n", "", false},
    [CMARK_NODE_SOFTBREAK] = {"\n", "", false},
    [CMARK_NODE_EMPH] = {"<em>", "</em>", false},
    [CMARK_NODE_STRONG] = {"<strong>", "</strong>", false},
};

struct html *html_new(const struct html_options *options)
{
    struct html *html = memory_new(1, sizeof *html);
    html->options = options;
    return html;
}

void html_free(struct html *html)
{
    if (html == NULL)
        return;
    anchors_free(&html->anchors);
    free(html->folds.list);
    free(html);
}

void html_reserve_id(struct html *html, const char *id)
{
    anchors_take(&html->anchors, id, 1);
}

/* Begins a line, unless at the beginning of one. */
static void begin_line(struct html *html)
{
    struct text *out = html->out;
    if (out->length > 0 && out->bytes[out->length - 1] != '\n')
        text_add_char(out, '\n');
}

static bool is_tight(cmark_node *paragraph)
{
    cmark_node *list = cmark_node_parent(cmark_node_parent(paragraph));
    return list != NULL && cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list);
}

/* The mark of the alert that the paragraph begins, or NULL. */
static cmark_node *alert_mark(cmark_node *paragraph)
{
    cmark_node *quote = cmark_node_parent(paragraph), *mark = NULL;
    bool first = quote != NULL && cmark_node_get_type(quote) == CMARK_NODE_BLOCK_QUOTE &&
                 cmark_node_first_child(quote) == paragraph;
    return first && markdown_alert(quote, &mark) != NULL ? mark : NULL;
}

/* True for the mark of an alert and the line break after it: its title has been written instead. */
static bool is_alert_mark(cmark_node *node)
{
    cmark_node *paragraph = cmark_node_parent(node);
    cmark_node *before = cmark_node_previous(node);
    return paragraph != NULL && (before == NULL || cmark_node_previous(before) == NULL) &&
           cmark_node_get_type(paragraph) == CMARK_NODE_PARAGRAPH && alert_mark(paragraph) != NULL;
}

static void quote_node(struct html *html, cmark_node *node, bool entering)
{
    cmark_node *mark;
    const struct markdown_alert *alert = markdown_alert(node, &mark);
    begin_line(html);
    if (alert == NULL)
        text_add(html->out, entering ? "<blockquote>\n" : "</blockquote>\n");
    else if (entering)
        text_format(html->out, "<div class=\"alert %s\" role=\"note\">\n<p class=\"alert-title\">%s</p>\n",
                    alert->class, alert->title);
    else
        text_add(html->out, "</div>\n");
}

static void add_tag(struct html *html, const struct tag *tag, bool entering)
{
    if (tag->block && entering)
        begin_line(html);
    text_add(html->out, entering ? tag->enter : tag->exit);
}

/* What stands around GitHub's additions. */
static const struct tag github_tags[] = {
    [GITHUB_TABLE] = {"<table>\n", "</table>\n", true},
    [GITHUB_STRUCK] = {"<del>", "</del>", false},
    [GITHUB_NOTES] = {"<section class=\"footnotes\">\n<ol>\n", "</ol>\n</section>\n", true},
    [GITHUB_NOTE] = {"", "</li>\n", true},
};

static void table_row(struct html *html, cmark_node *row, bool entering)
{
    bool head = cmark_node_previous(row) == NULL;
    bool first = !head && cmark_node_previous(cmark_node_previous(row)) == NULL;
    bool last = !head && cmark_node_next(row) == NULL;
    if (entering)
        text_add(html->out, head ? "<thead>\n<tr>\n" : first ? "<tbody>\n<tr>\n" : "<tr>\n");
    else
        text_add(html->out, head ? "</tr>\n</thead>\n" : last ? "</tr>\n</tbody>\n" : "</tr>\n");
}

static void table_cell(struct html *html, cmark_node *cell, bool entering)
{
    bool head = cmark_node_previous(cmark_node_parent(cell)) == NULL;
    const char *align = github_align(cell);
    if (!entering)
        text_add(html->out, head ? "</th>\n" : "</td>\n");
    else if (*align != '\0')
        text_format(html->out, "<%s align=\"%s\">", head ? "th" : "td", align);
    else
        text_add(html->out, head ? "<th>" : "<td>");
}

/* A note and its signs lead to each other: the sign's id has its number among those of its note. */
static void add_sign_id(struct html *html, int number, int time)
{
    text_format(html->out, time > 1 ? "fnref-%d-%d" : "fnref-%d", number, time);
}

static void note_sign(struct html *html, cmark_node *sign, bool entering)
{
    int number = github_number(sign);
    if (!entering)
        return;
    text_add(html->out, "<sup class=\"footnote-ref\"><a id=\"");
    add_sign_id(html, number, github_times(sign));
    text_format(html->out, "\" href=\"#fn-%d\">%d</a></sup>", number, number);
}

static void add_ways_back(struct html *html, cmark_node *note)
{
    for (int time = 1; time <= github_times(note); time++) {
        text_add(html->out, " <a class=\"footnote-backref\" href=\"#");
        add_sign_id(html, github_number(note), time);
        text_add(html->out, "\" aria-label=\"Back to the text\">\u21a9</a>");
    }
}

static bool is_last_of_note(cmark_node *node)
{
    return cmark_node_next(node) == NULL && github_kind(cmark_node_parent(node)) == GITHUB_NOTE;
}

static void addition_node(struct html *html, cmark_node *node, bool entering)
{
    enum github_kind kind = github_kind(node);
    cmark_node *last = cmark_node_last_child(node);
    if (kind == GITHUB_NOTE && !entering && (last == NULL || cmark_node_get_type(last) != CMARK_NODE_PARAGRAPH))
        add_ways_back(html, node);
    if (kind == GITHUB_ROW)
        table_row(html, node, entering);
    else if (kind == GITHUB_CELL)
        table_cell(html, node, entering);
    else if (kind == GITHUB_SIGN)
        note_sign(html, node, entering);
    else
        add_tag(html, &github_tags[kind], entering);
    if (kind == GITHUB_NOTE && entering)
        text_format(html->out, "<li id=\"fn-%d\">\n", github_number(node));
}

static void paragraph_node(struct html *html, cmark_node *node, bool entering)
{
    if (is_tight(node))
        return;
    cmark_node *mark = alert_mark(node);
    if (mark != NULL && cmark_node_next(mark) == NULL)
        return;
    if (!entering && is_last_of_note(node))
        add_ways_back(html, cmark_node_parent(node));
    if (entering)
        begin_line(html);
    text_add(html->out, entering ? "<p>" : "</p>\n");
}

static void list_node(struct html *html, cmark_node *node, bool entering)
{
    bool bullet = cmark_node_get_list_type(node) == CMARK_BULLET_LIST;
    int first = cmark_node_get_list_start(node);
    begin_line(html);
    if (!entering)
        text_add(html->out, bullet ? "</ul>\n" : "</ol>\n");
    else if (bullet)
        text_add(html->out, "<ul>\n");
    else if (first == 1)
        text_add(html->out, "<ol>\n");
    else
        text_format(html->out, "<ol start=\"%d\">\n", first);
}

/* By level. */
static const char *const heading_opens[] = {
    "", "<h1 id=\"", "<h2 id=\"", "<h3 id=\"", "<h4 id=\"", "<h5 id=\"", "<h6 id=\"",
};
static const char *const heading_closes[] = {
    "", "</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n",
};

/* The heading's id, yours to free. */
static char *id_of(struct html *html, cmark_node *node)
{
    const char *known = html->options->id ? html->options->id(html->options->self, node) : NULL;
    if (known != NULL)
        return memory_copy(known);
    char *title = markdown_plain(node), *slug = markdown_slug(title);
    char *id = anchors_take_slug(&html->anchors, slug, 1);
    free(title);
    free(slug);
    return id;
}

static void enter_heading(struct html *html, cmark_node *node)
{
    char *id = id_of(html, node);
    if (html->options->heading)
        html->options->heading(html->options->self, node, id);
    html->heading = node;
    html->linked = html->options->anchors && !markdown_has_link(node);
    begin_line(html);
    text_add(html->out, heading_opens[cmark_node_get_heading_level(node)]);
    html_add(html->out, id);
    text_add(html->out, "\">");
    if (html->linked) {
        text_add(html->out, "<a class=\"anchor\" href=\"#");
        html_add_address(html->out, id);
        text_add(html->out, "\">");
    }
    free(id);
}

static void heading_node(struct html *html, cmark_node *node, bool entering)
{
    if (entering) {
        enter_heading(html, node);
        return;
    }
    if (html->linked)
        text_add(html->out, "</a>");
    text_add(html->out, heading_closes[cmark_node_get_heading_level(node)]);
    html->heading = NULL;
}

static void leave_out(struct html *html, cmark_node *node)
{
    text_add(html->out, "<!-- raw HTML omitted -->");
    if (html->options->dropped)
        html->options->dropped(html->options->self, node);
}

static void thematic_break_node(struct html *html, cmark_node *node)
{
    (void)node;
    begin_line(html);
    text_add(html->out, "<hr />\n");
}

static void html_block_node(struct html *html, cmark_node *node)
{
    const char *literal = cmark_node_get_literal(node);
    begin_line(html);
    if (html->options->unsafe)
        text_add(html->out, literal);
    else if (!html_fold(&html->folds, html->out, literal, cmark_node_parent(node)))
        leave_out(html, node);
    begin_line(html);
}

static void inline_html_node(struct html *html, cmark_node *node)
{
    if (html->options->unsafe)
        text_add(html->out, cmark_node_get_literal(node));
    else
        leave_out(html, node);
}

static void add_words(struct html *html, const char *literal, size_t length)
{
    html_escape(html->out, literal, length);
    if (html->options->words)
        html->options->words(html->options->self, literal, length, html->heading != NULL);
}

static void code_node(struct html *html, cmark_node *node)
{
    const char *literal = cmark_node_get_literal(node);
    text_add(html->out, "<code>");
    add_words(html, literal, strlen(literal));
    text_add(html->out, "</code>");
}

static void add_target(struct html *html, cmark_node *node, bool image)
{
    const char *url = cmark_node_get_url(node);
    const char *other = html->options->address ? html->options->address(html->options->self, node, url) : NULL;
    if (other != NULL)
        url = other;
    if (html->options->unsafe || html_address_safe(url, image))
        html_add_address(html->out, url);
}

static void add_title(struct html *html, cmark_node *node)
{
    const char *title = cmark_node_get_title(node);
    if (title[0] == '\0')
        return;
    text_add(html->out, "\" title=\"");
    html_add(html->out, title);
}

static void link_node(struct html *html, cmark_node *node, bool entering)
{
    if (!entering) {
        text_add(html->out, "</a>");
        return;
    }
    text_add(html->out, "<a href=\"");
    add_target(html, node, false);
    add_title(html, node);
    text_add(html->out, "\">");
}

static void image_node(struct html *html, cmark_node *node, bool entering)
{
    if (entering) {
        text_add(html->out, "<img src=\"");
        add_target(html, node, true);
        text_add(html->out, "\" alt=\"");
        html->image = node;
        return;
    }
    add_title(html, node);
    text_add(html->out, "\" />");
    html->image = NULL;
}

static void plain_node(struct html *html, cmark_node *node, bool entering)
{
    add_tag(html, &tags[cmark_node_get_type(node)], entering);
}

/* Inside an image's alternative text only the words count. */
static void alternative_node(struct html *html, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
    case CMARK_NODE_HTML_INLINE:
        add_words(html, cmark_node_get_literal(node), strlen(cmark_node_get_literal(node)));
        break;
    case CMARK_NODE_LINEBREAK:
    case CMARK_NODE_SOFTBREAK:
        text_add_char(html->out, ' ');
        break;
    default:
        break;
    }
}

static bool replaced(struct html *html, cmark_node *node)
{
    if (html->options->replace == NULL)
        return false;
    begin_line(html);
    return html->options->replace(html->options->self, html->out, node);
}

static void text_node(struct html *html, cmark_node *node)
{
    const char *literal = cmark_node_get_literal(node);
    if (literal[0] != '[' || !is_alert_mark(node))
        add_words(html, literal, strlen(literal));
}

static void code_block_node(struct html *html, cmark_node *node)
{
    if (replaced(html, node))
        return;
    const char *code = cmark_node_get_literal(node);
    begin_line(html);
    html_code(html->out, cmark_node_get_fence_info(node), code);
    if (html->options->words)
        html->options->words(html->options->self, code, strlen(code), false);
}

static void break_node(struct html *html, cmark_node *node)
{
    if (!is_alert_mark(node))
        plain_node(html, node, true);
}

/* True when the node is a leaf, and has been written. */
static bool leaf_node(struct html *html, cmark_node *node)
{
    static void (*const leaves[])(struct html *, cmark_node *) = {
        [CMARK_NODE_TEXT] = text_node,
        [CMARK_NODE_CODE] = code_node,
        [CMARK_NODE_SOFTBREAK] = break_node,
        [CMARK_NODE_LINEBREAK] = break_node,
        [CMARK_NODE_THEMATIC_BREAK] = thematic_break_node,
        [CMARK_NODE_CODE_BLOCK] = code_block_node,
        [CMARK_NODE_HTML_BLOCK] = html_block_node,
        [CMARK_NODE_HTML_INLINE] = inline_html_node,
    };
    cmark_node_type type = cmark_node_get_type(node);
    if (type >= sizeof leaves / sizeof *leaves || leaves[type] == NULL)
        return false;
    leaves[type](html, node);
    return true;
}

/* Writes one side of a node that may have others below it. */
static void branch_node(struct html *html, cmark_node *node, bool entering)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_PARAGRAPH:
        paragraph_node(html, node, entering);
        break;
    case CMARK_NODE_LINK:
        link_node(html, node, entering);
        break;
    case CMARK_NODE_IMAGE:
        image_node(html, node, entering);
        break;
    case CMARK_NODE_HEADING:
        heading_node(html, node, entering);
        break;
    case CMARK_NODE_LIST:
        list_node(html, node, entering);
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        quote_node(html, node, entering);
        break;
    case CMARK_NODE_ITEM:
    case CMARK_NODE_EMPH:
    case CMARK_NODE_STRONG:
        plain_node(html, node, entering);
        break;
    case CMARK_NODE_CUSTOM_BLOCK:
    case CMARK_NODE_CUSTOM_INLINE:
        addition_node(html, node, entering);
        break;
    default: /* the document itself */
        break;
    }
}

/* False when nothing below the node is wanted any more, and no exit either. */
static bool enter_node(struct html *html, cmark_node *node)
{
    if (html->image != NULL) {
        alternative_node(html, node);
        return true;
    }
    if (leaf_node(html, node))
        return false;
    if (cmark_node_get_type(node) == CMARK_NODE_LIST && replaced(html, node))
        return false;
    branch_node(html, node, true);
    return true;
}

static void exit_node(struct html *html, cmark_node *node)
{
    if (html->image != NULL && html->image != node)
        return;
    if (html->folds.count > 0)
        html_fold_end(&html->folds, html->out, node);
    branch_node(html, node, false);
}

void html_nodes(struct html *html, struct text *out, cmark_node *first, cmark_node *last)
{
    struct text *before = html->out;
    size_t depth = 0;
    html->out = out;
    for (cmark_node *node = first; node != NULL;) {
        bool below = enter_node(html, node);
        cmark_node *next = below ? cmark_node_first_child(node) : NULL;
        if (next != NULL) {
            depth++;
            node = next;
            continue;
        }
        if (below)
            exit_node(html, node);
        while (depth > 0 && cmark_node_next(node) == NULL) {
            node = cmark_node_parent(node);
            exit_node(html, node);
            depth--;
        }
        node = depth == 0 && node == last ? NULL : cmark_node_next(node);
    }
    if (first != NULL)
        html_fold_end(&html->folds, out, cmark_node_parent(first));
    html->out = before;
}
