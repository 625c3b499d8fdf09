#include "reference.h"

#include "commands.h"

#include "base/memory.h"
#include "lua/globals.h"
#include "render/html.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE_LIST, PAGE_COMMANDS, PAGES_BEFORE };

enum {
    LOOKED_AT = 20,   /* lessons that tell whether a course runs Lua */
    HEAD = 64 * 1024, /* how much of each */
};

/* One row, as a lesson. */
struct entry {
    const struct function_row *row; /* NULL for the module's own help */
    const char *receiver;           /* of a method; NULL */
    char *id;                       /* "socket.socket", "s:connect" */
    struct lesson *lesson;
    struct lesson_run *run; /* NULL until it ran */
};

struct page {
    const struct module *module; /* NULL for the list of them, and for the commands */
    char *address, *title, *summary;
    size_t first, end; /* its entries */
};

struct reference {
    struct page *pages;
    size_t count;
    struct entry *entries;
    size_t entry_count;
};

static bool runs_lua(const char *path)
{
    char head[HEAD];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, head, sizeof head);
    if (file >= 0)
        close(file);
    return length > 0 && memmem(head, (size_t)length, "```lua", 6) != NULL;
}

bool reference_wanted(const struct site *site)
{
    bool wanted = false;
    for (size_t i = 0; i < site->count && i < LOOKED_AT && !wanted; i++)
        wanted = runs_lua(site->pages[i].entry->path);
    return wanted;
}

static struct lesson *lesson_of(const char *name, const char *help)
{
    struct complaints ignored = {0}; /* the rows' own tests see to them */
    struct lesson *lesson = lesson_parse(name, help, strlen(help), &ignored);
    complaints_free(&ignored);
    return lesson;
}

static void add_entry(struct reference *reference, const struct module *module, const struct function_row *row,
                      const char *receiver)
{
    reference->entries = memory_resize(reference->entries, reference->entry_count + 1, sizeof *reference->entries);
    struct entry *entry = &reference->entries[reference->entry_count++];
    *entry = (struct entry){.row = row, .receiver = receiver};
    if (row == NULL)
        entry->id = memory_copy(module->name);
    else
        entry->id = text_make("%s%s%s", receiver ? receiver : module->name, receiver ? ":" : ".", row->name);
    const char *help = row ? row->help : module->help;
    entry->lesson = lesson_of(entry->id, help ? help : "");
}

static void add_module(struct reference *reference, struct page *page, const struct module *module)
{
    const char *receiver;
    *page = (struct page){.module = module, .first = reference->entry_count};
    add_entry(reference, module, NULL, NULL);
    const struct function_row *row;
    for (size_t i = 0; (row = module_row_at(module, i, &receiver)) != NULL; i++)
        add_entry(reference, module, row, receiver);
    page->end = reference->entry_count;
    page->address = text_make("reference/%s.html", module->name);
    page->title = memory_copy(module->name);
    page->summary = page_summary(reference->entries[page->first].lesson);
}

struct reference *reference_new(void)
{
    struct reference *reference = memory_new(1, sizeof *reference);
    size_t count = 0;
    while (modules[count] != NULL)
        count++;
    reference->count = count + PAGES_BEFORE;
    reference->pages = memory_new(reference->count, sizeof *reference->pages);
    reference->pages[PAGE_LIST] = (struct page){
        .address = memory_copy("reference/index.html"),
        .title = memory_copy("Reference"),
        .summary = memory_copy("Every module, function and method, each with an example that was run."),
    };
    reference->pages[PAGE_COMMANDS] = (struct page){
        .address = memory_copy("reference/commands.html"),
        .title = memory_copy("Commands"),
        .summary = memory_copy("What can be typed at the tutor's prompt and in a shell."),
    };
    for (size_t i = 0; i < count; i++)
        add_module(reference, &reference->pages[i + PAGES_BEFORE], modules[i]);
    return reference;
}

void reference_free(struct reference *reference)
{
    if (reference == NULL)
        return;
    for (size_t i = 0; i < reference->count; i++) {
        free(reference->pages[i].address);
        free(reference->pages[i].title);
        free(reference->pages[i].summary);
    }
    for (size_t i = 0; i < reference->entry_count; i++) {
        struct entry *entry = &reference->entries[i];
        if (entry->run != NULL)
            lesson_runs_free(entry->run, 1);
        lesson_free(entry->lesson);
        free(entry->id);
    }
    free(reference->pages);
    free(reference->entries);
    free(reference);
}

