#include "links.h"

#include "base/array.h"
#include "base/inside.h"
#include "base/memory.h"
#include "base/path.h"
#include "lesson/github_node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void links_begin(struct links *links, const struct site *site, size_t page)
{
    *links = (struct links){.site = site, .page = &site->pages[page]};
}

void links_free(struct links *links)
{
    struct site_page *page = links->page;
    if (page->id_count > 0) /* a course has many pages: no room for more ids */
        page->ids = memory_resize(page->ids, page->id_count, sizeof *page->ids);
    text_free(&links->scratch);
}

/* Nodes within a line may know none, and those of a table a wrong one; the block or the row they stand in does. */
int links_line(cmark_node *node)
{
    int line = 0;
    for (cmark_node *at = node; at != NULL; at = cmark_node_parent(at))
        if (github_line(at) > 0)
            return github_line(at);
    for (; node != NULL && line == 0; node = cmark_node_parent(node))
        line = cmark_node_get_start_line(node);
    return line;
}

void links_add_id(struct links *links, const char *id)
{
    struct site_page *page = links->page;
    ARRAY_ADD(page->ids, page->id_count, (uint32_t)site_hash(id, strlen(id)));
}

static void add_link(struct links *links, size_t target, const char *fragment, int line)
{
    struct site_page *page = links->page;
    ARRAY_ADD(page->links, page->link_count,
              (struct site_link){target, path_unescape(fragment, strlen(fragment)), line});
}

static void complain(struct links *links, int line, const char *format, const char *name)
{
    complaints_add(&links->page->complaints, links->page->entry->path, line, format, name);
}

static void want_file(struct links *links, const char *path)
{
    struct site_page *page = links->page;
    ARRAY_ADD(page->files, page->file_count, memory_copy(path));
}

/* A file that is no page: it is copied, if it is there and may be shown. */
static void check_file(struct links *links, const char *path, int line)
{
    struct text real = TEXT_EMPTY; /* what a link may hide */
    int file = inside_open(links->site->folder, path, &real), error = errno;
    if (file >= 0)
        close(file);
    if (file < 0 && error == ENOTSUP)
        complain(links, line, "This leads to %s, which is no file. Link to a lesson or a file.", path);
    else if (file < 0)
        complaints_add(&links->page->complaints, links->page->entry->path, line, "This leads to %s, which %s.", path,
                       inside_trouble(error));
    else if (path_is_markdown(text_string(&real)))
        complain(links, line, "This leads to %s, which is no lesson of the course. Add it to SUMMARY.md.", path);
    else if (path_ends(text_string(&real), ".check.lua"))
        complain(links, line, "This leads to %s. Hidden checks are not published.", path);
    else
        want_file(links, path);
    text_free(&real);
}

/* The page made of this source, or of the one that "05-timeouts.html" is made of; -1 for none. */
static int find_page(const struct site *site, const char *target)
{
    size_t length = strlen(target);
    int page = site_find(site, target);
    if (page >= 0 || !path_ends(target, ".html"))
        return page;
    char *source = text_make("%.*s.md", (int)(length - strlen(".html")), target);
    page = site_find(site, source);
    free(source);
    return page;
}

/* True of what the build writes besides the lessons' pages. */
static bool is_written(const struct site *site, const char *target)
{
    return *target == '\0' || strcmp(target, "index.html") == 0 ||
           (site->manual != NULL && strcmp(target, "reference/index.html") == 0);
}

/* "05-timeouts.md" as "05-timeouts.html". */
static void add_page_path(struct text *out, const char *path, size_t length)
{
    bool html = length >= 5 && strncmp(path + length - 5, ".html", 5) == 0;
    bool markdown = length >= 3 && strncmp(path + length - 3, ".md", 3) == 0;
    text_add_bytes(out, path, markdown ? length - 3 : length);
    text_add(out, html ? "" : ".html");
}

