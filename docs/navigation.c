#include "navigation.h"

#include "nest.h"

#include "base/memory.h"
#include "render/html.h"

#include <stdlib.h>
#include <string.h>

enum {
    WHOLE_LIST = 120, /* courses up to here are listed whole on every page */
    NEIGHBOURS = 12,  /* longer ones, without a list made before: so many lessons before and after */
};

/* Where one entry of the list stands in the text. */
struct place {
    size_t begin, mark, end; /* `mark`: behind "<a", where the current page's is told apart */
};

/* The list as pages of one depth need it. */
struct list {
    struct text text;
    struct place *places;
};

struct navigation {
    const struct site *site;
    struct list *lists; /* by depth */
    size_t depths;
};

static size_t depth_of(const char *address)
{
    size_t depth = 0;
    for (const char *slash = address; (slash = strchr(slash, '/')) != NULL; slash++)
        depth++;
    return depth;
}

static void add_part(struct text *out, const struct site *site, int part)
{
    if (part >= 0)
        html_format(out, "<p class=\"part\">%t</p>\n", site->course->parts[part]);
}

static void add_entry(struct text *out, const struct site *site, size_t depth, size_t index, struct place *place)
{
    place->begin = out->length;
    text_format(out, "<li value=\"%zu\"><a", index + 1);
    place->mark = out->length;
    text_add(out, " href=\"");
    text_add_repeat(out, "../", depth);
    html_format(out, "%a\">%t</a>", site->pages[index].address, site->pages[index].title);
    place->end = out->length;
}

/* Where the list is, while it grows. */
struct growing {
    struct text *text;
    int nested, part;
    size_t item; /* of the course, the next */
};

static void begin_part(struct growing *at, const struct site *site, int part)
{
    if (part == at->part)
        return;
    nest_to(at->text, &at->nested, -1, "");
    add_part(at->text, site, part);
    at->part = part;
}

/* Groups, and lessons to come, that stand before the lesson. */
static void add_items(struct growing *at, const struct site *site, size_t before)
{
    const struct course *course = site->course;
    for (; at->item < course->item_count && course->items[at->item].before <= before; at->item++) {
        const struct course_item *item = &course->items[at->item];
        begin_part(at, site, item->part);
        nest_to(at->text, &at->nested, item->depth, "<ol>\n");
        nest_item(at->text, item);
    }
}

static void make_list(struct list *list, const struct site *site, size_t depth)
{
    list->places = memory_new(site->lessons, sizeof *list->places);
    struct growing at = {&list->text, -1, -1, 0};
    for (size_t i = 0; i < site->lessons; i++) {
        add_items(&at, site, i);
        begin_part(&at, site, site->pages[i].entry->part);
        nest_to(at.text, &at.nested, site->pages[i].entry->depth, "<ol>\n");
        add_entry(at.text, site, depth, i, &list->places[i]);
    }
    add_items(&at, site, site->lessons);
    nest_to(at.text, &at.nested, -1, "");
}

struct navigation *navigation_new(const struct site *site)
{
    struct navigation *navigation = memory_new(1, sizeof *navigation);
    navigation->site = site;
    navigation->depths = 1;
    for (size_t i = 0; i < site->count; i++) {
        size_t depth = depth_of(site->pages[i].address);
        navigation->depths = depth + 1 > navigation->depths ? depth + 1 : navigation->depths;
    }
    navigation->lists = memory_new(navigation->depths, sizeof *navigation->lists);
    for (size_t depth = 0; site->lessons <= WHOLE_LIST && depth < navigation->depths; depth++)
        make_list(&navigation->lists[depth], site, depth);
    return navigation;
}

void navigation_free(struct navigation *navigation)
{
    for (size_t depth = 0; navigation != NULL && depth < navigation->depths; depth++) {
        text_free(&navigation->lists[depth].text);
        free(navigation->lists[depth].places);
    }
    if (navigation != NULL)
        free(navigation->lists);
    free(navigation);
}

static void add_between(struct text *out, const struct list *list, size_t begin, size_t end)
{
    text_add_bytes(out, list->text.bytes + begin, end - begin);
}

/* The text from begin to end with the page marked, if it is in there. */
static void add_marked(struct text *out, const struct list *list, size_t begin, size_t end, size_t page)
{
    size_t mark = page == NAVIGATION_NO_PAGE ? begin : list->places[page].mark;
    add_between(out, list, begin, mark);
    if (page != NAVIGATION_NO_PAGE)
        text_add(out, " aria-current=\"page\"");
    add_between(out, list, mark, end);
}

/* The page, those near it, and a link to all. */
static void add_neighbours(const struct navigation *navigation, struct text *out, size_t depth, size_t page)
{
    const struct site *site = navigation->site;
    size_t middle = page == NAVIGATION_NO_PAGE ? 0 : page;
    size_t first = middle > NEIGHBOURS ? middle - NEIGHBOURS : 0;
    size_t last = middle + NEIGHBOURS < site->lessons ? middle + NEIGHBOURS : site->lessons - 1;
    struct text root = TEXT_EMPTY;
    text_add_repeat(&root, "../", depth);
    html_format(out, "<p class=\"part\"><a href=\"%sindex.html\">All %n lessons</a></p>\n", text_string(&root),
                site->lessons);
    add_part(out, site, site->pages[first].entry->part);
    text_add(out, "<ol>\n");
    for (size_t i = first; i <= last; i++)
        html_format(out, "<li value=\"%n\"><a%s href=\"%s%a\">%t</a></li>\n", i + 1,
                    i == page ? " aria-current=\"page\"" : "", text_string(&root), site->pages[i].address,
                    site->pages[i].title);
    text_add(out, "</ol>\n");
    text_free(&root);
}

/* Below the lessons, the reference's pages: on these themselves. */
static void add_reference(const struct site *site, struct text *out, const char *address)
{
    int nested = -1;
    text_add(out, "<p class=\"part\"><a href=\"index.html\">Reference</a></p>\n");
    for (size_t i = site->lessons; i < site->count; i++) {
        const struct site_page *page = &site->pages[i];
        bool here = strcmp(page->address, address) == 0;
        nest_to(out, &nested, page->entry->depth, "<ol class=\"modules\">\n");
        html_format(out, "<li><a%s href=\"%a\">%t</a>", here ? " aria-current=\"page\"" : "",
                    page->address + strlen("reference/"), page->title);
    }
    nest_to(out, &nested, -1, "");
}

void navigation_write(const struct navigation *navigation, struct text *out, const char *address, size_t page)
{
    size_t depth = depth_of(address);
    const struct list *list = &navigation->lists[depth < navigation->depths ? depth : 0];
    if (navigation->site->lessons > WHOLE_LIST)
        add_neighbours(navigation, out, depth, page);
    else
        add_marked(out, list, 0, list->text.length, page);
    if (navigation->site->manual != NULL && strncmp(address, "reference/", 10) == 0)
        add_reference(navigation->site, out, address);
}