size_t reference_count(const struct reference *reference)
{
    return reference->count;
}

const char *reference_address(const struct reference *reference, size_t page)
{
    return reference->pages[page].address;
}

const char *reference_title(const struct reference *reference, size_t page)
{
    return reference->pages[page].title;
}

const char *reference_summary(const struct reference *reference, size_t page)
{
    return reference->pages[page].summary;
}

/* Takes one run out of many, so that each entry has its own. */
static struct lesson_run *take_run(struct lesson_run *run)
{
    struct lesson_run *own = memory_new(1, sizeof *own);
    *own = *run;
    return own;
}

void reference_run(struct reference *reference, const struct cache *cache, const struct run_options *options)
{
    struct lesson **lessons = memory_new(reference->entry_count, sizeof(struct lesson *));
    struct entry **waiting = memory_new(reference->entry_count, sizeof(struct entry *));
    size_t count = 0;
    for (size_t i = 0; i < reference->entry_count; i++) {
        struct entry *entry = &reference->entries[i];
        struct lesson_run *known = memory_new(1, sizeof *known);
        if (entry->lesson->block_count == 0 || cache_find(cache, entry->lesson, known)) {
            entry->run = entry->lesson->block_count > 0 ? known : NULL;
            if (entry->run == NULL)
                free(known);
            continue;
        }
        free(known);
        waiting[count] = entry;
        lessons[count++] = entry->lesson;
    }
    struct lesson_run *runs = count > 0 ? lesson_runs(lessons, count, options) : NULL;
    for (size_t i = 0; runs != NULL && i < count; i++) {
        waiting[i]->run = take_run(&runs[i]);
        cache_keep(cache, &runs[i]);
    }
    free(runs);
    free(waiting);
    free(lessons);
}

static void add_heading(struct page_result *result, int level, const char *id, const char *title, bool code)
{
    struct text *out = &result->body;
    text_format(out, "<h%d id=\"", level);
    html_add(out, id);
    text_add(out, "\"><a class=\"anchor\" href=\"#");
    html_add_address(out, id);
    text_add(out, code ? "\"><code>" : "\">");
    html_add(out, title);
    text_format(out, code ? "</code></a></h%d>\n" : "</a></h%d>\n", level);
}

static void add_entry_body(const struct reference *reference, const struct entry *entry, struct page_result *result,
                           const char *where, struct search_writer *search)
{
    struct html_varying *varying = html_varying_new();
    for (size_t i = 0; entry->run != NULL && i < entry->lesson->block_count; i++)
        if (entry->run->blocks[i].outcome != NULL)
            html_varying_learn(varying, entry->run->blocks[i].outcome);
    struct page_options options = {.number = (size_t)(entry - reference->entries),
                                   .where = where,
                                   .search = search,
                                   .run = entry->run,
                                   .varying = varying};
    page_render(result, entry->lesson, &options);
    html_varying_free(varying);
}

/* "socket.create_server(address, …)" or "s:connect(host, port)". */
static char *whole_signature(const struct module *module, const struct entry *entry)
{
    return text_make("%s%s%s", entry->receiver ? entry->receiver : module->name, entry->receiver ? ":" : ".",
                     entry->row->signature);
}

static void begin_outline(struct page_result *result, const char *id, const char *title)
{
    text_add(&result->outline,
             result->outline.length == 0 ? "<ol>\n<li><a href=\"#" : "\n</ol>\n</li>\n<li><a href=\"#");
    html_add_address(&result->outline, id);
    text_add(&result->outline, "\">");
    html_add(&result->outline, title);
    text_add(&result->outline, "</a>\n<ol>");
}

static void begin_group(struct page_result *result, const char *receiver)
{
    char *title = receiver ? text_make("Methods of %s", receiver) : memory_copy("Functions");
    char *id = receiver ? text_make("methods-of-%s", receiver) : memory_copy("functions");
    add_heading(result, 2, id, title, false);
    begin_outline(result, id, title);
    free(title);
    free(id);
}

