/*
 * Any bytes as a lesson's page of a site: nothing but our own tags and attributes comes out, each tag that
 * begins also ends, and no link runs anything.
 */
#include "../../docs/page.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const tags[] = {
    "a",  "blockquote", "br",   "code",    "del",  "details", "div",     "em",    "fieldset", "h1",    "h2",
    "h3", "h4",         "h5",   "h6",      "hr",   "img",     "input",   "label", "legend",   "li",    "ol",
    "p",  "pre",        "samp", "section", "span", "strong",  "summary", "sup",   "table",    "tbody", "td",
    "th", "thead",      "tr",   "ul",      "var",  "button",  "c-c",     "c-f",   "c-k",      "c-n",   "c-s",
};

/* What cmark writes in the place of raw HTML. */
static const char omitted[] = "<!-- raw HTML omitted -->";

static const char *const attributes[] = {
    "align",       "alt",   "checked",      "class",      "data-right",
    "disabled",    "for",   "hidden",       "href",       "id",
    "name",        "open",  "src",          "start",      "title",
    "type",        "value", "autocomplete", "aria-label", "aria-describedby",
    "aria-hidden", "role",  "tabindex",
};

static bool is_one_of(const char *const *list, size_t count, const char *name, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i]) == length && strncmp(list[i], name, length) == 0)
            return true;
    return false;
}

static _Noreturn void refuse(const char *what, const char *at, const char *page)
{
    fprintf(stderr, "%s at: %.80s\n--- page\n%s\n", what, at, page);
    abort();
}

static size_t word_length(const char *text)
{
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '-')
        length++;
    return length;
}

/* A name, perhaps with a value in quotes; behind it. */
static const char *expect_attribute(const char *at, const char *page)
{
    size_t length = word_length(at);
    if (!is_one_of(attributes, sizeof attributes / sizeof *attributes, at, length))
        refuse("an attribute", at, page);
    bool address = strncmp(at, "href", length) == 0 || strncmp(at, "src", length) == 0;
    at += length;
    if (*at != '=')
        return at;
    if (at[1] != '"')
        refuse("no quotes", at, page);
    const char *value = at + 2, *end = strchr(value, '"');
    if (end == NULL || memchr(value, '<', (size_t)(end - value)) != NULL)
        refuse("a value", at, page);
    value += strspn(value, " \t\r\n");
    if (address && (strncasecmp(value, "javascript:", 11) == 0 || strncasecmp(value, "vbscript:", 9) == 0 ||
                    strncasecmp(value, "data:text", 9) == 0))
        refuse("a link that runs", at, page);
    return end + 1;
}

/* Behind the tag that begins at '<'. */
static const char *expect_tag(const char *at, const char *page)
{
    const char *name = at + 1 + (at[1] == '/');
    if (strncmp(at, omitted, strlen(omitted)) == 0)
        return at + strlen(omitted);
    size_t length = word_length(name);
    if (!is_one_of(tags, sizeof tags / sizeof *tags, name, length))
        refuse("a tag", at, page);
    for (at = name + length; *at != '>';) {
        if (*at == ' ' && (at[1] == '/' || at[1] == '>'))
            at++;
        else if (*at == '/' && at[1] == '>')
            at++;
        else if (*at == ' ')
            at = expect_attribute(at + 1, page);
        else
            refuse("inside a tag", at, page);
    }
    return at + 1;
}

static void expect_harmless(const char *page)
{
    for (const char *at = page; (at = strchr(at, '<')) != NULL;)
        at = expect_tag(at, page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct complaints complaints = {0}, notes = {0};
    struct lesson *lesson = lesson_parse("fuzz.md", (const char *)data, size, &complaints);
    if (lesson != NULL) {
        struct page_result result = {TEXT_EMPTY, TEXT_EMPTY, TEXT_EMPTY};
        char *summary = page_summary(lesson);
        page_render(&result, lesson, &(struct page_options){.whole = true, .notes = &notes});
        expect_harmless(text_string(&result.body));
        expect_harmless(text_string(&result.outline));
        page_result_free(&result);
        free(summary);
        lesson_free(lesson);
    }
    complaints_free(&complaints);
    complaints_free(&notes);
    return 0;
}
