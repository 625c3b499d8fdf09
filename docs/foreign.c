#include "foreign.h"

#include "links.h"

#include "lesson/markdown.h"

#include <ctype.h>
#include <string.h>

/* How lines begin that mean something elsewhere. */
static const struct sign {
    const char *begin, *what;
    bool code; /* also within a fence */
} signs[] = {
    {"{{#", "This includes nothing: `{{#…}}` is mdBook's. Write here what it stands for.", true},
    {"{%", "This does nothing: `{% … %}` is Jekyll's. Write here what it stands for.", false},
    {":::", "This is shown as it stands: `:::` is another tool's. Write an alert, `> [!NOTE]`.", false},
    {"!!! ", "This is shown as it stands: `!!!` is another tool's. Write an alert, `> [!NOTE]`.", false},
    {"$$", "This is shown as it stands: formulas are not drawn. Write it in words, or as a picture.", false},
};

static const struct sign *sign_at(const char *line, bool code)
{
    line += strspn(line, " \t");
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if ((signs[i].code || !code) && strncmp(line, signs[i].begin, strlen(signs[i].begin)) == 0)
            return &signs[i];
    return NULL;
}

static bool begins_line(cmark_node *node)
{
    cmark_node *before = cmark_node_previous(node);
    cmark_node_type type = before ? cmark_node_get_type(before) : CMARK_NODE_SOFTBREAK;
    return type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK;
}

static void note_code(cmark_node *node, const char *path, struct complaints *notes)
{
    int line = links_line(node) + 1;
    for (const char *at = cmark_node_get_literal(node); *at != '\0'; line++) {
        const struct sign *sign = sign_at(at, true);
        if (sign != NULL)
            complaints_add(notes, path, line, "%s", sign->what);
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
}

static void note_text(cmark_node *node, const char *path, struct complaints *notes)
{
    const struct sign *sign = begins_line(node) ? sign_at(cmark_node_get_literal(node), false) : NULL;
    if (sign != NULL)
        complaints_add(notes, path, links_line(node), "%s", sign->what);
}

/* "[!BUG]" as a quote's first line, which is no alert. */
static void note_quote(cmark_node *quote, const char *path, struct complaints *notes)
{
    cmark_node *first = cmark_node_first_child(quote), *mark;
    if (first == NULL || cmark_node_get_type(first) != CMARK_NODE_PARAGRAPH || markdown_alert(quote, &mark) != NULL)
        return;
    cmark_node *text = cmark_node_first_child(first);
    const char *words = cmark_node_get_type(text) == CMARK_NODE_TEXT ? cmark_node_get_literal(text) : "";
    size_t length = 0;
    if (strncmp(words, "[!", 2) == 0)
        while (isalpha((unsigned char)words[2 + length]))
            length++;
    if (length > 0 && words[2 + length] == ']')
        complaints_add(notes, path, links_line(quote),
                       "`%.*s` is no alert that is known, or more stands on its line. It is shown as a quote. "
                       "Alerts are NOTE, TIP, IMPORTANT, WARNING and CAUTION.",
                       (int)length + 3, words);
}

void foreign_note(const struct lesson *lesson, struct complaints *notes)
{
    cmark_iter *iter = cmark_iter_new(lesson->tree);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        if (event != CMARK_EVENT_ENTER)
            continue;
        if (type == CMARK_NODE_TEXT)
            note_text(node, lesson->path, notes);
        else if (type == CMARK_NODE_CODE_BLOCK)
            note_code(node, lesson->path, notes);
        else if (type == CMARK_NODE_BLOCK_QUOTE)
            note_quote(node, lesson->path, notes);
    }
    cmark_iter_free(iter);
}