/* "reference/glossary.md" for "../docs/manual/glossary.md", as our own lessons lead to the manual; NULL for others. */
static char *manual_source(const struct site *site, const char *path)
{
    static const char manual[] = "../docs/manual/";
    const char *found = strstr(path, manual);
    bool leads = found != NULL && strspn(path, "./") >= (size_t)(found - path) && site->manual != NULL;
    return leads ? text_make("reference/%s", found + strlen(manual)) : NULL;
}

/* The way from the page to the manual's page of this number. */
static const char *manual_address(struct links *links, size_t page, const char *rest)
{
    const char *source = links->site->pages[page].source;
    text_clear(&links->scratch);
    for (const char *at = links->page->source; (at = strchr(at, '/')) != NULL; at++)
        text_add(&links->scratch, "../");
    add_page_path(&links->scratch, source, strlen(source));
    text_add(&links->scratch, rest);
    return text_string(&links->scratch);
}

/* A link within the course: `length` bytes of path, then the rest. */
static const char *local_address(struct links *links, const char *url, size_t length, int line)
{
    const char *fragment = strchr(url + length, '#');
    char *path = path_unescape(url, length);
    char *target = path_within(links->page->source, path), *manual = target ? NULL : manual_source(links->site, path);
    int page = target || manual ? find_page(links->site, target ? target : manual) : -1;
    const char *address = NULL;
    if (manual != NULL && page >= 0) {
        if (fragment != NULL && fragment[1] != '\0')
            add_link(links, (size_t)page, fragment + 1, line);
        address = manual_address(links, (size_t)page, url + length);
    } else if (target == NULL)
        complain(links, line, "This leads to %s, outside of the course, which the site does not contain.", path);
    else if (page < 0 && is_written(links->site, target))
        address = NULL; /* it leads there as it is */
    else if (page < 0)
        check_file(links, target, line);
    else {
        if (fragment != NULL && fragment[1] != '\0')
            add_link(links, (size_t)page, fragment + 1, line);
        text_clear(&links->scratch);
        add_page_path(&links->scratch, url, length);
        text_add(&links->scratch, url + length);
        address = text_string(&links->scratch);
    }
    free(manual);
    free(target);
    free(path);
    return address;
}

/* True for what has a scheme or a host: the outside world, which is not looked at. */
static bool is_outside(const char *url)
{
    size_t length = strcspn(url, ":/?#");
    return url[length] == ':' || strncmp(url, "//", 2) == 0;
}

const char *links_address(struct links *links, cmark_node *node, const char *url)
{
    size_t length = strcspn(url, "?#");
    int line = links_line(node);
    if (is_outside(url)) {
        bool picture = cmark_node_get_type(node) == CMARK_NODE_IMAGE && strncmp(url, "data:", 5) != 0;
        if (picture && !links->site->options->unsafe)
            complain(links, line, "This shows a picture of another host, %s. Put it beside the lesson.", url);
        return NULL;
    }
    if (url[0] == '/') {
        complain(links, line, "This leads to %s. Write it from this file's folder, without / in front.", url);
        return NULL;
    }
    if (length > 0)
        return local_address(links, url, length, line);
    if (url[0] == '#' && url[1] != '\0' && links->page != &links->site->front)
        add_link(links, (size_t)(links->page - links->site->pages), url + 1, line);
    return NULL;
}

static bool has_id(const struct site_page *page, const char *id)
{
    uint32_t hash = (uint32_t)site_hash(id, strlen(id));
    for (unsigned i = 0; i < page->id_count; i++)
        if (page->ids[i] == hash)
            return true;
    return false;
}

void links_check(const struct site *site, const struct site_page *page, struct complaints *complaints)
{
    for (size_t i = 0; i < page->link_count; i++) {
        const struct site_link *link = &page->links[i];
        const struct site_page *target = &site->pages[link->page];
        if (!has_id(target, link->fragment))
            complaints_add(complaints, page->entry->path, link->line,
                           "This leads to #%s, but %s has no such heading or block.", link->fragment, target->source);
    }
}
