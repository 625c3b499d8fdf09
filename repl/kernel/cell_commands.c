#include "kernel/cell_commands.h"

#include "base/memory.h"
#include "lesson/needs.h"
#include "render/bundle.h"
#include "render/command_rows.h"
#include "render/reference.h"
#include "render/row_table.h"
#include "render/terminal_outcome.h"
#include "translate/translate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static json_t *words(const char *format, ...) __attribute__((format(printf, 1, 2)));

static json_t *words(const char *format, ...)
{
    struct text text = TEXT_EMPTY, wrapped = TEXT_EMPTY;
    va_list list;
    va_start(list, format);
    text_format_list(&text, format, list);
    va_end(list);
    look_wrap(&wrapped, &bundle_plain, "", "", text_string(&text));
    text_free(&text);
    return bundle_text(&wrapped);
}

static json_t *nothing_ran(void)
{
    return words("Nothing ran yet. Run a cell first.");
}

/* --- what happened -------------------------------------------------------------------------------------- */

static json_t *why(struct learner *learner, const char *argument)
{
    (void)argument;
    const struct outcome *last = learner_last(learner);
    if (last == NULL)
        return nothing_ran();
    struct text out = TEXT_EMPTY;
    terminal_why(&out, last, learner->source, &bundle_coloured);
    return bundle_text(&out);
}

static json_t *calls(struct learner *learner, const char *argument)
{
    const struct outcome *last = learner_last(learner);
    if (last == NULL)
        return nothing_ran();
    const struct call_list_options options = {.everybody = strcmp(argument, "all") == 0};
    json_t *bundle = bundle_calls(last, &options);
    return bundle ? bundle : words("The last cell made no system calls.");
}

static json_t *no_packets(void)
{
    return words(
        "Packets are seen in a private network only. lab.on() at the begin of a cell, or :lab on, begins one.");
}

static json_t *ladder(struct learner *learner, const char *argument)
{
    const struct ladder_options options = {.states = true,
                                           .packets = *argument != '\0',
                                           .acks = strstr(argument, "acks") != NULL,
                                           .numbers = strstr(argument, "seq") != NULL};
    const struct outcome *last = learner_last(learner);
    if (last == NULL)
        return nothing_ran();
    if (options.packets && !learner->options.lab)
        return no_packets();
    json_t *bundle = bundle_ladder(last, &options, ++learner->pictures, true);
    return bundle ? bundle : words("The last cell made no system calls: there is nothing to draw.");
}

static json_t *which_chart(void)
{
    struct text list = TEXT_EMPTY;
    chart_add_commands(&list, " or ");
    json_t *said = words("Say which: %s.", text_string(&list));
    text_free(&list);
    return said;
}

/* Those that have something to draw. */
static json_t *charts(struct learner *learner, const struct outcome *last)
{
    json_t *list = json_array();
    for (int kind = 0; kind < CHARTS; kind++) {
        json_t *bundle = bundle_chart(last, (enum chart_kind)kind, ++learner->pictures);
        if (json_object_get(bundle, "image/svg+xml") != NULL)
            json_array_append(list, bundle);
        json_decref(bundle);
    }
    if (json_array_size(list) == 0)
        json_array_append_new(list, words("The last cell has nothing for a chart: no bytes, no wait, no select()."));
    return list;
}

static json_t *chart(struct learner *learner, const char *argument)
{
    const struct outcome *last = learner_last(learner);
    enum chart_kind kind = chart_named(argument);
    if (last == NULL)
        return nothing_ran();
    if (*argument == '\0')
        return charts(learner, last);
    if (kind == CHARTS)
        return which_chart();
    return bundle_chart(last, kind, ++learner->pictures);
}

static json_t *packets(struct learner *learner, const char *argument)
{
    const struct outcome *last = learner_last(learner);
    if (*argument != '\0')
        return words("A notebook writes no files. `sockrates run --lab --pcapng FILE` writes such a capture.");
    if (!learner->options.lab)
        return no_packets();
    if (last == NULL)
        return nothing_ran();
    return bundle_packets(last);
}

