/*
 * github_line.c: what GitHub finds within a line: bare links and ~~struck~~ text.
 */
#include "lesson/github_line.h"

#include "base/array.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Bare links */

struct found {
    size_t begin, end;
    const char *before; /* what the address needs before it: "http://", "mailto:" or "" */
};

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || c == '-' || c == '_';
}

/* The length of the host at the beginning; 0 when it is none.  The last two of its names have no "_". */
static size_t host_length(const char *text, bool dotted)
{
    size_t length = 0, dots = 0, lines = 0, before = 0;
    for (; is_name_byte(text[length]) || text[length] == '.'; length++) {
        lines += text[length] == '_';
        if (text[length] != '.')
            continue;
        dots++;
        before = lines;
        lines = 0;
    }
    bool good = length > 0 && text[0] != '.' && lines == 0 && before == 0 && (dots > 0 || !dotted);
    return good ? length : 0;
}

static size_t without_reference(const char *text, size_t begin, size_t end)
{
    size_t at = end - 1;
    while (at > begin && isalnum((unsigned char)text[at - 1]))
        at--;
    return at > begin && at < end - 1 && text[at - 1] == '&' ? at - 1 : end - 1;
}

/* How many brackets are closed in the text that were not opened there. */
static long closed_more(const char *text, size_t begin, size_t end)
{
    long more = 0;
    for (size_t i = begin; i < end; i++)
        more += text[i] == ')' ? 1 : text[i] == '(' ? -1 : 0;
    return more;
}

/* Where a link that began ends: before a blank or "<", and without the signs that end a sentence. */
static size_t link_end(const char *text, size_t begin)
{
    size_t end = begin + strcspn(text + begin, " \t\r\n<");
    long more = closed_more(text, begin, end);
    while (end > begin) {
        char last = text[end - 1];
        if (last == ')' ? more-- > 0 : strchr("?!.,:*_~'\"", last) != NULL)
            end--;
        else if (last == ';')
            end = without_reference(text, begin, end);
        else
            return end;
    }
    return begin;
}

/* A link may begin at the text's beginning and after these. */
static bool may_begin(const char *text, size_t at)
{
    return at == 0 || strchr(" \t\n*_~(", text[at - 1]) != NULL;
}

static bool find_address(const char *text, size_t at, struct found *found)
{
    static const char *const schemes[] = {"http://", "https://", "ftp://"};
    size_t host = strncasecmp(text + at, "www.", 4) == 0 ? host_length(text + at, true) : 0;
    found->before = "http://";
    for (size_t i = 0; host == 0 && i < sizeof schemes / sizeof *schemes; i++)
        if (strncasecmp(text + at, schemes[i], strlen(schemes[i])) == 0) {
            host = host_length(text + at + strlen(schemes[i]), false);
            found->before = "";
        }
    if (host == 0 || !may_begin(text, at))
        return false;
    *found = (struct found){at, link_end(text, at), found->before};
    return found->end > at + 4;
}

static bool find_mail(const char *text, size_t floor, size_t at, struct found *found)
{
    size_t begin = at, end = at + 1, dots = 0;
    while (begin > floor && (isalnum((unsigned char)text[begin - 1]) || strchr(".+-_", text[begin - 1]) != NULL))
        begin--;
    for (;; end++) {
        bool dot = text[end] == '.' && isalnum((unsigned char)text[end + 1]);
        dots += dot;
        if (!dot && !isalnum((unsigned char)text[end]) && text[end] != '-' && text[end] != '_')
            break;
    }
    *found = (struct found){begin, end, "mailto:"};
    return begin < at && dots > 0 && text[end] != '@' && isalpha((unsigned char)text[end - 1]);
}

/* The first link from `from` on. */
static bool find_link(const char *text, size_t from, struct found *found)
{
    for (size_t at = from; text[at] != '\0'; at++) {
        char c = text[at];
        if ((strchr("hHfFwW", c) != NULL && find_address(text, at, found)) ||
            (c == '@' && find_mail(text, from, at, found)))
            return true;
    }
    return false;
}

static cmark_node *make_link(const struct github *github, const char *text, const struct found *found)
{
    struct text url = TEXT_EMPTY;
    text_add(&url, found->before);
    text_add_bytes(&url, text + found->begin, found->end - found->begin);
    cmark_node *link = cmark_node_new_with_mem(CMARK_NODE_LINK, github->memory);
    cmark_node_set_url(link, text_string(&url));
    cmark_node_append_child(link, github_text(github, text + found->begin, found->end - found->begin));
    text_free(&url);
    return link;
}

static void link_text(const struct github *github, cmark_node *node)
{
    const char *text = cmark_node_get_literal(node);
    struct found found;
    size_t done = 0;
    while (find_link(text, done, &found)) {
        if (found.begin > done)
            cmark_node_insert_before(node, github_text(github, text + done, found.begin - done));
        cmark_node_insert_before(node, make_link(github, text, &found));
        done = found.end;
    }
    if (done > 0 && text[done] != '\0')
        cmark_node_insert_before(node, github_text(github, text + done, strlen(text + done)));
    if (done > 0)
        github_drop(node);
}

static bool in_link(cmark_node *node)
{
    for (; node != NULL; node = cmark_node_parent(node))
        if (cmark_node_get_type(node) == CMARK_NODE_LINK || cmark_node_get_type(node) == CMARK_NODE_IMAGE)
            return true;
    return false;
}

void github_links(struct github *github)
{
    struct github_list texts = github_all(github->tree, CMARK_NODE_TEXT);
    for (size_t i = 0; i < texts.count; i++) {
        const char *text = cmark_node_get_literal(texts.nodes[i]);
        bool perhaps = strstr(text, "://") != NULL || strchr(text, '@') != NULL || strcasestr(text, "www.") != NULL;
        if (perhaps && !in_link(texts.nodes[i]))
            link_text(github, texts.nodes[i]);
    }
    free(texts.nodes);
}

