/*
 * build_around.c: what a site has besides its lessons' pages.
 */
#include "build_parts.h"

#include "front.h"
#include "links.h"
#include "reference.h"
#include "template.h"

#include "base/array.h"
#include "base/inside.h"
#include "base/memory.h"
#include "base/path.h"
#include "render/html.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void write_page(struct build *build, const char *address, const char *const *values)
{
    struct text whole = TEXT_EMPTY;
    template_write(build->theme->page, &whole, values);
    build_write(build, build->complaints, address, &whole);
    text_free(&whole);
}

/* A page that is shown at any address needs links that hold at any address. */
static void root_links(struct text *html, const char *base)
{
    static const char link[] = "href=\"";
    struct text rooted = TEXT_EMPTY;
    const char *at = text_string(html);
    for (const char *next; (next = strstr(at, link)) != NULL; at = next) {
        next += strlen(link);
        text_add_bytes(&rooted, at, (size_t)(next - at));
        if (*next != '#')
            html_add_address(&rooted, base);
    }
    text_add(&rooted, at);
    text_free(html);
    *html = rooted;
}

/* The style for a page that cannot tell where the site's own picture is. */
static void add_style(struct text *out, const struct theme *theme)
{
    static const char icon[] = "favicon.svg";
    const char *style = theme_text(theme, "style.css"), *picture = theme_text(theme, icon);
    char *escaped = picture ? path_escape(picture) : NULL;
    for (const char *at; escaped != NULL && (at = strstr(style, icon)) != NULL; style = at + strlen(icon)) {
        text_add_bytes(out, style, (size_t)(at - style));
        text_format(out, "data:image/svg+xml,%s", escaped);
    }
    text_add(out, style);
    free(escaped);
}

static void write_front(struct build *build)
{
    struct site *site = build->site;
    struct text content = TEXT_EMPTY, contents = TEXT_EMPTY;
    front_page(&content, site);
    for (size_t i = 0; i < site->front.complaints.count; i++) {
        const struct complaint *complaint = &site->front.complaints.list[i];
        complaints_add(build->complaints, complaint->path, complaint->line, "%s", complaint->message);
    }
    links_check(site, &site->front, build->complaints);
    navigation_write(build->navigation, &contents, "index.html", NAVIGATION_NO_PAGE);
    char *canonical = build_joined(build->options->url, "");
    const char *values[THEME_COUNT] = {
        [THEME_TITLE] = site->title,
        [THEME_SITE] = site->title,
        [THEME_CONTENT] = text_string(&content),
        [THEME_CONTENTS] = text_string(&contents),
        [THEME_NEXT] = site->pages[0].address,
        [THEME_NEXT_TITLE] = site->pages[0].title,
        [THEME_CANONICAL] = canonical,
        [THEME_HOME] = "yes",
        [THEME_REFERENCE] = site->manual ? "yes" : NULL,
        [THEME_UNSAFE] = build->options->unsafe ? "yes" : NULL,
        [THEME_LANG] = "en",
        [THEME_VERSION] = SOCKRATES_VERSION,
    };
    write_page(build, "index.html", values);
    free(canonical);
    text_free(&content);
    text_free(&contents);
}

/* The page for addresses that lead nowhere is shown at any of them; where the site begins is told to it, or it looks.
 */
static void write_missing(struct build *build)
{
    const struct site *site = build->site;
    struct text content = TEXT_EMPTY, contents = TEXT_EMPTY, style = TEXT_EMPTY;
    char *canonical = build_joined(build->options->url, "");
    const char *root = canonical == NULL && build->options->served ? "/" : canonical;
    front_missing(&content, site);
    navigation_write(build->navigation, &contents, "index.html", NAVIGATION_NO_PAGE);
    if (root != NULL) {
        root_links(&content, root);
        root_links(&contents, root);
    } else {
        add_style(&style, build->theme);
    }
    const char *values[THEME_COUNT] = {
        [THEME_TITLE] = "No such page",
        [THEME_SITE] = site->title,
        [THEME_CONTENT] = text_string(&content),
        [THEME_CONTENTS] = text_string(&contents),
        [THEME_ROOT] = root,
        [THEME_ASTRAY] = root ? NULL : theme_text(build->theme, "missing.js"),
        [THEME_STYLE] = text_string(&style),
        [THEME_REFERENCE] = site->manual ? "yes" : NULL,
        [THEME_UNSAFE] = build->options->unsafe ? "yes" : NULL,
        [THEME_LANG] = "en",
        [THEME_VERSION] = SOCKRATES_VERSION,
    };
    write_page(build, "404.html", values);
    free(canonical);
    text_free(&content);
    text_free(&contents);
    text_free(&style);
}

