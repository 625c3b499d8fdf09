#include "front.h"

#include "links.h"

#include "nest.h"

#include "render/html.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void add_lesson(struct text *out, const struct site_page *page, size_t number, const char *root)
{
    html_format(out, "<li value=\"%n\"><a href=\"%s%a\">%t</a>", number, root, page->address, page->title);
    if (page->minutes > 0)
        text_format(out, " <span class=\"minutes\">%d min</span>", page->minutes);
    if (page->summary != NULL && page->summary[0] != '\0')
        html_format(out, "\n<p>%t</p>\n", page->summary);
}

/* Where the list is, while it grows. */
struct growing {
    struct text *out;
    const char *part;
    int nested;
    size_t item; /* of the course, the next */
};

static void begin_part(struct growing *at, const char *part)
{
    if (part == at->part)
        return;
    nest_to(at->out, &at->nested, -1, "");
    html_format(at->out, "<h2>%t</h2>\n", part);
    at->part = part;
}

/* Groups, and lessons to come, that stand before the lesson. */
static void add_items(struct growing *at, const struct course *course, size_t before)
{
    for (; at->item < course->item_count && course->items[at->item].before <= before; at->item++) {
        const struct course_item *item = &course->items[at->item];
        begin_part(at, item->part >= 0 ? course->parts[item->part] : NULL);
        nest_to(at->out, &at->nested, item->depth, "<ol class=\"lessons\">\n");
        nest_item(at->out, item);
    }
}

static size_t first_item(const struct course *course, size_t before)
{
    size_t item = 0;
    while (item < course->item_count && course->items[item].before < before)
        item++;
    return item;
}

void front_lessons(struct text *out, const struct site *site, size_t first, size_t end, const char *root)
{
    const struct course *course = first < site->lessons ? site->course : site->manual;
    size_t begin = first < site->lessons ? 0 : site->lessons;
    struct growing at = {out, NULL, -1, first_item(course, first - begin)};
    for (size_t i = first; i < end; i++) {
        add_items(&at, course, i - begin);
        begin_part(&at, site_part(site, i));
        nest_to(out, &at.nested, site->pages[i].entry->depth, "<ol class=\"lessons\">\n");
        add_lesson(out, &site->pages[i], i - first + 1, root);
    }
    if (end - begin == course->entry_count)
        add_items(&at, course, end - begin);
    nest_to(out, &at.nested, -1, "");
}

enum { STRETCH = 200 };

size_t front_stretches(const struct site *site)
{
    return site_is_long(site) ? (site->lessons + STRETCH - 1) / STRETCH : 0;
}

char *front_stretch_address(size_t stretch)
{
    return text_make("lessons/%zu.html", stretch + 1);
}

static size_t end_of(const struct site *site, size_t stretch)
{
    return (stretch + 1) * STRETCH < site->lessons ? (stretch + 1) * STRETCH : site->lessons;
}

static void add_stretch_title(struct text *out, const struct site *site, size_t stretch)
{
    text_format(out, "Lessons %zu to %zu", stretch * STRETCH + 1, end_of(site, stretch));
}

static void add_stretches(struct text *out, const struct site *site)
{
    text_add(out, "<ul class=\"stretches\">\n");
    for (size_t i = 0; i < front_stretches(site); i++) {
        char *address = front_stretch_address(i);
        text_format(out, "<li><a href=\"%s\">", address);
        add_stretch_title(out, site, i);
        html_format(out, "</a>: %t \xe2\x80\xa6 %t</li>\n", site->pages[i * STRETCH].title,
                    site->pages[end_of(site, i) - 1].title);
        free(address);
    }
    text_add(out, "</ul>\n");
}

static const char *address_of(void *self, cmark_node *node, const char *url)
{
    return links_address(self, node, url);
}

/* What SUMMARY.md says besides its list. */
static void add_prose(struct text *out, struct site *site)
{
    cmark_node *prose = site->course->prose;
    if (prose == NULL)
        return;
    struct links links = {.site = site, .page = &site->front};
    struct html_options options = {.unsafe = site->options->unsafe, .self = &links, .address = address_of};
    struct html *html = html_new(&options);
    html_nodes(html, out, cmark_node_first_child(prose), cmark_node_last_child(prose));
    html_free(html);
    links_free(&links);
}

void front_page(struct text *out, struct site *site)
{
    html_format(out, "<h1>%t</h1>\n", site->title);
    add_prose(out, site);
    if (site_is_long(site))
        add_stretches(out, site);
    else
        front_lessons(out, site, 0, site->lessons, "");
}

void front_stretch(struct text *out, const struct site *site, size_t stretch)
{
    text_add(out, "<h1>");
    add_stretch_title(out, site, stretch);
    text_add(out, "</h1>\n<p>");
    if (stretch > 0)
        text_format(out, "<a href=\"%zu.html\" rel=\"prev\">Before</a> ", stretch);
    if (stretch + 1 < front_stretches(site))
        text_format(out, "<a href=\"%zu.html\" rel=\"next\">Next</a>", stretch + 2);
    text_add(out, "</p>\n<ol class=\"lessons\">\n");
    for (size_t i = stretch * STRETCH; i < end_of(site, stretch); i++)
        html_format(out, "<li value=\"%n\"><a href=\"../%a\">%t</a></li>\n", i + 1, site->pages[i].address,
                    site->pages[i].title);
    text_add(out, "</ol>\n");
}

/* "2026-01-31", or "" when the epoch is no number. */
static void date_of(char *date, size_t room, const char *epoch)
{
    char *end;
    time_t seconds = epoch ? (time_t)strtoll(epoch, &end, 10) : 0;
    struct tm when;
    date[0] = '\0';
    if (epoch != NULL && *epoch != '\0' && *end == '\0' && gmtime_r(&seconds, &when) != NULL)
        strftime(date, room, "%Y-%m-%d", &when);
}

static void add_place(struct text *out, const char *url, const char *address, const char *date)
{
    size_t length = strlen(url);
    html_format(out, "<url><loc>%a%s%a</loc>", url, length > 0 && url[length - 1] == '/' ? "" : "/", address);
    if (*date != '\0')
        text_format(out, "<lastmod>%s</lastmod>", date);
    text_add(out, "</url>\n");
}

void front_sitemap(struct text *out, const struct site *site, const char *epoch)
{
    char date[16];
    date_of(date, sizeof date, epoch);
    text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    add_place(out, site->options->url, "", date);
    for (size_t i = 0; i < site->count; i++)
        add_place(out, site->options->url, site->pages[i].address, date);
    if (site->manual != NULL)
        add_place(out, site->options->url, "reference/index.html", date);
    text_add(out, "</urlset>\n");
}

void front_missing(struct text *out, const struct site *site)
{
    html_format(out,
                "<h1>Nobody listens here</h1>\n"
                "<p>This page does not exist. It may have moved, or the address has a slip in it.</p>\n"
                "<p><a href=\"index.html\">Go to the beginning of %t</a>.</p>\n",
                site->title);
}
