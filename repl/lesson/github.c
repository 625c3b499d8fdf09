#include "lesson/github.h"

#include "base/text.h"
#include "lesson/github_line.h"
#include "lesson/github_notes.h"
#include "lesson/github_table.h"

#include <ctype.h>
#include <string.h>

/* Protecting */

/* The length of "[^name" when it begins here and "]" follows; 0 when it is no note's sign. */
static size_t sign_length(const char *text, const char *end)
{
    if (end - text < 4 || strncmp(text, "[^", 2) != 0)
        return 0;
    const char *at = text + 2;
    while (at < end && !isspace((unsigned char)*at) && *at != '[' && *at != ']')
        at++;
    return at > text + 2 && at < end && *at == ']' ? (size_t)(at - text) : 0;
}

/* True when the text explains this note: some line begins with "[^name]:". */
static bool is_explained(const char *text, size_t length, const char *sign, size_t sign_length)
{
    struct text name = TEXT_EMPTY;
    text_add_bytes(&name, sign, sign_length);
    text_add(&name, "]:");
    bool found = false;
    const char *end = text + length;
    for (const char *at = text; !found && (at = memmem(at, (size_t)(end - at), name.bytes, name.length)) != NULL;
         at++) {
        const char *begin = at;
        while (begin > text && (begin[-1] == ' ' || begin[-1] == '>'))
            begin--;
        found = begin == text || begin[-1] == '\n' || begin[-1] == '\r';
    }
    text_free(&name);
    return found;
}

/* Whether the last name that was asked about is explained: texts point to one note from many places. */
struct asked {
    const char *name;
    size_t length;
    bool explained;
};

static bool points_to_note(struct asked *asked, const char *text, size_t length, const char *at, bool any)
{
    size_t sign = any ? sign_length(at, text + length) : 0;
    if (sign == 0)
        return false;
    if (sign != asked->length || memcmp(asked->name, at, sign) != 0)
        *asked = (struct asked){at, sign, is_explained(text, length, at, sign)};
    return asked->explained;
}

static void protect(struct text *out, const char *text, size_t length)
{
    struct asked asked = {0};
    bool notes = memmem(text, length, "]:", 2) != NULL;
    const char *end = text + length, *done = text;
    for (const char *at = text; at < end; at++) {
        const char *instead = NULL;
        size_t taken = 1;
        if (*at == '\\' && at + 1 < end) {
            taken = 2;
            instead = at[1] == '~' ? GITHUB_TILDE : NULL;
        } else if (*at == '[' && points_to_note(&asked, text, length, at, notes)) {
            instead = GITHUB_BRACKET;
        }
        if (instead != NULL) {
            text_add_bytes(out, done, (size_t)(at - done));
            text_add(out, instead);
            done = at + taken;
        }
        at += taken - 1;
    }
    text_add_bytes(out, done, (size_t)(end - done));
}

static void restore(cmark_node *node, const char *(*get)(cmark_node *), int (*set)(cmark_node *, const char *),
                    const char *tilde)
{
    const char *text = get(node);
    if (text == NULL || strstr(text, "\xef\xb7") == NULL)
        return;
    struct text restored = TEXT_EMPTY;
    for (const char *at = text; *at != '\0';) {
        bool is_tilde = strncmp(at, GITHUB_TILDE, 3) == 0, is_bracket = strncmp(at, GITHUB_BRACKET, 3) == 0;
        if (is_tilde || is_bracket)
            text_add(&restored, is_tilde ? tilde : "[");
        else
            text_add_char(&restored, *at);
        at += is_tilde || is_bracket ? 3 : 1;
    }
    set(node, text_string(&restored));
    text_free(&restored);
}

static void restore_node(cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        restore(node, cmark_node_get_literal, cmark_node_set_literal, "~");
        break;
    case CMARK_NODE_CODE_BLOCK:
        restore(node, cmark_node_get_fence_info, cmark_node_set_fence_info, "~");
        restore(node, cmark_node_get_literal, cmark_node_set_literal, "\\~");
        break;
    case CMARK_NODE_CODE:
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_HTML_INLINE:
        restore(node, cmark_node_get_literal, cmark_node_set_literal, "\\~");
        break;
    case CMARK_NODE_LINK:
    case CMARK_NODE_IMAGE:
        restore(node, cmark_node_get_url, cmark_node_set_url, "~");
        restore(node, cmark_node_get_title, cmark_node_set_title, "~");
        break;
    default:
        break;
    }
}

static void restore_all(cmark_node *tree)
{
    cmark_iter *iter = cmark_iter_new(tree);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;)
        if (event == CMARK_EVENT_ENTER)
            restore_node(cmark_iter_get_node(iter));
    cmark_iter_free(iter);
}

/* The whole */

static bool has(const char *text, size_t length, const char *part)
{
    return memmem(text, length, part, strlen(part)) != NULL;
}

cmark_node *github_parse(const char *text, size_t length, int skip, bool valid, cmark_mem *memory)
{
    struct text protected = TEXT_EMPTY;
    bool notes = has(text, length, "[^"), changed = notes || has(text, length, "\\~");
    if (changed) {
        protect(&protected, text, length);
        text = text_string(&protected);
        length = protected.length;
    }
    cmark_parser *parser = cmark_parser_new_with_mem(valid ? CMARK_OPT_DEFAULT : CMARK_OPT_VALIDATE_UTF8, memory);
    /* Empty lines in the place of those before: cmark then counts as the file does. */
    for (int line = 0; line < skip; line++)
        cmark_parser_feed(parser, "\n", 1);
    cmark_parser_feed(parser, text, length);
    struct github github = {.tree = cmark_parser_finish(parser), .memory = memory, .skip = skip};
    cmark_parser_free(parser);
    bool tables = has(text, length, "|") || has(text, length, ":-");
    notes = notes && has(text, length, GITHUB_BRACKET);
    if (tables || notes)
        github.source = source_of(text, length);
    if (tables)
        github_tables(&github);
    if (notes)
        github_notes(&github);
    if (has(text, length, "://") || has(text, length, "www.") || has(text, length, "@"))
        github_links(&github);
    if (has(text, length, "~"))
        github_strikes(&github);
    if (changed)
        restore_all(github.tree);
    if (tables || notes)
        source_free(&github.source);
    text_free(&protected);
    return github.tree;
}
