#include "names.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/span.h"
#include "base/text.h"
#include "lesson/markdown.h"
#include "lesson/pool.h"

#include "render/html.h"
#include "trace/symbols.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ERRORS 134

/* "s:connect", and where it is told: "reference/socket-objects.md#sconnecthost-port". */
struct name {
    char *name, *source;
    char *about; /* of an error: "111, Connection refused. Nobody listens there."; NULL: of anything else */
};

struct names {
    struct name *list;
    size_t count;
};

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct name *)a)->name, ((const struct name *)b)->name);
}

/* Takes up a heading whose title is code: "## `s:connect(host, port)`". */
static void take_heading(struct names *names, const struct site_page *page, const char *line, size_t length)
{
    size_t signs = strspn(line, "#");
    const char *begin = line + signs + 2, *end = length > signs + 2 ? memchr(begin, '`', length - signs - 2) : NULL;
    bool word = strcmp(page->source, "reference/lua.md") == 0; /* "end" may be a socket's */
    if (word || signs < 2 || strncmp(line + signs, " `", 2) != 0 || end == NULL || end + 1 != line + length)
        return;
    char *title = memory_copy_bytes(begin, (size_t)(end - begin)), *slug = markdown_slug(title);
    ARRAY_ADD(names->list, names->count,
              (struct name){.name = memory_copy_bytes(title, strcspn(title, "(")),
                            .source = text_make("%s#%s", page->source, slug)});
    free(title);
    free(slug);
}

static int error_code(const char *symbol)
{
    for (int code = 1; code < ERRORS; code++) {
        const char *known = error_symbol(code);
        if (known != NULL && strcmp(known, symbol) == 0)
            return code;
    }
    return 0;
}

/* The first line of text behind an error's heading says what it means. */
static void take_line(struct names *names, const struct site_page *page, const char *line, size_t length)
{
    struct name *name = names->count > 0 ? &names->list[names->count - 1] : NULL;
    if (length == 0 || *line == '#' || name == NULL || name->about != NULL ||
        strcmp(page->source, "reference/errno.md") != 0)
        return;
    int code = error_code(name->name);
    if (code == 0)
        return;
    name->about = text_make("%d, %s. %.*s", code, strerror(code), (int)length, line);
    for (char *c = name->about; (c = strchr(c, '`')) != NULL;) /* it is shown as plain text */
        memmove(c, c + 1, strlen(c));
}

struct names *names_new(const struct site *site)
{
    if (site->manual == NULL)
        return NULL;
    struct names *names = memory_new(1, sizeof *names);
    for (size_t i = site->lessons; i < site->count; i++) {
        struct text text = TEXT_EMPTY;
        text_read_file(&text, site->pages[i].entry->path);
        const char *at = text_string(&text);
        for (struct span line; span_next_line(&at, &line);) {
            take_line(names, &site->pages[i], line.text, line.length);
            take_heading(names, &site->pages[i], line.text, line.length);
        }
        text_free(&text);
    }
    qsort(names->list, names->count, sizeof *names->list, compare);
    return names;
}

void names_free(struct names *names)
{
    if (names == NULL)
        return;
    for (size_t i = 0; i < names->count; i++) {
        free(names->list[i].name);
        free(names->list[i].source);
        free(names->list[i].about);
    }
    free(names->list);
    free(names);
}

static const struct name *find(const struct names *names, const char *before, const char *name, size_t length)
{
    struct name key = {.name = text_make("%s%.*s", before, (int)length, name)};
    const struct name *found = names->count > 0 ? bsearch(&key, names->list, names->count, sizeof key, compare) : NULL;
    free(key.name);
    return found;
}

