/*
 * build_page.c: a lesson's page, written.
 */
#include "build_parts.h"

#include "links.h"
#include "page.h"
#include "template.h"

#include "base/path.h"
#include "lesson/copy.h"
#include "render/html.h"

#include <stdlib.h>
#include <string.h>

bool build_makes(const struct build *build, size_t index)
{
    return !build->few || ledger_changed(build->ledger, index);
}

char *build_joined(const char *base, const char *rest)
{
    if (base == NULL)
        return NULL;
    size_t length = strlen(base);
    return text_make("%s%s%s", base, length > 0 && base[length - 1] == '/' ? "" : "/", rest);
}

void build_write(struct build *build, struct complaints *complaints, const char *path, const struct text *text)
{
    struct status status = output_write(build->output, path, text_string(text), text->length);
    if (!status_fine(status))
        complaints_add(complaints, build->options->output, 0, "Cannot write %s: %s.", path, strerror(status.error));
}

/* The address of another page, seen from this one. */
static char *address_from(const struct site_page *from, const struct site_page *to)
{
    struct text text = TEXT_EMPTY;
    site_add_root(&text, from->address);
    text_add(&text, to->address);
    return text_steal(&text);
}

/* "04-connect.programs.html" beside the page; NULL where another page is called so.  Yours to free. */
static char *programs_file(const struct site *site, const struct site_page *page)
{
    char *source = text_make("%.*s.programs.md", (int)path_stem(page->source), page->source);
    bool taken = site_find(site, source) >= 0;
    free(source);
    return taken ? NULL : text_make("%.*s.programs.html", (int)path_stem(page->source), page->source);
}

/* What the page for the programs has otherwise than the lesson's. */
static void fill_programs(const struct site_page *page, struct worker *worker, const char **values)
{
    const char *slash = strrchr(page->address, '/');
    struct text *out = &worker->programs;
    text_clear(out);
    html_format(out,
                "<h1>In other languages</h1>\n<p>Each step of <a href=\"%a\">%t</a> as whole programs, made of "
                "the calls that it made.</p>\n",
                slash ? slash + 1 : page->address, page->title);
    text_add_bytes(out, text_string(&worker->result.programs), worker->result.programs.length);
    values[THEME_CONTENT] = text_string(out);
    text_clear(&worker->title);
    text_format(&worker->title, "%s, in other languages", page->title);
    values[THEME_TITLE] = text_string(&worker->title);
    values[THEME_OUTLINE] = values[THEME_CANONICAL] = values[THEME_DESCRIPTION] = NULL;
    values[THEME_PREVIOUS] = values[THEME_NEXT] = NULL;
}

/* What leads from a page to others. */
struct ways {
    const struct site_page *previous, *next;
    char *before, *after, *edit, *canonical;
    struct text root;
};

static struct ways ways_of(const struct build *build, size_t index)
{
    const struct site *site = build->site;
    const struct site_page *page = &site->pages[index];
    bool lesson = index < site->lessons;
    char *source = path_escape(page->source);
    struct ways ways = {
        .previous = index > 0 && index != site->lessons ? page - 1 : NULL,
        .next = index + 1 < (lesson ? site->lessons : site->count) ? page + 1 : NULL,
        .edit = build_joined(lesson ? site->edit : NULL, source),
        .canonical = build_joined(build->options->url, page->address),
    };
    ways.before = ways.previous ? address_from(page, ways.previous) : NULL;
    ways.after = ways.next ? address_from(page, ways.next) : NULL;
    site_add_root(&ways.root, page->address);
    free(source);
    return ways;
}

static void ways_free(struct ways *ways)
{
    free(ways->before);
    free(ways->after);
    free(ways->edit);
    free(ways->canonical);
    text_free(&ways->root);
}

