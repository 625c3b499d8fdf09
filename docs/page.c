#include "page.h"

#include "foreign.h"

#include "base/memory.h"
#include "lesson/markdown.h"
#include "lesson/output.h"

#include <stdlib.h>
#include <string.h>

/* How much of a lesson's beginning stands for it in lists and search results. */
enum { SUMMARY_LONGEST = 180 };

/* One page while it is rendered. */
struct maker {
    const struct lesson *lesson;
    const struct page_options *options;
    struct html *html;
    struct page_result *result;
    size_t next_section;
    size_t quizzes;
    size_t dropped;   /* pieces of raw HTML that were left out */
    int dropped_line; /* of the first */
    bool asked;       /* the reader was just asked to predict */
    int level;        /* of the last heading */
    int depth;        /* of the outline's last entry: 1 a section, 2 a subsection; 0 before the first */
    size_t entries;   /* of the outline */
};

static bool replace_code(struct maker *maker, struct text *out, cmark_node *node)
{
    const struct block *block = cmark_node_get_user_data(node);
    if (block == NULL) {
        const struct block *owner = output_owner(node);
        return owner != NULL && output_is_of(owner, node);
    }
    if (maker->options->search)
        search_words(maker->options->search, block->code, strlen(block->code), SEARCH_TEXT);
    if (block->language != CODE_LUA && block->role != BLOCK_WRONG)
        return true; /* it stands in a tab of the Lua one */
    page_block(out, &maker->result->programs, maker->lesson, block, lesson_run_block(maker->options->run, block),
               maker->options, maker->asked && !block->hidden);
    maker->asked = false;
    return true;
}

static bool replace(void *self, struct text *out, cmark_node *node)
{
    struct maker *maker = self;
    if (cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK)
        return replace_code(maker, out, node);
    const struct quiz *quiz = cmark_node_get_user_data(node);
    if (quiz == NULL)
        return false;
    page_quiz(out, maker->html, quiz, ++maker->quizzes);
    maker->asked = quiz->prediction && quiz->right > 0;
    return true;
}

static const char *id_of_heading(void *self, cmark_node *node)
{
    struct maker *maker = self;
    const struct lesson *lesson = maker->lesson;
    if (maker->next_section == lesson->section_count || lesson->sections[maker->next_section].heading != node)
        return NULL;
    return lesson->sections[maker->next_section++].slug;
}

static const char *address_of(void *self, cmark_node *node, const char *url)
{
    struct maker *maker = self;
    return links_address(maker->options->links, node, url);
}

/* What stands between an outline's entries: from no entry, a section or a subsection to the same. */
static const char *const between[3][3] = {
    {"", "<ol>\n<li>", ""},
    {"</li>\n</ol>\n", "</li>\n<li>", "\n<ol>\n<li>"},
    {"</li>\n</ol>\n</li>\n</ol>\n", "</li>\n</ol>\n</li>\n<li>", "</li>\n<li>"},
};

static void outline_to(struct maker *maker, int depth)
{
    text_add(&maker->result->outline, between[maker->depth][depth]);
    maker->depth = depth;
}

static void add_to_outline(struct maker *maker, int level, const char *id, const char *title)
{
    struct text *outline = &maker->result->outline;
    int depth = level - 1;
    if (depth < 1 || depth > 2 || depth > maker->depth + 1)
        return;
    outline_to(maker, depth);
    html_format(outline, "<a href=\"#%a\">%t</a>", id, title);
    maker->entries++;
}

/* A list of one is no help. */
static void end_outline(struct maker *maker)
{
    outline_to(maker, 0);
    if (maker->entries < 2)
        text_clear(&maker->result->outline);
}

static void told_heading(void *self, cmark_node *node, const char *id)
{
    struct maker *maker = self;
    maker->level = cmark_node_get_heading_level(node);
    if (maker->options->links)
        links_add_id(maker->options->links, id);
    if (!maker->options->whole)
        return;
    char *title = markdown_plain(node);
    add_to_outline(maker, maker->level, id, title);
    if (maker->options->search && maker->level > 1)
        search_section(maker->options->search, id, title);
    free(title);
}