/* What a code span names: "socket.socket()", "c:connect(address)", "connect", "EINTR". */
static const struct name *named(const struct names *names, const char *code)
{
    size_t length = strcspn(code, "(");
    const char *colon = memchr(code, ':', length);
    if (length < 3 || strspn(code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:") < length)
        return NULL;
    if (colon != NULL)
        return find(names, "s:", colon + 1, length - (size_t)(colon + 1 - code));
    const struct name *found = find(names, "", code, length);
    return found != NULL ? found : find(names, "s:", code, length);
}

static bool may_link(cmark_node *node)
{
    for (; node != NULL; node = cmark_node_parent(node)) {
        cmark_node_type type = cmark_node_get_type(node);
        bool quiz = type == CMARK_NODE_LIST && cmark_node_get_user_data(node) != NULL; /* whose labels are clicked */
        if (quiz || type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE || type == CMARK_NODE_HEADING)
            return false;
    }
    return true;
}

/* Nodes of a lesson's tree are freed with its memory's own functions. */
static cmark_node *new_link(const char *url)
{
    cmark_node *link = cmark_node_new_with_mem(CMARK_NODE_LINK, pool_memory());
    cmark_node_set_url(link, url);
    return link;
}

static void link_code(cmark_node *code, const char *root, const struct name *name)
{
    char *url = text_make("%s%s", root, name->source);
    cmark_node *link = new_link(url);
    if (name->about != NULL)
        cmark_node_set_title(link, name->about);
    cmark_node_insert_before(code, link);
    cmark_node_append_child(link, code);
    free(url);
}

/* The length of "socket(7)" at the beginning; 0 when it is no manual page. */
static size_t page_length(const char *text)
{
    size_t name = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    bool page = name > 1 && text[name] == '(' && text[name + 1] != '\0' && strchr("23457", text[name + 1]) != NULL &&
                text[name + 2] == ')';
    return page ? name + 3 : 0;
}

static cmark_node *new_text(const char *bytes, size_t length)
{
    char *words = memory_copy_bytes(bytes, length);
    cmark_node *node = cmark_node_new_with_mem(CMARK_NODE_TEXT, pool_memory());
    cmark_node_set_literal(node, words);
    free(words);
    return node;
}

static cmark_node *page_link(const char *page, size_t length)
{
    int name = (int)length - 3;
    char section = page[length - 2];
    char *url = text_make("https://man7.org/linux/man-pages/man%c/%.*s.%c.html", section, name, page, section);
    cmark_node *link = new_link(url);
    cmark_node_append_child(link, new_text(page, length));
    free(url);
    return link;
}

static void link_pages(cmark_node *node)
{
    char *text = memory_copy(cmark_node_get_literal(node));
    const char *done = text;
    for (const char *at = text; *at != '\0';) {
        bool begins = at == text || !(isalnum((unsigned char)at[-1]) || strchr("_-.:", at[-1]) != NULL);
        size_t length = begins ? page_length(at) : 0;
        if (length > 0) {
            if (at > done)
                cmark_node_insert_before(node, new_text(done, (size_t)(at - done)));
            cmark_node_insert_before(node, page_link(at, length));
            done = at + length;
        }
        at += length > 0 ? length : 1;
    }
    if (done > text)
        cmark_node_set_literal(node, done);
    free(text);
}

void names_link(const struct names *names, cmark_node *tree, const char *root)
{
    bool *linked = names ? memory_new(names->count, sizeof *linked) : NULL;
    cmark_iter *iter = cmark_iter_new(tree);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        const char *literal = type == CMARK_NODE_CODE || type == CMARK_NODE_TEXT ? cmark_node_get_literal(node) : "";
        const struct name *name = type == CMARK_NODE_CODE && names != NULL ? named(names, literal) : NULL;
        bool page = type == CMARK_NODE_TEXT && strchr(literal, '(') != NULL;
        if ((name == NULL && !page) || !may_link(node))
            continue;
        if (page)
            link_pages(node);
        else if (!linked[name - names->list])
            link_code(node, root, name);
        if (name != NULL)
            linked[name - names->list] = true;
    }
    cmark_iter_free(iter);
    free(linked);
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The next symbol of an error in the text, with its name; NULL when there is none. */
static const struct name *next_error(const struct names *names, const char **at)
{
    for (const char *begin = *at; (begin = strchr(begin, 'E')) != NULL;) {
        size_t length = 1;
        while (is_word(begin[length]))
            length++;
        bool whole = begin == *at || !is_word(begin[-1]);
        const struct name *name = whole && length > 3 ? find(names, "", begin, length) : NULL;
        begin += length;
        *at = begin;
        if (name != NULL && name->about != NULL)
            return name;
    }
    return NULL;
}

void names_add_errors(const struct names *names, struct text *out, const char *text, const char *root)
{
    bool *told = memory_new(names->count, sizeof *told), any = false;
    for (const struct name *name; (name = next_error(names, &text)) != NULL;) {
        if (told[name - names->list])
            continue;
        if (!any)
            text_add(out, "<details class=\"errors\">\n<summary>Errors on this page</summary>\n<dl>\n");
        char *address = memory_copy(name->source), *file = strstr(address, ".md#");
        if (file != NULL)
            *file = '\0';
        html_format(out, "<dt><a href=\"%a%a.html#%a\"><code>%t</code></a></dt>\n<dd>%t</dd>\n", root, address,
                    file ? file + strlen(".md#") : "", name->name, name->about);
        free(address);
        any = told[name - names->list] = true;
    }
    if (any)
        text_add(out, "</dl>\n</details>\n");
    free(told);
}
