#include "lesson/details.h"

#include "base/text.h"
#include "lesson/github.h"
#include "lesson/pool.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * Nodes made here have no line of their own, or one that counts from the piece they were parsed from.  Until
 * the lesson is built their user data holds what is to be added.
 */
static void set_offset(cmark_node *node, int lines)
{
    cmark_node_set_user_data(node, (void *)(intptr_t)lines);
}

int details_line(cmark_node *node)
{
    int line = github_line(node);
    return (line > 0 ? line : cmark_node_get_start_line(node)) + (int)(intptr_t)cmark_node_get_user_data(node);
}

/* True when a tag of this name, "<details" or "</details", begins here. */
static bool is_tag(const char *text, const char *tag)
{
    size_t length = strlen(tag);
    return strncasecmp(text, tag, length) == 0 && !isalnum((unsigned char)text[length]) && text[length] != '-';
}

/* Behind the next '>' of the tag that begins here. */
static const char *tag_end(const char *text)
{
    const char *end = strchr(text, '>');
    return end != NULL ? end + 1 : text + strlen(text);
}

static const char *skip_space(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

/* Behind the </summary> of the summary that follows here; `text` itself without one. */
static const char *summary_end(const char *text)
{
    const char *at = skip_space(text);
    if (!is_tag(at, "<summary"))
        return text;
    for (at = tag_end(at); *at != '\0' && !is_tag(at, "</summary");)
        at++;
    return tag_end(at);
}

enum piece { PIECE_TEXT, PIECE_OPEN, PIECE_CLOSE };

/* The piece that begins here, and its end. */
static enum piece next_piece(const char *text, const char **end)
{
    if (is_tag(text, "<details")) {
        *end = summary_end(tag_end(text));
        return PIECE_OPEN;
    }
    if (is_tag(text, "</details")) {
        *end = tag_end(text);
        return PIECE_CLOSE;
    }
    const char *at = text;
    while (*at != '\0' && !is_tag(at, "<details") && !is_tag(at, "</details"))
        at++;
    *end = at;
    return PIECE_TEXT;
}

static bool is_blank(const char *text, const char *end)
{
    while (text < end && isspace((unsigned char)*text))
        text++;
    return text == end;
}

static int count_lines(const char *text, const char *end)
{
    int lines = 0;
    for (; text < end; text++)
        lines += *text == '\n';
    return lines;
}

static bool is_html(cmark_node *node)
{
    return node != NULL && cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK;
}

static const char *html_of(cmark_node *node)
{
    return skip_space(cmark_node_get_literal(node));
}

bool details_opens(cmark_node *node)
{
    return is_html(node) && is_tag(html_of(node), "<details");
}

bool details_closes(cmark_node *node)
{
    return is_html(node) && is_tag(html_of(node), "</details");
}

static void add_html(cmark_node *before, const char *text, const char *end, int line)
{
    struct text html = TEXT_EMPTY;
    text_add_bytes(&html, text, (size_t)(end - text));
    text_add_char(&html, '\n');
    cmark_node *node = cmark_node_new_with_mem(CMARK_NODE_HTML_BLOCK, pool_memory());
    cmark_node_set_literal(node, text_string(&html));
    set_offset(node, line);
    cmark_node_insert_before(before, node);
    text_free(&html);
}

/* Parses what stands between two tags as if empty lines surrounded it. */
static void add_markdown(cmark_node *before, const char *text, const char *end, const struct place *place)
{
    cmark_node *tree = github_parse(text, (size_t)(end - text), 0, true, pool_memory());
    for (cmark_node *node; (node = cmark_node_first_child(tree)) != NULL;) {
        set_offset(node, place->line - 1);
        if (cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK && *cmark_node_get_fence_info(node) != '\0')
            complaints_add(place->complaints, place->path, details_line(node),
                           "Leave an empty line between the HTML and this fence. "
                           "Without it, GitHub takes the fence for HTML.");
        cmark_node_insert_before(before, node);
    }
    cmark_node_free(tree);
}

/* True when the block is one opening, one closing, or has nothing to do with details. */
static bool is_normal(const char *html)
{
    const char *end;
    next_piece(html, &end);
    return *skip_space(end) == '\0';
}

static void split(cmark_node *node, struct complaints *complaints, const char *path)
{
    const char *text = cmark_node_get_literal(node), *end;
    int line = cmark_node_get_start_line(node);
    for (const char *at = text; *at != '\0'; at = end) {
        enum piece piece = next_piece(at, &end);
        struct place place = {complaints, path, line + count_lines(text, at)};
        if (piece != PIECE_TEXT)
            add_html(node, at, end, place.line);
        else if (!is_blank(at, end))
            add_markdown(node, at, end, &place);
    }
    cmark_node_unlink(node);
    cmark_node_free(node);
}

/* An empty line between <details> and <summary> makes two blocks of them: joins them again. */
static void join_summary(cmark_node *node)
{
    cmark_node *next = cmark_node_next(node);
    if (!details_opens(node) || !is_html(next) || !is_tag(html_of(next), "<summary") ||
        *skip_space(tag_end(html_of(node))) != '\0')
        return;
    struct text html = TEXT_EMPTY;
    text_add(&html, cmark_node_get_literal(node));
    /* Lines keep their numbers. */
    text_add_repeat(&html, "\n", (size_t)(cmark_node_get_start_line(next) - cmark_node_get_end_line(node) - 1));
    text_add(&html, cmark_node_get_literal(next));
    cmark_node_set_literal(node, text_string(&html));
    cmark_node_unlink(next);
    cmark_node_free(next);
    text_free(&html);
}

static void complain_partners(cmark_node *tree, struct complaints *complaints, const char *path)
{
    int open = 0, last = 0;
    for (cmark_node *node = cmark_node_first_child(tree); node != NULL; node = cmark_node_next(node)) {
        if (details_opens(node)) {
            open++;
            last = details_line(node);
        } else if (details_closes(node) && open-- == 0) {
            complaints_add(complaints, path, details_line(node), "This </details> closes nothing. Remove it.");
            open = 0;
        }
    }
    if (open > 0)
        complaints_add(complaints, path, last, "<details> is not closed. Write </details> where it ends.");
}

void details_normalise(cmark_node *tree, struct complaints *complaints, const char *path)
{
    bool any = false;
    for (cmark_node *node = cmark_node_first_child(tree), *next; node != NULL; node = next) {
        next = cmark_node_next(node);
        if (!is_html(node) || strncmp(html_of(node), "<!--", 4) == 0)
            continue;
        any = true;
        join_summary(node);
        next = cmark_node_next(node);
        if (!is_normal(html_of(node)))
            split(node, complaints, path);
    }
    if (any)
        complain_partners(tree, complaints, path);
}

static const struct {
    const char *entity, *text;
} entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};

/* Adds what the entity here means and gives its length; 0 when there is none. */
static size_t add_entity(struct text *text, const char *html)
{
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        size_t length = strlen(entities[i].entity);
        if (strncmp(html, entities[i].entity, length) == 0) {
            text_add(text, entities[i].text);
            return length;
        }
    }
    return 0;
}

char *details_summary(cmark_node *opening)
{
    const char *html = skip_space(tag_end(html_of(opening)));
    struct text text = TEXT_EMPTY;
    if (is_tag(html, "<summary"))
        for (html = skip_space(tag_end(html)); *html != '\0' && !is_tag(html, "</summary");) {
            size_t taken = add_entity(&text, html);
            if (taken > 0) {
                html += taken;
            } else if (*html == '<' && (isalpha((unsigned char)html[1]) || html[1] == '/')) {
                html = tag_end(html);
            } else {
                text_add_char(&text, isspace((unsigned char)*html) ? ' ' : *html);
                html++;
            }
        }
    while (text.length > 0 && text.bytes[text.length - 1] == ' ')
        text_cut(&text, text.length - 1);
    return text_steal(&text);
}
