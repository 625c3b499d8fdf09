#include "render/html_languages.h"

#include "base/memory.h"
#include "render/html.h"
#include "translate/translate.h"

#include <stdlib.h>

struct tab {
    const char *name, *info, *code;
    size_t step; /* in the code: what stands before it is folded */
};

#define TABS_MOST 8

/* A session with more events has looped for as long as there was time: its program is another one in each
 * run. */
#define EVENTS_MOST 300

static bool made_calls(const struct timeline *timeline)
{
    for (size_t i = 0; i < timeline->event_count; i++)
        if (timeline->events[i].kind == EVENT_CALL && timeline->events[i].actor == 0)
            return true;
    return false;
}

static void add_button(struct text *out, const char *id, const struct tab *tab, bool chosen)
{
    text_format(out, "<input type=\"radio\" name=\"%s\" id=\"%s-%s\" autocomplete=\"off\"%s />", id, id, tab->name,
                chosen ? " checked=\"\"" : "");
    text_format(out, "<label for=\"%s-%s\">%s</label>\n", id, tab->name, tab->name);
}

static void add_code(struct text *out, const struct tab *tab)
{
    if (tab->step > 0) {
        char *before = memory_copy_bytes(tab->code, tab->step);
        text_add(out, "<details><summary>What the steps before set up</summary>\n");
        html_code(out, tab->info, before);
        text_add(out, "</details>\n");
        free(before);
    }
    html_code(out, tab->info, tab->code + tab->step);
}

/* A program elsewhere, for whoever has no script; where there is one it is fetched into the tab. */
static void add_link(struct text *out, const struct html_languages *wanted, const struct tab *tab)
{
    html_format(out, "<p class=\"elsewhere\"><a href=\"%a#%t-%t\">This step in %t</a></p>\n", wanted->address,
                wanted->id, tab->name, tab->name);
}

static void add_tab(struct text *out, const struct html_languages *wanted, const struct tab *tab, bool chosen)
{
    /* The long ones scroll, so keys must be able to get there. */
    if (chosen)
        text_add(out, "<div class=\"tab\">\n");
    else
        text_format(out, "<div class=\"tab\" tabindex=\"0\" role=\"group\" aria-label=\"In %s\">\n", tab->name);
    if (chosen || wanted->aside == NULL)
        add_code(out, tab);
    else
        add_link(out, wanted, tab);
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
    html_code(out, wanted->info, wanted->code);
    for (size_t i = 1; i < count; i++) {
        html_format(out, "<h2>In %t</h2>\n<div class=\"program\" id=\"%t-%t\">\n", tabs[i].name, wanted->id,
                    tabs[i].name);
        add_code(out, &tabs[i]);
        text_add(out, "</div>\n");
    }
    text_add(out, "</section>\n");
}

bool html_languages(struct text *out, const struct findings *findings, const struct html_languages *wanted)
{
    const struct translate_options options = {.normal = true};
    struct text programs[TABS_MOST] = {TEXT_EMPTY};
    struct tab tabs[TABS_MOST + 1] = {{"Lua", wanted->info, wanted->code, 0}};
    bool whole = timeline_count(&findings->timeline) <= EVENTS_MOST && made_calls(&findings->timeline);
    size_t count = 0;
    for (; whole && count < TABS_MOST && languages[count] != NULL; count++) {
        const struct language *language = languages[count];
        struct translation made = translate(&programs[count], language, findings, &options);
        whole = made.whole;
        tabs[count + 1] = (struct tab){language->name, language->word, text_string(&programs[count]), made.step};
    }
    if (whole)
        add_tabs(out, wanted, tabs, count + 1);
    if (whole && wanted->aside != NULL)
        add_aside(wanted, tabs, count + 1);
    for (size_t i = 0; i < TABS_MOST; i++)
        text_free(&programs[i]);
    return whole;
}