/* Struck text */

/* One or two tildes that may begin or end it. */
struct run {
    cmark_node *text; /* in which it stands, later the node that is alone for it */
    size_t at, length;
    bool opens, closes;
    size_t partner; /* the run that it ends; itself: it ends none */
    bool used;
};

struct runs {
    struct run *list;
    size_t count;
};

/* What stands beside a node, as far as it matters here: a blank, a sign, or 'x'. */
static char beside(cmark_node *node, cmark_node *sibling)
{
    cmark_node_type around = cmark_node_get_type(cmark_node_parent(node));
    if (sibling == NULL)
        return around == CMARK_NODE_EMPH || around == CMARK_NODE_STRONG || around == CMARK_NODE_LINK ? '*' : ' ';
    cmark_node_type type = cmark_node_get_type(sibling);
    return type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK ? ' ' : '*';
}

static void add_run(struct runs *runs, cmark_node *node, const char *text, size_t at, size_t length)
{
    char before = at > 0 ? text[at - 1] : beside(node, cmark_node_previous(node));
    char after = text[at + length] != '\0' ? text[at + length] : beside(node, cmark_node_next(node));
    bool blank_before = isspace((unsigned char)before), blank_after = isspace((unsigned char)after);
    bool sign_before = ispunct((unsigned char)before), sign_after = ispunct((unsigned char)after);
    struct run run = {.text = node, .at = at, .length = length, .partner = runs->count};
    run.opens = !blank_after && (!sign_after || blank_before || sign_before);
    run.closes = !blank_before && (!sign_before || blank_after || sign_after);
    if (length <= 2)
        ARRAY_ADD(runs->list, runs->count, run);
}

static void add_runs(struct runs *runs, cmark_node *node)
{
    const char *text = cmark_node_get_literal(node);
    for (size_t at = 0; text[at] != '\0'; at++)
        if (text[at] == '~') {
            size_t length = strspn(text + at, "~");
            add_run(runs, node, text, at, length);
            at += length - 1;
        }
}

/* Finds for each run that closes the nearest one before that opens, of the same length. */
static void match(struct runs *runs)
{
    size_t *open[2] = {NULL, NULL}, count[2] = {0, 0};
    for (size_t i = 0; i < runs->count; i++) {
        struct run *run = &runs->list[i];
        size_t kind = run->length - 1, other = 1 - kind;
        if (run->closes && count[kind] > 0) {
            run->partner = open[kind][--count[kind]];
            run->used = runs->list[run->partner].used = true;
            while (count[other] > 0 && open[other][count[other] - 1] > run->partner)
                count[other]--;
        } else if (run->opens) {
            ARRAY_ADD(open[kind], count[kind], i);
        }
    }
    free(open[0]);
    free(open[1]);
}

/* Gives each used run a node of its own, from the last to the first so that places stay true. */
static void cut_out(const struct github *github, struct runs *runs)
{
    for (size_t i = runs->count; i-- > 0;) {
        struct run *run = &runs->list[i];
        if (!run->used)
            continue;
        const char *text = cmark_node_get_literal(run->text), *rest = text + run->at + run->length;
        cmark_node *mark = github_text(github, "", 0);
        if (*rest != '\0')
            cmark_node_insert_after(run->text, github_text(github, rest, strlen(rest)));
        cmark_node_insert_after(run->text, mark);
        struct text before = TEXT_EMPTY;
        text_add_bytes(&before, text, run->at);
        cmark_node_set_literal(run->text, text_string(&before));
        text_free(&before);
        run->text = mark;
    }
}

static void wrap(const struct github *github, cmark_node *first, cmark_node *last)
{
    cmark_node *struck = github_node(github, GITHUB_STRUCK, "");
    cmark_node_insert_before(first, struck);
    for (cmark_node *node; (node = cmark_node_next(first)) != last;)
        cmark_node_append_child(struck, node);
    github_drop(first);
    github_drop(last);
}

static void strike(const struct github *github, cmark_node *parent)
{
    struct runs runs = {0};
    for (cmark_node *node = cmark_node_first_child(parent); node != NULL; node = cmark_node_next(node))
        if (cmark_node_get_type(node) == CMARK_NODE_TEXT)
            add_runs(&runs, node);
    match(&runs);
    cut_out(github, &runs);
    for (size_t i = 0; i < runs.count; i++)
        if (runs.list[i].partner != i)
            wrap(github, runs.list[runs.list[i].partner].text, runs.list[i].text);
    free(runs.list);
}

/* True of a link that shows where it leads. */
static bool is_bare(cmark_node *node)
{
    cmark_node *text = cmark_node_first_child(node);
    if (cmark_node_get_type(node) != CMARK_NODE_LINK || cmark_node_get_type(text) != CMARK_NODE_TEXT)
        return false;
    const char *url = cmark_node_get_url(node), *shown = cmark_node_get_literal(text);
    size_t whole = strlen(url), part = strlen(shown);
    return part <= whole && strcmp(url + whole - part, shown) == 0;
}

void github_strikes(struct github *github)
{
    struct github_list texts = github_all(github->tree, CMARK_NODE_TEXT);
    cmark_node *last = NULL;
    for (size_t i = 0; i < texts.count; i++) {
        cmark_node *parent = cmark_node_parent(texts.nodes[i]);
        if (parent == last || strchr(cmark_node_get_literal(texts.nodes[i]), '~') == NULL || is_bare(parent))
            continue;
        last = parent;
        strike(github, parent);
    }
    free(texts.nodes);
}
