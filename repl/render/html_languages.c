#include "render/html_languages.h"

#include "render/html.h"
#include "render/translate.h"

struct language {
    const char *name, *info, *code;
};

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

static void add_button(struct text *out, const char *id, const struct language *language, bool chosen)
{
    text_format(out, "<input type=\"radio\" name=\"%s\" id=\"%s-%s\" autocomplete=\"off\"%s />", id, id, language->name,
                chosen ? " checked=\"\"" : "");
    text_format(out, "<label for=\"%s-%s\">%s</label>\n", id, language->name, language->name);
}

static void add_tabs(struct text *out, const char *id, const struct language *languages, size_t count)
{
    text_add(out, "<fieldset class=\"tabs\" aria-label=\"Language\">\n");
    for (size_t i = 0; i < count; i++)
        add_button(out, id, &languages[i], i == 0);
    for (size_t i = 0; i < count; i++) {
        /* The long ones scroll, so keys must be able to get there. */
        if (i == 0)
            text_add(out, "<div class=\"tab\">\n");
        else
            text_format(out, "<div class=\"tab\" tabindex=\"0\" role=\"group\" aria-label=\"In %s\">\n",
                        languages[i].name);
        html_code(out, languages[i].info, languages[i].code);
        text_add(out, "</div>\n");
    }
    text_add(out, "</fieldset>\n");
}

bool html_languages(struct text *out, const struct outcome *outcome, const char *id, const char *info, const char *code)
{
    const struct translate_options options = {.normal = true};
    struct timeline timeline = outcome_timeline(outcome);
    struct text python = TEXT_EMPTY, c = TEXT_EMPTY;
    bool whole = timeline_count(&timeline) <= EVENTS_MOST && made_calls(&timeline) &&
                 translate_python(&python, &timeline, &options) && translate_c(&c, &timeline, &options);
    const struct language languages[] = {
        {"Lua", info, code}, {"Python", "python", text_string(&python)}, {"C", "c", text_string(&c)}};
    if (whole)
        add_tabs(out, id, languages, sizeof languages / sizeof *languages);
    text_free(&python);
    text_free(&c);
    return whole;
}