/* The page around the body, or around its programs; writes it. */
static void write_around(struct build *build, struct worker *worker, size_t index, const char *programs)
{
    const struct site *site = build->site;
    struct site_page *page = &site->pages[index];
    bool lesson = index < site->lessons;
    struct ways ways = ways_of(build, index);
    navigation_write(build->navigation, &worker->contents, page->address, lesson ? index : NAVIGATION_NO_PAGE);
    const char *values[THEME_COUNT] = {
        [THEME_TITLE] = page->title,
        [THEME_SITE] = site->title,
        [THEME_DESCRIPTION] = page->summary,
        [THEME_ROOT] = text_string(&ways.root),
        [THEME_CONTENT] = text_string(&worker->result.body),
        [THEME_CONTENTS] = text_string(&worker->contents),
        [THEME_OUTLINE] = text_string(&worker->result.outline),
        [THEME_PART] = site_part(site, index),
        [THEME_PREVIOUS] = ways.before,
        [THEME_PREVIOUS_TITLE] = ways.previous ? ways.previous->title : NULL,
        [THEME_NEXT] = ways.after,
        [THEME_NEXT_TITLE] = ways.next ? ways.next->title : NULL,
        [THEME_EDIT] = ways.edit,
        [THEME_CANONICAL] = ways.canonical,
        [THEME_REFERENCE] = site->manual && lesson ? "yes" : NULL,
        [THEME_UNSAFE] = build->options->unsafe ? "yes" : NULL,
        [THEME_LANG] = worker->lang ? worker->lang : "en",
        [THEME_VERSION] = SOCKRATES_VERSION,
    };
    template_write(build->theme->page, &worker->page, values);
    build_write(build, &page->complaints, page->file, &worker->page);
    if (page->programs) {
        fill_programs(page, worker, values);
        text_clear(&worker->page);
        template_write(build->theme->page, &worker->page, values);
        build_write(build, &page->complaints, programs, &worker->page);
    }
    ways_free(&ways);
}

static struct html_varying *learn_varying(const struct lesson_run *run)
{
    struct html_varying *varying = run ? html_varying_new() : NULL;
    for (size_t i = 0; run != NULL && i < run->lesson->block_count; i++)
        if (run->blocks[i].outcome != NULL)
            html_varying_learn(varying, run->blocks[i].outcome);
    return varying;
}

struct worker build_worker(struct build *build)
{
    return (struct worker){.search = search_writer(build->search)};
}

void build_worker_free(struct worker *worker)
{
    page_result_free(&worker->result);
    text_free(&worker->page);
    text_free(&worker->programs);
    text_free(&worker->title);
    text_free(&worker->contents);
}

static void worker_clear(struct worker *worker)
{
    text_clear(&worker->result.body);
    text_clear(&worker->result.outline);
    text_clear(&worker->result.programs);
    text_clear(&worker->page);
    text_clear(&worker->contents);
}

/* What the lesson says of itself. */
static void take_lesson(struct site_page *page, struct worker *worker, const struct lesson *lesson)
{
    free(page->summary);
    page->summary = page_summary(lesson);
    page->minutes = lesson->minutes;
    worker_clear(worker);
    worker->lang = lesson->lang;
}

void build_page(struct build *build, struct worker *worker, size_t index, struct lesson *lesson,
                const struct lesson_run *run)
{
    struct site_page *page = &build->site->pages[index];
    struct links links;
    struct text root = TEXT_EMPTY;
    copy_cut(lesson);
    char *programs = run ? programs_file(build->site, page) : NULL;
    char *address = programs ? path_escape(programs) : NULL;
    const char *slash = address ? strrchr(address, '/') : NULL;
    struct page_options options = {
        .unsafe = build->options->unsafe,
        .whole = true,
        .title = page->title,
        .where = build->where[run != NULL && run->lab],
        .links = &links,
        .search = worker->search,
        .run = run,
        .programs = slash ? slash + 1 : address,
        .varying = learn_varying(run),
        .notes = &page->notes,
        .names = index < build->site->lessons ? build->names : NULL,
        .yourself = index < build->site->lessons ? page->source : NULL,
    };
    take_lesson(page, worker, lesson);
    links_begin(&links, build->site, index);
    site_add_root(&root, page->address);
    options.root = text_string(&root);
    names_link(options.names, lesson->tree, options.root); /* lessons lead to the reference, both to manual pages */
    page_render(&worker->result, lesson, &options);
    search_page(worker->search, index, page->address, page->title, page->summary);
    page->programs = worker->result.programs.length > 0;
    write_around(build, worker, index, programs);
    links_free(&links);
    free(programs);
    free(address);
    text_free(&root);
    html_varying_free(options.varying);
    if (site_is_long(build->site)) { /* the front page will not show it */
        free(page->summary);
        page->summary = NULL;
    }
}