static void add_row(const struct reference *reference, const struct page *page, const struct entry *entry,
                    struct page_result *result, const char *where, struct search_writer *search)
{
    char *signature = whole_signature(page->module, entry);
    add_heading(result, 3, entry->id, signature, true);
    text_add(&result->outline, "\n<li><a href=\"#");
    html_add_address(&result->outline, entry->id);
    text_add(&result->outline, "\">");
    html_add(&result->outline, entry->id);
    text_add(&result->outline, "</a></li>");
    if (search != NULL) {
        search_words(search, entry->id, strlen(entry->id), SEARCH_HEADING);
        search_section(search, entry->id, signature);
    }
    free(signature);
    add_entry_body(reference, entry, result, where, search);
}

static bool same_receiver(const char *one, const char *other)
{
    return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

static void add_name(struct page_result *result, struct search_writer *search, const char *name, bool first)
{
    text_add(&result->body, first ? "<p class=\"names\"><code>" : " <code>");
    html_add(&result->body, name);
    text_add(&result->body, "</code>");
    if (search != NULL)
        search_words(search, name, strlen(name), SEARCH_HEADING);
}

static void add_names(const struct module *module, struct page_result *result, struct search_writer *search)
{
    const struct constant_row *constants = module->constants;
    bool first = true;
    bool any =
        (constants != NULL && constants->name != NULL) || (module->name_at != NULL && module->name_at(0) != NULL);
    if (!any)
        return;
    add_heading(result, 2, "names", "Other names", false);
    for (; constants != NULL && constants->name != NULL; constants++, first = false)
        add_name(result, search, constants->name, first);
    for (size_t i = 0; module->name_at != NULL && module->name_at(i) != NULL; i++, first = false)
        add_name(result, search, module->name_at(i), first);
    text_add(&result->body, "</p>\n");
}

static void render_module(const struct reference *reference, const struct page *page, struct page_result *result,
                          const char *where, struct search_writer *search)
{
    const char *receiver = NULL;
    add_heading(result, 1, page->module->name, page->module->name, true);
    add_entry_body(reference, &reference->entries[page->first], result, where, search);
    for (size_t i = page->first + 1; i < page->end; i++) {
        const struct entry *entry = &reference->entries[i];
        if (i == page->first + 1 || !same_receiver(receiver, entry->receiver))
            begin_group(result, receiver = entry->receiver);
        add_row(reference, page, entry, result, where, search);
    }
    if (result->outline.length > 0)
        text_add(&result->outline, "\n</ol>\n</li>\n</ol>\n");
    add_names(page->module, result, search);
}

static void render_list(const struct reference *reference, struct page_result *result)
{
    struct text *out = &result->body;
    add_heading(result, 1, "reference", "Reference", false);
    text_add(out, "<p>");
    html_add(out, reference->pages[0].summary);
    text_add(out, "</p>\n<dl class=\"modules\">\n");
    for (size_t i = 1; i < reference->count; i++) {
        text_add(out, "<dt><a href=\"");
        html_add_address(out, strchr(reference->pages[i].address, '/') + 1);
        bool code = reference->pages[i].module != NULL;
        text_add(out, code ? "\"><code>" : "\">");
        html_add(out, reference->pages[i].title);
        text_add(out, code ? "</code></a></dt>\n<dd>" : "</a></dt>\n<dd>");
        html_add(out, reference->pages[i].summary);
        text_add(out, "</dd>\n");
    }
    text_add(out, "</dl>\n");
}

void reference_render(const struct reference *reference, size_t page, struct page_result *result, const char *where,
                      struct search_writer *search)
{
    if (page == PAGE_LIST)
        render_list(reference, result);
    else if (page == PAGE_COMMANDS)
        commands_render(result, search);
    else
        render_module(reference, &reference->pages[page], result, where, search);
}

void reference_trouble(const struct reference *reference, struct complaints *notes)
{
    for (size_t i = 0; i < reference->entry_count; i++) {
        const struct lesson_run *run = reference->entries[i].run;
        for (size_t k = 0; run != NULL && k < run->lesson->block_count; k++)
            if (run->blocks[k].verdict.kind == VERDICT_FAILED)
                complaints_add(notes, reference->entries[i].id, run->blocks[k].verdict.line,
                               "This example of the reference did not run as it should: %s",
                               run->blocks[k].verdict.message);
    }
}
