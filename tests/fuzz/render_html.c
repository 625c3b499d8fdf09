/*
 * Any bytes as a lesson: its page never crashes, says what cmark says, and lets nothing through unescaped.
 *
 * Every tag that comes out must be one that we write, with the attributes that we write, and must not lead to
 * an address that could run something.
 */
#include "render/html.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "lesson/lesson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const tags[] = {
    "p>",
    "/p>",
    "h1 ",
    "h2 ",
    "h3 ",
    "h4 ",
    "h5 ",
    "h6 ",
    "/h1>",
    "/h2>",
    "/h3>",
    "/h4>",
    "/h5>",
    "/h6>",
    "ul>",
    "/ul>",
    "ol>",
    "ol start=\"",
    "/ol>",
    "li>",
    "/li>",
    "blockquote>",
    "/blockquote>",
    "pre>",
    "/pre>",
    "code>",
    "code class=\"language-",
    "/code>",
    "span class=\"",
    "/span>",
    "em>",
    "/em>",
    "strong>",
    "/strong>",
    "a href=\"",
    "a class=\"anchor\" href=\"#",
    "/a>",
    "img src=\"",
    "br />",
    "hr />",
    "details>",
    "/details>",
    "summary>",
    "/summary>",
    "div class=\"alert ",
    "/div>",
    "p class=\"alert-title\">",
    "del>",
    "/del>",
    "table>",
    "/table>",
    "thead>",
    "/thead>",
    "tbody>",
    "/tbody>",
    "tr>",
    "/tr>",
    "th>",
    "th align=\"",
    "/th>",
    "td>",
    "td align=\"",
    "/td>",
    "sup class=\"footnote-ref\">",
    "/sup>",
    "a id=\"",
    "a class=\"footnote-backref\" href=\"#",
    "section class=\"footnotes\">",
    "/section>",
    "li id=\"",
    "c-c>",
    "/c-c>",
    "c-f>",
    "/c-f>",
    "c-k>",
    "/c-k>",
    "c-n>",
    "/c-n>",
    "c-s>",
    "/c-s>",
    "!-- raw HTML omitted -->",
};

static void refuse(const char *why, const char *html)
{
    fprintf(stderr, "%s: %.200s\n", why, html);
    abort();
}

static void check_tag(const char *tag)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (strncmp(tag, tags[i], strlen(tags[i])) == 0)
            return;
    refuse("a tag that is not ours", tag);
}

/* Behind a tag's end; quotes are balanced in what we write. */
static const char *skip_tag(const char *tag)
{
    if (strncmp(tag, "!--", 3) == 0)
        return strstr(tag, "-->") + 3;
    bool quoted = false;
    for (; *tag != '\0' && (quoted || *tag != '>'); tag++) {
        if (*tag == '"')
            quoted = !quoted;
        if (quoted && *tag == '<')
            refuse("an attribute that is not escaped", tag);
    }
    if (*tag == '\0')
        refuse("a tag without an end", tag);
    return tag + 1;
}

static bool is(const char *name, size_t length, const char *wanted)
{
    return length == strlen(wanted) && strncmp(name, wanted, length) == 0;
}

/* Attribute by attribute: what stands within a value is no address, however it looks. */
static void check_addresses(const char *tag)
{
    const char *at = tag + strcspn(tag, " >");
    while (*at == ' ' && strncmp(tag, "!--", 3) != 0) {
        at += strspn(at, " ");
        const char *name = at;
        size_t length = strcspn(at, "= />");
        at += length;
        if (strncmp(at, "=\"", 2) != 0)
            return;
        size_t value = strcspn(at + 2, "\"");
        char *url = memory_copy_bytes(at + 2, value);
        if ((is(name, length, "href") && !html_address_safe(url, false)) ||
            (is(name, length, "src") && !html_address_safe(url, true)))
            refuse("an address that could run something", tag);
        free(url);
        at += 2 + value;
        at += *at == '"';
    }
}

static void check_html(const char *html)
{
    while (*html != '\0') {
        if (*html == '>')
            refuse("a > that is not escaped", html);
        if (*html != '<') {
            html++;
            continue;
        }
        check_tag(html + 1);
        check_addresses(html + 1);
        html = skip_tag(html + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct complaints complaints = {0};
    struct lesson *lesson = lesson_parse("fuzz.md", (const char *)bytes, size, &complaints);
    struct html_options options = {.anchors = size % 2 == 0};
    struct html *html = html_new(&options);
    struct text out = TEXT_EMPTY;
    cmark_node *first = cmark_node_first_child(lesson->tree);
    html_nodes(html, &out, first, first ? cmark_node_last_child(lesson->tree) : NULL);
    check_html(text_string(&out));
    if (!utf8_is_visible(text_string(&out), out.length, "\n\t"))
        refuse("what is obeyed or cannot be seen", text_string(&out));
    text_free(&out);
    html_free(html);
    lesson_free(lesson);
    complaints_free(&complaints);
    return 0;
}