/* A block of code, which notebooks colour. */
static json_t *code_bundle(const char *language, struct text *code)
{
    struct text markdown = TEXT_EMPTY;
    text_format(&markdown, "```%s\n%s```\n", language, text_string(code));
    json_t *bundle = bundle_text(code);
    json_object_set_new(bundle, "text/markdown", json_stringn(markdown.bytes, markdown.length));
    text_free(&markdown);
    return bundle;
}

static json_t *program(struct learner *learner, const char *argument, const struct language *language)
{
    const struct outcome *last = learner_last(learner);
    bool all = strcmp(argument, "all") == 0;
    if (last == NULL)
        return nothing_ran();
    if (*argument != '\0' && !all)
        return words("A notebook writes no files. :%s shows the program; copy it from there.", language->word);
    struct text out = TEXT_EMPTY;
    struct findings *findings = outcome_findings(last);
    if (timeline_has_calls(&findings->timeline) || all)
        translate(&out, language, findings, &(struct translate_options){.all = all});
    findings_free(findings);
    if (out.length > 0)
        return code_bundle(language->word, &out);
    return words("The last cell made no system calls. :%s all shows the session so far.", language->word);
}

#define SHOW(symbol, word, name)                                              \
    static json_t *show_##word(struct learner *learner, const char *argument) \
    {                                                                         \
        return program(learner, argument, language_named(#word));             \
    }
LANGUAGES(SHOW)
#undef SHOW

/* --- what there is -------------------------------------------------------------------------------------- */

static json_t *rows(struct learner *learner, const char *verb, const char *nothing)
{
    json_t *list = session_ask(learner_session(learner), verb, NULL), *bundle = NULL;
    if (json_array_size(list) > 1) {
        struct outcome_value table = row_table(list);
        bundle = bundle_table(&table);
        row_table_free(&table);
    }
    json_decref(list);
    return bundle ? bundle : words("%s", nothing);
}

static json_t *sockets(struct learner *learner, const char *argument)
{
    (void)argument;
    return rows(learner, "sockets", COMMAND_SAYS_NO_SOCKETS);
}

static json_t *peers(struct learner *learner, const char *argument)
{
    (void)argument;
    return rows(learner, "peers", COMMAND_SAYS_NO_PEERS);
}

static json_t *vars(struct learner *learner, const char *argument)
{
    (void)argument;
    json_t *list = session_ask(learner_session(learner), "variables", NULL), *variable;
    struct text out = TEXT_EMPTY;
    size_t index;
    json_array_foreach(list, index, variable)
    {
        const char *name = json_string_value(json_object_get(variable, "name"));
        const char *value = json_string_value(json_object_get(variable, "text"));
        text_format(&out, "%s = %s\n", name ? name : "", value ? value : "");
    }
    json_decref(list);
    return out.length > 0 ? bundle_text(&out) : words("You have no variables yet. x = 1 makes one.");
}

static json_t *lab(struct learner *learner, const char *argument)
{
    bool on = strcmp(argument, "on") == 0;
    if (on && needs_missing(NEED_LAB) != 0) {
        struct text missing = TEXT_EMPTY;
        needs_explain(&missing, NEED_LAB);
        json_t *bundle = words("%s", text_string(&missing));
        text_free(&missing);
        return bundle;
    }
    if (*argument != '\0')
        learner_move(learner, on);
    return words(learner->options.lab
                     ? COMMAND_SAYS_IN_LAB
                     : "The session is on this machine's loopback. :lab on begins a private network, in a fresh "
                       "session.");
}

/* --- help ----------------------------------------------------------------------------------------------- */

static json_t *check(struct learner *learner, const char *argument)
{
    (void)learner;
    (void)argument;
    return words("A check stands below :check, in the same cell: Lua that looks at what the cell before did.");
}

static json_t *help(struct learner *learner, const char *argument);

/* What a command does, NULL of those that need a terminal; with its argument. */
static json_t *(*const actions[COMMAND_COUNT])(struct learner *learner, const char *argument) = {
#define ACTION(symbol, word, name) [COMMAND_##symbol] = show_##word,
    LANGUAGES(ACTION)
#undef ACTION
        [COMMAND_CHECK] = check,
    [COMMAND_WHY] = why,
    [COMMAND_CALLS] = calls,
    [COMMAND_LADDER] = ladder,
    [COMMAND_CHART] = chart,
    [COMMAND_PACKETS] = packets,
    [COMMAND_SOCKETS] = sockets,
    [COMMAND_PEERS] = peers,
    [COMMAND_VARS] = vars,
    [COMMAND_LAB] = lab,
    [COMMAND_HELP] = help,
};

static json_t *command_list(void)
{
    struct text markdown = TEXT_EMPTY;
    text_add(&markdown,
             "A cell is Lua. Before and behind the Lua, lines may be commands:\n\n| Command | |\n|---|---|\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (actions[i] != NULL)
            text_format(&markdown, "| `:%s` | %s |\n", commands[i].name, commands[i].brief);
    text_add(&markdown, "\n`:help NAME`, or `NAME?` alone in a cell, says what is known of a name.\n");
    json_t *bundle = bundle_markdown(&markdown);
    text_free(&markdown);
    return bundle;
}

static json_t *about(struct learner *learner, const char *name)
{
    struct text markdown = TEXT_EMPTY, near = TEXT_EMPTY;
    json_t *bundle;
    if (reference_describe(&markdown, learner->manual, name)) {
        bundle = bundle_markdown(&markdown);
    } else {
        reference_nearest(&near, learner->manual, name);
        bundle = near.length > 0 ? words("Nothing is known as \"%s\". Did you mean %s?", name, text_string(&near))
                                 : words("Nothing is known as \"%s\". :help lists the commands.", name);
    }
    text_free(&markdown);
    text_free(&near);
    return bundle;
}

static json_t *help(struct learner *learner, const char *argument)
{
    return *argument == '\0' ? command_list() : about(learner, argument);
}

json_t *cell_command_question(struct learner *learner, struct span name)
{
    char *word = memory_copy_bytes(name.text, name.length);
    json_t *bundle = about(learner, word);
    free(word);
    return bundle;
}

/* --- running -------------------------------------------------------------------------------------------- */

static json_t *unknown(const char *name)
{
    const char *nearest = command_nearest(name);
    char *said = nearest ? text_make("There is no command :%s. Did you mean :%s?", name, nearest)
                         : text_make("There is no command :%s. :help lists them.", name);
    json_t *fault = bundle_fault("UnknownCommand", said);
    free(said);
    return fault;
}

static json_t *run(struct learner *learner, const struct command *command, const char *argument)
{
    const char *surplus = command_surplus(command, argument);
    json_t *(*action)(struct learner *, const char *) = actions[command - commands];
    if (*surplus != '\0')
        return words(COMMAND_SAYS_SURPLUS, surplus, command->name, command->name);
    if (action == NULL)
        return words(":%s belongs to the tutor in a terminal: `sockrates` begins it. :help lists what a cell may ask "
                     "for.",
                     command->name);
    return action(learner, argument);
}

json_t *cell_command_run(struct learner *learner, struct span line, json_t **fault)
{
    char *text = memory_copy_bytes(line.text, line.length);
    size_t length = strcspn(text, " \t");
    const char *argument = text + length + strspn(text + length, " \t");
    const struct command *command = command_begun(text, length);
    json_t *bundle = NULL;
    if (command != NULL) {
        bundle = run(learner, command, argument);
    } else {
        text[length] = '\0';
        *fault = unknown(text);
    }
    free(text);
    return bundle;
}
