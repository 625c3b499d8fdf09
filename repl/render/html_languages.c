#include "render/html_languages.h"

#include "base/memory.h"
#include "render/html.h"
#include "translate/translate.h"

#include <stdlib.h>
#include <string.h>

struct tab {
    const char *name, *info;
    const char *written; /* by the lesson's author; NULL without */
    const char *made;    /* of the calls; NULL without */
    size_t step;         /* in what was made: what stands before it is folded */
};

#define TABS_MOST 8

/* A session in which the learner made more calls has looped: its program says little, and is long. */
#define CALLS_MOST 200

/* In the whole session: the learner's calls, but those that serve a timeout or try again, which come by chance. */
static size_t count_calls(const struct timeline *timeline, size_t first)
{
    size_t count = 0;
    for (size_t i = first; i < timeline_count(timeline); i++) {
        const struct event *event = timeline_event(timeline, i);
        count += event->kind == EVENT_CALL && event->actor == 0 && !(event->flags & (EVENT_WAIT | EVENT_RETRY));
    }
    return count;
}

static void add_button(struct text *out, const char *id, const struct tab *tab, bool chosen)
{
    text_format(out, "<input type=\"radio\" name=\"%s\" id=\"%s-%s\"%s />", id, id, tab->name,
                chosen ? " checked=\"\"" : "");
    text_format(out, "<label for=\"%s-%s\">%s</label>\n", id, tab->name, tab->name);
}

static void add_made(struct text *out, const struct tab *tab)
{
    if (tab->step > 0) {
        char *before = memory_copy_bytes(tab->made, tab->step);
        text_add(out, "<details><summary>What the steps before set up</summary>\n");
        html_code(out, tab->info, before);
        text_add(out, "</details>\n");
        free(before);
    }
    html_code(out, tab->info, tab->made + tab->step);
}

static const char whole_program[] = "The same calls, as a whole program";

/* A program elsewhere, for whoever has no script; where there is one it is fetched into the tab, and folded. */
static void add_link(struct text *out, const struct html_languages *wanted, const struct tab *tab)
{
    html_format(out, "<p class=\"elsewhere\"><a href=\"%a#%t-%t\">%s</a></p>\n", wanted->address, wanted->id, tab->name,
                whole_program);
}

static void add_folded(struct text *out, const struct tab *tab)
{
    text_format(out, "<details class=\"made\"><summary>%s</summary>\n", whole_program);
    add_made(out, tab);
    text_add(out, "</details>\n");
}

static void add_tab(struct text *out, const struct html_languages *wanted, const struct tab *tab, bool chosen)
{
    /* The long ones scroll, so keys must be able to get there. */
    if (chosen)
        text_add(out, "<div class=\"tab\">\n");
    else
        text_format(out, "<div class=\"tab\" tabindex=\"0\" role=\"group\" aria-label=\"In %s\">\n", tab->name);
    if (tab->written != NULL)
        html_code(out, tab->info, tab->written);
    if (tab->made != NULL && wanted->aside != NULL)
        add_link(out, wanted, tab);
    else if (tab->made != NULL)
        add_folded(out, tab);
    text_add(out, "</div>\n");
}

static void add_tabs(struct text *out, const struct html_languages *wanted, const struct tab *tabs, size_t count)
{
    text_add(out, "<fieldset class=\"tabs\" aria-label=\"Language\">\n");
    for (size_t i = 0; i < count; i++)
        add_button(out, wanted->id, &tabs[i], i == 0);
    for (size_t i = 0; i < count; i++)
        add_tab(out, wanted, &tabs[i], i == 0);
    text_add(out, "</fieldset>\n");
}

/* What the tabs link to: the step, and under it the program in each other language. */
static void add_aside(const struct html_languages *wanted, const struct tab *tabs, size_t count)
{
    struct text *out = wanted->aside;
    text_add(out, "<section class=\"step\">\n");
    html_code(out, tabs->info, tabs->written);
    for (size_t i = 1; i < count; i++) {
        if (tabs[i].made == NULL)
            continue;
        html_format(out, "<h2>In %t</h2>\n<div class=\"program\" id=\"%t-%t\">\n", tabs[i].name, wanted->id,
                    tabs[i].name);
        add_made(out, &tabs[i]);
        text_add(out, "</div>\n");
    }
    text_add(out, "</section>\n");
}

/* What the calls became, in every language or in none; true for every one. */
static bool make_programs(const struct findings *findings, struct text programs[TABS_MOST], struct tab *tabs)
{
    const struct translate_options options = {.normal = true};
    const struct timeline *timeline = findings != NULL ? &findings->timeline : NULL;
    bool whole = timeline != NULL && count_calls(timeline, 0) <= CALLS_MOST &&
                 count_calls(timeline, timeline->earlier_count) > 0;
    for (size_t i = 0; whole && languages[i] != NULL; i++) {
        struct translation made = translate(&programs[i], languages[i], findings, &options);
        whole = made.whole;
        tabs[i].step = made.step;
    }
    for (size_t i = 0; whole && languages[i] != NULL; i++)
        tabs[i].made = text_string(&programs[i]);
    return whole;
}

/* What the author wrote; true when there is any. */
static bool take_written(const struct block *block, struct tab *tab, const struct language *language)
{
    enum code_language number;
    *tab = (struct tab){.name = language->name, .info = language->word};
    if (code_language_of(language->word, strlen(language->word), &number) && !block->twins[number].hidden)
        tab->written = block->twins[number].code;
    return tab->written != NULL;
}

bool html_languages(struct text *out, const struct findings *findings, const struct html_languages *wanted)
{
    const struct block *block = wanted->block;
    struct text programs[TABS_MOST] = {TEXT_EMPTY};
    struct tab tabs[TABS_MOST + 1] = {{"Lua", cmark_node_get_fence_info(block->node), block->code, NULL, 0}};
    size_t count = 1, shown = 1;
    bool written = false;
    for (; count <= TABS_MOST && languages[count - 1] != NULL; count++)
        written = take_written(block, &tabs[count], languages[count - 1]) || written;
    bool made = make_programs(wanted->made ? findings : NULL, programs, tabs + 1);
    if (made && wanted->aside != NULL)
        add_aside(wanted, tabs, count);
    for (size_t i = 1; i < count; i++)
        if (tabs[i].written != NULL || tabs[i].made != NULL)
            tabs[shown++] = tabs[i];
    if (written || made)
        add_tabs(out, wanted, tabs, shown);
    for (size_t i = 0; i < TABS_MOST; i++)
        text_free(&programs[i]);
    return written || made;
}
