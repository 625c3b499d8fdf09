#include "front.h"

#include "render/html.h"

static void add_lesson(struct text *out, const struct site_page *page, size_t number)
{
    text_format(out, "<li value=\"%zu\"><a href=\"", number);
    html_add_address(out, page->address);
    text_add(out, "\">");
    html_add(out, page->title);
    text_add(out, "</a>");
    if (page->minutes > 0)
        text_format(out, " <span class=\"minutes\">%d min</span>", page->minutes);
    if (page->summary[0] != '\0') {
        text_add(out, "\n<p>");
        html_add(out, page->summary);
        text_add(out, "</p>\n");
    }
    text_add(out, "</li>\n");
}

void front_page(struct text *out, const struct site *site)
{
    text_add(out, "<h1>");
    html_add(out, site->title);
    text_add(out, "</h1>\n");
    for (size_t i = 0; i < site->count; i++) {
        int part = site->pages[i].entry->part;
        if (i == 0 || part != site->pages[i - 1].entry->part) {
            text_add(out, i > 0 ? "</ol>\n" : "");
            if (part >= 0) {
                text_add(out, "<h2>");
                html_add(out, site->course->parts[part]);
                text_add(out, "</h2>\n");
            }
            text_add(out, "<ol class=\"lessons\">\n");
        }
        add_lesson(out, &site->pages[i], i + 1);
    }
    text_add(out, "</ol>\n");
}

void front_missing(struct text *out, const struct site *site)
{
    text_add(out, "<h1>Nobody listens here</h1>\n"
                  "<p>This page does not exist. It may have moved, or the address has a slip in it.</p>\n"
                  "<p><a href=\"index.html\">Go to the beginning of ");
    html_add(out, site->title);
    text_add(out, "</a>.</p>\n");
}