/* Of a long course: the lists of its lessons. */
static void write_stretches(struct build *build)
{
    for (size_t i = 0; i < front_stretches(build->site); i++) {
        struct text content = TEXT_EMPTY, contents = TEXT_EMPTY;
        char *address = front_stretch_address(i);
        front_stretch(&content, build->site, i);
        navigation_write(build->navigation, &contents, address, NAVIGATION_NO_PAGE);
        const char *values[THEME_COUNT] = {
            [THEME_TITLE] = "Lessons",
            [THEME_SITE] = build->site->title,
            [THEME_ROOT] = "../",
            [THEME_CONTENT] = text_string(&content),
            [THEME_CONTENTS] = text_string(&contents),
            [THEME_REFERENCE] = build->site->manual ? "yes" : NULL,
            [THEME_LANG] = "en",
            [THEME_VERSION] = SOCKRATES_VERSION,
        };
        write_page(build, address, values);
        free(address);
        text_free(&content);
        text_free(&contents);
    }
}

/* The list of the reference's pages. */
static void write_reference(struct build *build)
{
    static const char address[] = "reference/index.html";
    struct text content = TEXT_EMPTY, contents = TEXT_EMPTY;
    if (build->site->manual == NULL)
        return;
    reference_list(&content, build->site);
    navigation_write(build->navigation, &contents, address, NAVIGATION_NO_PAGE);
    char *canonical = build_joined(build->options->url, address);
    const char *values[THEME_COUNT] = {
        [THEME_TITLE] = "Reference",
        [THEME_SITE] = build->site->title,
        [THEME_ROOT] = "../",
        [THEME_CONTENT] = text_string(&content),
        [THEME_CONTENTS] = text_string(&contents),
        [THEME_CANONICAL] = canonical,
        [THEME_LANG] = "en",
        [THEME_VERSION] = SOCKRATES_VERSION,
    };
    write_page(build, address, values);
    free(canonical);
    text_free(&content);
    text_free(&contents);
}

static void write_sitemap(struct build *build)
{
    struct text map = TEXT_EMPTY;
    if (build->options->url == NULL)
        return;
    front_sitemap(&map, build->site, getenv("SOURCE_DATE_EPOCH"));
    build_write(build, build->complaints, "sitemap.xml", &map);
    text_free(&map);
}

static void write_assets(struct build *build)
{
    for (size_t i = 0; i < build->theme->count; i++) {
        const struct theme_file *file = &build->theme->files[i];
        char *path = text_make("assets/%s", file->name);
        bool part = strcmp(file->name, "page.html") == 0 || strcmp(file->name, "missing.js") == 0; /* of pages */
        if (!part)
            build_write(build, build->complaints, path, &file->bytes);
        free(path);
    }
}

static void write_search(struct build *build)
{
    bool *made = build->few ? memory_new(build->site->count, sizeof *made) : NULL;
    for (size_t i = 0; build->few && i < build->site->count; i++)
        made[i] = build_makes(build, i);
    struct status status = search_write(build->search, build->output, made);
    if (!status_fine(status))
        complaints_add(build->complaints, build->options->output, 0, "Cannot write the search index: %s.",
                       status.text ? status.text : strerror(status.error));
    free(made);
}

static void copy_file(struct build *build, const char *name)
{
    struct text bytes = TEXT_EMPTY;
    char *path = text_make("%s/%s", build->site->folder, name);
    ledger_watch(build->ledger, path);
    if (inside_read(&bytes, build->site->folder, name))
        build_write(build, build->complaints, name, &bytes);
    else
        complaints_add(build->complaints, path, 0, "Cannot read this file: it %s.", inside_trouble(errno));
    free(path);
    text_free(&bytes);
}

/* Copies what pages link to, each file once. */
static void copy_files(struct build *build)
{
    const struct site *site = build->site;
    size_t count = site->front.file_count;
    for (size_t i = 0; i < site->count; i++)
        count += site->pages[i].file_count;
    char **files = memory_new(count, sizeof *files);
    count = 0;
    for (size_t i = 0; i <= site->count; i++) {
        const struct site_page *page = i < site->count ? &site->pages[i] : &site->front;
        for (size_t k = 0; k < page->file_count; k++)
            files[count++] = page->files[k];
    }
    array_sort(files, count, sizeof *files, array_compare_strings);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(files[i], files[i - 1]) != 0)
            copy_file(build, files[i]);
    free(files);
}

void build_around(struct build *build)
{
    write_front(build);
    write_missing(build);
    write_reference(build);
    write_search(build);
    if (build->few) /* files and titles are as they were */
        return;
    write_stretches(build);
    write_sitemap(build);
    write_assets(build);
    copy_files(build);
}