static void told_words(void *self, const char *text, size_t length, bool heading)
{
    const struct maker *maker = self;
    enum search_weight weight = !heading ? SEARCH_TEXT : maker->level == 1 ? SEARCH_TITLE : SEARCH_HEADING;
    search_words(maker->options->search, text, length, weight);
}

static void told_dropped(void *self, cmark_node *node)
{
    struct maker *maker = self;
    if (maker->dropped++ == 0)
        maker->dropped_line = links_line(node);
}

static void note_dropped(const struct maker *maker)
{
    static const char how[] = "Write it in Markdown, or build with --unsafe.";
    const char *path = maker->lesson->path;
    if (maker->dropped == 1)
        complaints_add(maker->options->notes, path, maker->dropped_line, "Raw HTML is left out. %s", how);
    else if (maker->dropped > 1)
        complaints_add(maker->options->notes, path, maker->dropped_line,
                       "Raw HTML is left out, here and %zu times below. %s", maker->dropped - 1, how);
}

static void reserve_ids(struct maker *maker)
{
    const struct lesson *lesson = maker->lesson;
    for (size_t i = 0; i < lesson->section_count; i++)
        html_reserve_id(maker->html, lesson->sections[i].slug);
    for (size_t i = 0; i < lesson->block_count; i++) {
        if (lesson->blocks[i]->id == NULL)
            continue;
        html_reserve_id(maker->html, lesson->blocks[i]->id);
        if (maker->options->links)
            links_add_id(maker->options->links, lesson->blocks[i]->id);
    }
}

/* The heading that is the lesson's title, as the largest one; NULL when the title stands elsewhere. */
static cmark_node *title_of(const struct lesson *lesson)
{
    cmark_node *first = cmark_node_first_child(lesson->tree);
    if (first == NULL || cmark_node_get_type(first) != CMARK_NODE_HEADING)
        return NULL;
    char *words = markdown_plain(first);
    bool title = cmark_node_get_heading_level(first) == 1 || strcmp(words, lesson->title) == 0;
    free(words);
    if (title)
        cmark_node_set_heading_level(first, 1);
    return title ? first : NULL;
}

static void add_goals(struct text *out, const struct lesson *lesson)
{
    if (lesson->minutes > 0)
        text_format(out, "<p class=\"minutes\">About %d minutes</p>\n", lesson->minutes);
    if (lesson->goals.count == 0)
        return;
    text_add(out, "<div class=\"goals\">\n<p>Afterwards you can</p>\n<ul>\n");
    for (size_t i = 0; i < lesson->goals.count; i++)
        html_format(out, "<li>%t</li>\n", lesson->goals.list[i]);
    text_add(out, "</ul>\n</div>\n");
}

/* A page has a title, also where the lesson gives it only in its front matter or its name. */
static void add_top(struct maker *maker)
{
    struct text *out = &maker->result->body;
    cmark_node *title = title_of(maker->lesson);
    if (title != NULL)
        html_nodes(maker->html, out, title, title);
    else
        html_format(out, "<h1>%t</h1>\n", maker->options->title ? maker->options->title : maker->lesson->title);
    add_goals(out, maker->lesson);
}

static bool has_run(const struct lesson_run *run)
{
    bool ran = false;
    for (size_t i = 0; run != NULL && i < run->lesson->block_count && !ran; i++)
        ran = run->blocks[i].outcome != NULL && run->blocks[i].verdict.kind != VERDICT_SKIPPED;
    return ran;
}

/* One for the page; a block that did not run says so itself. */
static void add_badge(struct text *out, const struct lesson *lesson, const struct page_options *options)
{
    html_format(out, "<p class=\"badge\">The code on this page %t.", options->where);
    if (lesson->lab && !options->run->lab)
        text_add(out, " It is written for a lab, a network of its own, which could not be made there.");
    text_add(out, "</p>\n");
}

static void add_names(struct text *out, const struct words *names)
{
    for (size_t i = 0; i < names->count; i++)
        html_format(out, "%s%t", text_joint(i, names->count, " and "), names->list[i]);
}

