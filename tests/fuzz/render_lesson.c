/*
 * Any bytes as a lesson: it parses into something that can be shown.  The terminal gets no control character
 * from it, and the page no script.
 */
#include "base/text.h"
#include "lesson/lesson.h"
#include "render/html.h"
#include "render/terminal_text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_harmless_terminal(const struct lesson *lesson, int width)
{
    struct text out = TEXT_EMPTY;
    const struct look look = {.width = width, .unicode = true};
    terminal_markdown(&out, cmark_node_first_child(lesson->tree), cmark_node_last_child(lesson->tree), &look);
    for (size_t i = 0; i < out.length; i++) {
        unsigned char c = (unsigned char)out.bytes[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            abort();
    }
    text_free(&out);
}

static void expect_harmless_page(const struct lesson *lesson)
{
    struct text out = TEXT_EMPTY;
    const struct html_options options = {.anchors = true};
    struct html *html = html_new(&options);
    html_nodes(html, &out, cmark_node_first_child(lesson->tree), cmark_node_last_child(lesson->tree));
    if (strcasestr(text_string(&out), "<script") != NULL)
        abort();
    html_free(html);
    text_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct complaints complaints = {0};
    /* The first byte is the width of the terminal. */
    int width = size > 0 ? 20 + data[0] % 120 : 80;
    struct lesson *lesson = lesson_parse("fuzz.md", (const char *)data + (size > 0), size - (size > 0), &complaints);
    expect_harmless_terminal(lesson, width);
    expect_harmless_page(lesson);
    for (size_t i = 0; i < complaints.count; i++)
        if (complaints.list[i].message == NULL || complaints.list[i].line < 0)
            abort();
    lesson_free(lesson);
    complaints_free(&complaints);
    return 0;
}