/* Who wrote it, and how to run it oneself: below the lesson. */
static void add_end(struct maker *maker)
{
    struct text *out = &maker->result->body;
    const struct lesson *lesson = maker->lesson;
    const struct page_options *options = maker->options;
    size_t before = out->length;
    text_add(out, "<div class=\"end\">\n");
    size_t begin = out->length;
    if (options->yourself != NULL && lesson->block_count > 0)
        html_format(out, "<p>Run this yourself: <code>sockrates learn %t</code></p>\n", options->yourself);
    if (options->where != NULL && has_run(options->run))
        add_badge(out, lesson, options);
    if (lesson->authors.count > 0) {
        text_add(out, "<p>By ");
        add_names(out, &lesson->authors);
        text_add(out, ".</p>\n");
    }
    if (lesson->license != NULL)
        html_format(out, "<p>Licence: %t.</p>\n", lesson->license);
    if (out->length == begin)
        text_cut(out, before);
    else
        text_add(out, "</div>\n");
}

/* Those that stand anywhere on the page: in its prose, its results or its pictures. */
static void add_errors(const struct maker *maker)
{
    const struct page_options *options = maker->options;
    struct text errors = TEXT_EMPTY;
    if (options->names != NULL && maker->lesson->block_count > 0)
        names_add_errors(options->names, &errors, text_string(&maker->result->body), options->root);
    text_add_bytes(&maker->result->body, text_string(&errors), errors.length);
    text_free(&errors);
}

void page_render(struct page_result *result, const struct lesson *lesson, const struct page_options *options)
{
    struct maker maker = {.lesson = lesson, .options = options, .result = result};
    struct html_options html = {
        .unsafe = options->unsafe,
        .anchors = options->whole,
        .self = &maker,
        .replace = lesson->block_count > 0 || lesson->step_count > 0 ? replace : NULL,
        .address = options->links ? address_of : NULL,
        .id = id_of_heading,
        .heading = told_heading,
        .dropped = options->notes ? told_dropped : NULL,
        .words = options->search ? told_words : NULL,
    };
    maker.html = html_new(&html);
    reserve_ids(&maker);
    cmark_node *first = cmark_node_first_child(lesson->tree);
    if (options->whole) {
        add_top(&maker);
        if (title_of(lesson) != NULL)
            first = cmark_node_next(first);
    }
    html_nodes(maker.html, &result->body, first, first ? cmark_node_last_child(lesson->tree) : NULL);
    if (options->whole) {
        end_outline(&maker);
        add_errors(&maker);
        add_end(&maker);
    }
    if (options->notes != NULL) {
        note_dropped(&maker);
        foreign_note(lesson, options->notes);
    }
    html_free(maker.html);
}

void page_result_free(struct page_result *result)
{
    text_free(&result->body);
    text_free(&result->outline);
    text_free(&result->programs);
}

/* Cuts at the end of a sentence, else of a word, so that not too much is left. */
static void shorten(struct text *text)
{
    if (text->length <= SUMMARY_LONGEST)
        return;
    text_cut(text, SUMMARY_LONGEST);
    char *sentence = strrchr(text->bytes, '.'), *word = strrchr(text->bytes, ' ');
    if (sentence != NULL && sentence - text->bytes > SUMMARY_LONGEST / 3) {
        text_cut(text, (size_t)(sentence + 1 - text->bytes));
    } else {
        text_cut(text, word ? (size_t)(word - text->bytes) : 0);
        text_add(text, "\xe2\x80\xa6");
    }
}

char *page_summary(const struct lesson *lesson)
{
    struct text text = TEXT_EMPTY;
    if (lesson->summary != NULL)
        return memory_copy(lesson->summary);
    cmark_node *node = cmark_node_first_child(lesson->tree);
    while (node != NULL && cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH)
        node = cmark_node_next(node);
    if (node != NULL)
        markdown_add_plain(&text, node);
    shorten(&text);
    return text_steal(&text);
}
